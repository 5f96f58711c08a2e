import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { countNames } from "../../cli/loads/load-result.js";
import { TestWarehouse } from "../planning/warehouse/test-warehouse.js";
import { watchedAttempt, watchedContract } from "../planning/warehouse/watch.js";

/** The page about dashboards: what it says of the views, and its queries, run by the readers' user over a few loads. */

const page = readFileSync(new URL("../../docs/dashboards.md", import.meta.url), "utf8");
const queries = [...page.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text.trim());
/** As the data source writes it: https://grafana.com/docs/plugins/grafana-redshift-datasource/latest/query-editor/ */
const withMacros = (sql: string) =>
  sql.replace(/\$__timeFilter\((\w+)\)/g, "$1 BETWEEN '2020-01-01T00:00:00Z' AND '2100-01-01T00:00:00Z'");

const contract = watchedContract("merge");
let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contract]);
  for (const n of [1, 2]) await warehouse.load(contract, watchedAttempt(n, "merge"));
});
afterAll(() => warehouse?.stop());

const query = (sql: string) => warehouse.query("sluice_reader", sql);

describe("the page about dashboards", () => {
  test.each(["loads", "freshness", "reconciliation"])("names every column of sluice.%s", async (view) => {
    const found = await query(
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'sluice' AND table_name = '${view}'`,
    );
    const [, said = ""] = new RegExp(`^\\| \`sluice\\.${view}\` \\|[^|]*\\|([^|]*)\\|$`, "m").exec(page) ?? [];
    const names = found.map(([name]) => String(name)).sort();
    expect(names.length).toBeGreaterThan(3);
    const listed = said.replace("the counts of all its loads", countNames.join(", ")).split(",");
    const keys = view === "reconciliation" ? ["dataset", "partition"] : view === "freshness" ? ["dataset"] : [];
    expect(names).toEqual([...new Set([...keys, ...listed.map((name) => name.trim())])].sort());
  });

  test.each(queries)("runs as it stands: %#", async (sql) => {
    const rows = await query(withMacros(sql));
    // What should be empty in a sound warehouse: stale datasets, and partitions that do not add up.
    if (/minutes_since > |not is_balanced/.test(sql)) expect(rows).toEqual([]);
    else if (!sql.includes("loads > 1")) expect(rows.length).toBeGreaterThan(0);
    if (sql.includes("as metric")) expect(rows[0]?.[1]).toBe("orders");
  });

  test("has queries for both tools over all three views", () => {
    const all = queries.join("\n");
    expect(queries.length).toBeGreaterThanOrEqual(7);
    for (const view of ["loads", "freshness", "reconciliation"]) expect(all).toContain(`sluice.${view}`);
    expect(page).toMatch(/^## Grafana[\s\S]*^## Amazon QuickSight/m);
  });
});
