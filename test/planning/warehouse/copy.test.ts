import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { type Api, asShapes, fieldValue, openApi } from "../../../local/test/redshift/data-api-client.js";
import { COPY_ROLE } from "../../../local/test/redshift/fake-account.js";
import { putManifest, putParquet } from "../../../local/test/redshift/parquet-files.js";
import { InspectionResults, readInspection } from "../../../planning/inspection.js";
import { planLoad } from "../../../planning/plan.js";
import type { Step } from "../../../planning/step.js";
import { inspection as inspectionOf } from "../../../sql/inspect.js";
import { warehouseStatements } from "../../../sql/warehouse.js";
import { contractOf, planInput, preparationOf, statementsOf } from "../fixture.js";

/** The statements as they are, through the Data API, with COPY of Parquet files that have every type of a contract. */

const types = {
  id: "varchar(8)",
  small: "smallint",
  whole: "integer",
  large: "bigint",
  price: "decimal(9,2)",
  exact: "decimal(38,10)",
  single: "real",
  twice: "double precision",
  is_open: "boolean",
  code: "char(3)",
  on_day: "date",
  at_time: "timestamp",
  at_instant: "timestamptz",
  detail: "super",
};

const contract = contractOf({
  columns: Object.entries(types).map(([name, type]) => ({ name, type })),
  load: { mode: "upsert", key: ["id"], order_by: "at_instant" },
  table: { name: "sales.orders", distribution: "key(id)", sort: ["at_time"] },
});

let api: Api;
beforeAll(async () => {
  api = await openApi();
  for (const { sql, unless } of warehouseStatements([contract])) {
    if (unless === undefined || (await api.rows(unless)).length === 0) await finished(sql);
  }
});
afterAll(() => api?.stop());

async function finished(sql: string | readonly string[]) {
  const done = await api.run(sql);
  expect([sql, done.Status, done.Error]).toEqual([sql, "FINISHED", undefined]);
  return done;
}

/** The rows of each statement of a batch that has a result, as run-statements reads them. */
async function resultsOf(step: Pick<Step, "statements">): Promise<unknown[][][]> {
  const { SubStatements } = await finished(step.statements);
  const results: unknown[][][] = [];
  for (const part of asShapes(SubStatements)) {
    if (part.HasResultSet !== true) continue;
    const { Records } = await api.send("GetStatementResult", { Id: part.Id });
    results.push(asShapes(Records).map((record) => asShapes(record).map(fieldValue)));
  }
  return results;
}

async function planOf(hour: number, query: string, written: number) {
  const partition = `2026-11-22T0${hour}`;
  const id = batchId("orders", partition, "manifest.json");
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  const place = placeOf(partition, revision, id);
  const url = await putParquet(
    api.account,
    `${hour}.parquet`,
    `SELECT *, '${place}' AS p, 'file' AS f FROM (${query})`,
  );
  const results = await resultsOf(inspectionOf(contract));
  const inspection = readInspection(InspectionResults.parse(results.map((rows) => ({ rows }))));
  const plan = planLoad({
    ...planInput(contract, { inspection, copyRole: COPY_ROLE }),
    batch: { partition, batchId: id, revision, place },
    report: {
      counts: { read: written, written, deduplicated: 0, rejected: 0 },
      copy_manifest: putManifest(api.account, [url]),
    },
  });
  if (plan.branch !== "upsert") throw new TypeError("another branch");
  for (const step of preparationOf(plan)) await resultsOf(step);
  expect(statementsOf(plan).some((sql) => sql.startsWith("COPY "))).toBe(true);
  return plan;
}

/** @returns what the warehouse counted: five of the ledger's row */
async function load(hour: number, query: string, written: number): Promise<unknown> {
  const plan = await planOf(hour, query, written);
  return (await resultsOf(plan.load)).at(-1)?.[0]?.slice(4, 9);
}

/** A row of the Parquet files: timestamptz as a UTC time, super as JSON text. */
const row = (id: string, instant: string, detail: string) =>
  `SELECT '${id}' AS a, 1::smallint AS b, -2 AS c, 9007199254740993 AS d, 1.50::decimal(9,2) AS e,
     12345678901234567890.0123456789::decimal(38,10) AS f, 1.5::float AS g, 2.5::double AS h, true AS i, 'abc' AS j,
     date '0099-12-31' AS k, timestamp '1969-12-31 23:59:59.123456' AS l, timestamp '${instant}' AS m, '${detail}' AS n`;

describe("an upsert by COPY through the Data API", () => {
  test("brings every type as it is", async () => {
    const nulls = `SELECT 'b', ${"NULL, ".repeat(11)} timestamp '2026-11-22 05:00:00', NULL`;
    const rows = `${row("a", "2026-11-22 05:00:00.5", '{"b": [1, "é"], "a": null}')} UNION ALL ${nulls}`;
    expect(await load(5, rows, 2)).toEqual([2, 0, 0, 0, 0]);
    const found = await api.rows(
      `SELECT id, small, whole, CAST(large AS varchar), price, exact, single, twice, is_open, code, CAST(on_day AS varchar),
         CAST(at_time AS varchar), CAST(at_instant AT TIME ZONE 'UTC' AS varchar), JSON_SERIALIZE(detail)
       FROM sales.orders ORDER BY id`,
    );
    expect(found).toEqual([
      [
        ...["a", 1, -2, "9007199254740993", "1.50", "12345678901234567890.0123456789", 1.5, 2.5, true, "abc"],
        ...["0099-12-31", "1969-12-31 23:59:59.123456", "2026-11-22 05:00:00.5", '{"a":null,"b":[1,"é"]}'],
      ],
      ["b", ...Array.from({ length: 11 }, () => null), "2026-11-22 05:00:00", null],
    ]);
  });

  test("orders instants as instants, and needs no preparation the second time", async () => {
    const older = row("a", "2026-11-22 05:00:00.4", "1");
    const newer = row("b", "2026-11-22 05:00:01", "2");
    expect(await load(6, `${older} UNION ALL ${newer}`, 2)).toEqual([0, 1, 0, 1, 0]);
    expect(await api.rows("SELECT id, JSON_SERIALIZE(detail) FROM sales.orders ORDER BY id")).toEqual([
      ["a", '{"a":null,"b":[1,"é"]}'],
      ["b", "2"],
    ]);
  });

  test("says why a COPY failed: the reason, the column and the file", async () => {
    const plan = await planOf(7, row("far too long for this column", "2026-11-22 07:00:00", "1"), 1);
    const failed = await api.run(plan.load.statements);
    expect(failed.Status).toBe("FAILED");
    const [[told] = []] = await api.rows(plan.diagnosis.copy ?? "");
    expect(told).toMatch(/, column id .*, in s3:\/\/.*7\.parquet$/);
  });
});
