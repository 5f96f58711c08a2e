import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { inferContract } from "../../../cli/infer/infer.js";

const folder = mkdtempSync(join(tmpdir(), "sluice-typed-"));
const scenario = (path: string) => join(process.cwd(), "test", "scenarios", path);

/** Its columns as `name: type`, with what a load of the sample would make of it. */
async function inferred(path: string) {
  const { text, preview } = await inferContract({ files: [path], source: "shop", dataset: "things" });
  const columns = [...text.matchAll(/^ {2}- \{ name: (\w+).*?type: ("[^"]*"|[\w ]+(?:\(\d+\))?)/gm)];
  return {
    text,
    columns: Object.fromEntries(columns.map(([, name, type = ""]) => [name, type.replaceAll('"', "").trim()])),
    counts: preview.report.counts,
    verdict: preview.report.verdict,
  };
}

test("Parquet: types are the file's own, nested ones by path", async () => {
  const { columns, text, counts, verdict } = await inferred(scenario("parquet-types/batches/1/a.parquet"));
  expect(text).toContain("format: { type: parquet }");
  expect(columns).toMatchObject({
    id: "bigint",
    amount: "decimal(20,4)",
    ratio: "double precision",
    paid: "boolean",
    seen_at: "timestamptz",
    opens_at: "timestamp",
    counted: "bigint",
    city: "varchar(8)",
    zip: "integer",
    since: "date",
    tags: "super",
    labels: "super",
  });
  expect([verdict, counts.rejected]).toEqual([null, 0]);
});

test("Avro: a union of several types is left out, and said", async () => {
  const { columns, text, counts } = await inferred(scenario("avro-envelope/batches/1/a.avro"));
  expect(columns).toMatchObject({ id: "bigint", amount: "decimal(10,2)", changed_at: "timestamptz" });
  expect(text).toMatch(/left out: \{ name: detail \}[\s\S]*a union of several types/);
  expect(counts.rejected).toBe(0);
});

test("ORC, and a workbook with a title above its header", async () => {
  const orc = await inferred(scenario("orc-types/batches/1/a.orc"));
  expect(orc.columns).toMatchObject({ id: "bigint", amount: "decimal(20,3)", opened_at: "timestamp", labels: "super" });
  const path = join(folder, "orders.xlsx");
  execFileSync(join(process.cwd(), ".venv", "bin", "python"), [
    "-c",
    `import sys, datetime as dt; sys.path.insert(0, "test/glue-jobs/support")
from sheets import workbook
rows = [["Orders"], [], ["Number", "Date", "Amount", "Paid"], *([float(n), dt.date(2026, 7, 1 + n), n + 0.5, n % 2 == 0] for n in range(9))]
open(${JSON.stringify(path)}, "wb").write(workbook(("Orders", rows)))`,
  ]);
  const sheet = await inferred(path);
  expect(sheet.text).toContain("format: { type: xlsx, skip_lines: 2 }");
  expect(sheet.columns).toMatchObject({ date: "date", paid: "boolean" });
  expect([sheet.verdict, sheet.counts]).toMatchObject([null, { read: 9, rejected: 0 }]);
});

test("what a load could not read is refused in its words", async () => {
  const path = join(folder, "cut.parquet");
  writeFileSync(path, "PAR1 and no footer at all");
  await expect(inferContract({ files: [path], source: "shop" })).rejects.toThrow("cut off");
});
