import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { previewFiles } from "../../cli/preview/preview.js";
import { readDatasetText } from "../../contract/read.js";

const page = readFileSync(new URL("../../docs/columnar.md", import.meta.url), "utf8");
const examples = new Map(
  [...page.matchAll(/^## (.+)\n(?:(?!^## )[\s\S])*?^```yaml\n([\s\S]*?)^```$/gm)].map(([, title = "", yaml = ""]) => [
    title,
    yaml,
  ]),
);
const folder = mkdtempSync(join(tmpdir(), "sluice-columnar-"));

/** Writes a file by a few lines of Python; `path` is where. */
function written(name: string, code: string): string {
  const path = join(folder, name);
  const head = `import datetime as dt, sys\nfrom decimal import Decimal\npath = ${JSON.stringify(path)}\nat = dt.datetime(2026, 7, 1, 12, 30, tzinfo=dt.timezone.utc)\n`;
  execFileSync(join(process.cwd(), ".venv", "bin", "python"), ["-c", head + code]);
  return path;
}

test.each<[string, string, readonly Readonly<Record<string, unknown>>[]]>([
  [
    "Parquet written by Spark, pandas, DuckDB or polars",
    `import pyarrow as pa, pyarrow.parquet as pq
pq.write_table(pa.table({"id": [7], "price": [Decimal("1.50")], "ordered_at": [at.replace(tzinfo=None)], "address": [{"city": "Köln"}], "tags": [["new"]]}), path, use_deprecated_int96_timestamps=True)`,
    [
      {
        id: 7,
        price: "1.50",
        ordered_at: "2026-07-01 12:30:00",
        city: "Köln",
        first_tag: "new",
        address: '{"city":"Köln"}',
      },
    ],
  ],
  [
    "Columns that not every file has",
    `import pyarrow as pa, pyarrow.parquet as pq
pq.write_table(pa.table({"id": pa.array([1], pa.uint8())}), path)`,
    [{ id: 1, note: null }],
  ],
  [
    "Avro from Kafka Connect or Debezium",
    `import fastavro
row = {"type": "record", "name": "Value", "fields": [{"name": "id", "type": "long"}, {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}}]}
schema = {"type": "record", "name": "Envelope", "fields": [{"name": "before", "type": ["null", row]}, {"name": "after", "type": ["null", "Value"]}, {"name": "op", "type": "string"}, {"name": "ts_ms", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}
with open(path, "wb") as file: fastavro.writer(file, schema, [{"before": None, "after": {"id": 1, "amount": Decimal("2.50")}, "op": "c", "ts_ms": at}], codec="deflate")`,
    [{ id: 1, amount: "2.50", changed_at: "2026-07-01 12:30:00", op: "c" }],
  ],
  [
    "ORC written by Hive or Spark",
    `import pyarrow as pa, pyarrow.orc as orc
orc.write_table(pa.table({"id": [1], "opened_on": [at.date()], "opened_at": [at.replace(tzinfo=None)], "labels": pa.array([[("colour", "red")]], pa.map_(pa.string(), pa.string()))}), path, compression="zlib")`,
    [{ id: 1, opened_on: "2026-07-01", opened_at: "2026-07-01 10:30:00", labels: '{"colour":"red"}' }],
  ],
  [
    "An Excel workbook sent by mail",
    `sys.path.insert(0, "test/glue-jobs/support")
from sheets import workbook
rows = [["Orders of July"], [], ["Order number", "Date", "Amount"], [7.0, at.date(), 12.5], [8.0, "02.07.2026", 1.0]]
open(path, "wb").write(workbook(("Cover", [["x"]]), ("Orders", rows)))`,
    [
      { order_id: 7, ordered_on: "2026-07-01", amount: "12.50" },
      { order_id: 8, ordered_on: "2026-07-02", amount: "1.00" },
    ],
  ],
  [
    "Fixed width from a mainframe or a bank",
    `open(path, "wb").write(b"H20260701\\nD000123456720260701     -12550\\nT0001\\n")`,
    [{ account: "0001234567", booked_on: "2026-07-01", cents: -12550 }],
  ],
])("the example of %s loads such a file", async (title, code, expected) => {
  const head =
    "dataset: example\nsource: shop\npartition: day\ntable: { name: shop.example }\nload: { mode: append }\nunknown_columns: ignore\n";
  const { contract, findings } = readDatasetText(`${head}${examples.get(title)}`, "datasets/example.yaml");
  expect(findings).toEqual([]);
  if (contract === undefined) throw new Error("no contract");
  const file = written(`${[...examples.keys()].indexOf(title)}.dat`, code);
  const { report, rows, rejects } = await previewFiles(contract, [file], 5);
  expect([report.verdict, rejects.length]).toEqual([null, expected.length === 0 ? 1 : 0]);
  expect(rows).toEqual(expected);
});

test("every example is run", () => {
  expect(examples.size).toBe(6);
});
