import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { stateInputs } from "../../../planning/inputs.js";
import { inspection } from "../../../sql/inspect.js";
import { contractOf } from "../fixture.js";
import { entriesTried } from "./modes.js";
import { type Attempt, TestWarehouse, type Value } from "./test-warehouse.js";

/** Redshift's limit; two columns are Sluice's own, and one the mark of soft deletes. */
const maximum = 1600;
const types: readonly (readonly [type: string, value: Value])[] = [
  ["varchar(40)", "a text"],
  ["integer", 7],
  ["bigint", "9007199254740993"],
  ["decimal(12,2)", "12.50"],
  ["boolean", true],
  ["date", "2026-11-22"],
  ["timestamp", "2026-11-22 05:06:07.123456"],
  ["double precision", "1.5"],
  ["smallint", 3],
  ["real", "0.5"],
  ["char(4)", "abcd"],
  ["timestamptz", "2026-11-22 05:06:07"],
  ["super", '{"a": [1, 2]}'],
];
/** Names of 60 bytes: long enough that no statement can have them all three times. */
const names = Array.from(
  { length: maximum - 6 },
  (_, n) => `a_column_of_a_very_wide_table_with_a_long_name_${"x".repeat(8)}_${String(n).padStart(4, "0")}`,
);

const columns = [
  { name: "id", type: "varchar(8)", required: true },
  { name: "version", type: "integer", required: true },
  { name: "op", type: "varchar(1)" },
  ...names.map((name, n) => ({
    name,
    type: types[n % types.length]?.[0],
    description: n % 40 === 0 ? `Number ${n}.` : undefined,
  })),
];

/** A history has four columns of its own more than an append, and orders by a time. */
const columnsOf = (mode: unknown) =>
  mode === "history"
    ? columns.slice(0, -3).map((column) => (column.name === "version" ? { ...column, type: "timestamp" } : column))
    : columns;
const wideWith = (load: Readonly<Record<string, unknown>>) =>
  contractOf({
    columns: columnsOf(load.mode),
    load,
    table: { name: "sales.orders", distribution: "key(id)", sort: ["version"] },
  });
const deletes = { column: "op", values: ["D"], action: "soft" };
const modes = {
  upsert: { mode: "upsert", key: ["id"], order_by: "version", deletes },
  append: { mode: "append" },
  history: { mode: "history", key: ["id"], order_by: "version", deletes: { column: "op", values: ["D"] } },
  replace: { mode: "replace" },
  truncate: { mode: "truncate" },
  swap: { mode: "swap" },
} as const;

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contractOf()]);
});
afterAll(() => warehouse?.stop());

let loads = 0;
/** A row fills every fourth column: with all of them it would not fit in a page of PostgreSQL (docs/local-account-redshift.md). */
function next(...rows: readonly (readonly [id: string, version: number, op?: string])[]): Attempt {
  const partition = `2026-11-22T${String(loads++).padStart(2, "0")}`;
  const id = batchId("orders", partition, "manifest.json");
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  return {
    batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) },
    rows: rows.map(([key, version, op = "U"]) => [
      ...[key, version, op],
      ...names.map((_, n): Value => (n % 4 === 0 ? (types[n % types.length]?.[1] ?? null) : null)),
    ]),
  };
}

const timeOf = (version: Value) => `2026-01-01 00:00:0${version}`;

/** The same rows for the columns of a history. */
const asHistory = (attempt: Attempt): Attempt => ({
  ...attempt,
  rows: attempt.rows.map(([id = null, version = null, ...rest]) => [id, timeOf(version), ...rest.slice(0, -3)]),
});

const stateBytes = 256 * 1024;
const statementBytes = 100 * 1024;

describe.each(entriesTried(modes))("1,600 columns by %s", (mode, load) => {
  const contract = wideWith(load);

  test("are loaded into a table that is made for them, and again", async () => {
    await warehouse.query("sluice_loader", "DROP TABLE IF EXISTS sales.orders");
    await warehouse.query("sluice_loader", "DROP TABLE IF EXISTS sales.orders__sluice_previous");
    await warehouse.query("sluice_loader", "DROP TABLE IF EXISTS sluice.statements_orders");
    for (const one of [next(["a", 1], ["b", 1]), next(["a", 2], ["b", 2, "D"], ["c", 1])]) {
      const attempt = mode === "history" ? asHistory(one) : one;
      const plan = await warehouse.plan(contract, attempt);
      expect(Buffer.byteLength(JSON.stringify(stateInputs(plan, "arn")))).toBeLessThan(stateBytes);
      for (const sql of JSON.stringify(plan).matchAll(/"((?:[^"\\]|\\.)*)"/g))
        expect(Buffer.byteLength(sql[1] ?? "")).toBeLessThan(statementBytes);
      expect(await warehouse.follow(plan, attempt)).toMatchObject({ outcome: "done" });
    }
    const [first, last] = [names[0], names[1540]];
    const found = await warehouse.query(
      "sluice_loader",
      `SELECT id, version, ${first}, ${last} FROM sales.orders WHERE id = 'a' ORDER BY version`,
    );
    // What says the same in all columns makes no version, and the version has its time.
    const newest = ["a", mode === "history" ? timeOf(2) : 2, "a text", types[1540 % types.length]?.[1]];
    expect(found.map((row) => row.map(String)).at(-1)).toEqual(newest.map(String));
    expect(found).toHaveLength(mode === "append" ? 2 : 1);
  });

  test("are all seen by the inspection", async () => {
    const inspected = await warehouse.inspect(contract);
    expect(inspected.columns).toHaveLength(mode === "upsert" ? maximum : maximum - 1);
    expect(inspected.comments.size).toBeGreaterThan(30);
  });
});

test("a table that was changed after the load was planned takes no rows by position", async () => {
  const contract = wideWith(modes.append);
  const attempt = next(["e", 1]);
  const plan = await warehouse.plan(contract, attempt);
  await warehouse.query("sluice_loader", `ALTER TABLE sales.orders RENAME COLUMN ${names[0]} TO other`);
  expect(await warehouse.follow(plan, attempt)).toMatchObject({ outcome: "refused", error: "WarehouseCheckFailed" });
  await warehouse.query("sluice_loader", `ALTER TABLE sales.orders RENAME COLUMN other TO ${names[0]}`);
});

test("every result of the inspection fits in a state", async () => {
  const contract = wideWith(modes.append);
  await warehouse.as("sluice_loader", async (session) => {
    for (const sql of inspection(contract).statements) {
      const { result } = await session.run(sql);
      const fields = result?.rows.map((row) => row.map((value) => ({ StringValue: value })));
      expect(Buffer.byteLength(JSON.stringify(fields))).toBeLessThan(stateBytes);
    }
  });
});
