import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { contractOf } from "../fixture.js";
import type { Mode } from "./modes.js";
import { type Attempt, TestWarehouse, type Value } from "./test-warehouse.js";

/** A table of every type that grows, in a warehouse of the test file's own; each test begins without it. */

const loadOf = (mode: Mode) =>
  mode === "upsert" || mode === "history" ? { mode, key: ["id"], order_by: "at" } : { mode };

/** @param types of the columns that grow */
export const contractFor = (mode: Mode, [count, amount, ratio, note]: readonly [string, string, string, string]) =>
  contractOf({
    columns: [
      { name: "id", type: "varchar(8)" },
      { name: "at", type: "timestamp" },
      { name: "count", type: count, description: "how many" },
      { name: "amount", type: amount },
      { name: "ratio", type: ratio },
      { name: "note", type: note },
    ],
    table: { name: "sales.orders", distribution: mode === "upsert" ? "key(id)" : "even", sort: ["count"] },
    load: loadOf(mode),
  });

export const narrow = ["smallint", "decimal(5,2)", "real", "varchar(10)"] as const;
export const wide = ["bigint", "decimal(12,4)", "double precision", "varchar(40)"] as const;
export const wideTypes = ["bigint", "numeric(12,4)", "double precision", "character varying(40)"];

export let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contractOf()]);
  await asAdmin("CREATE USER ann PASSWORD DISABLE", "CREATE GROUP clerks", "GRANT USAGE ON SCHEMA sales TO ann");
});
afterAll(() => warehouse?.stop());
export const dropAll = () =>
  asAdmin(
    "DROP VIEW IF EXISTS sales.late",
    "DROP TABLE IF EXISTS sales.orders CASCADE",
    "DROP TABLE IF EXISTS sales.orders__sluice_previous CASCADE",
    "DROP TABLE IF EXISTS sluice.statements_orders",
    "DELETE FROM sluice.loads_orders",
  );
beforeEach(dropAll);
afterEach(dropAll);

export const asAdmin = (...statements: readonly string[]) =>
  warehouse.as("admin", async (session) => {
    for (const sql of statements) await session.run(sql);
  });
export const asLoader = async (...statements: readonly string[]) => {
  for (const sql of statements) await warehouse.query("sluice_loader", sql);
};
export const ask = (sql: string) => warehouse.query("admin", sql);

let loads = 0;
export function batch(...rows: readonly (readonly Value[])[]): Attempt {
  const partition = `2026-11-${String(10 + (loads++ % 18)).padStart(2, "0")}T05`;
  const id = batchId("orders", partition, `${loads}.manifest.json`);
  const revision = "20261223T060000Z-0000-1a2b3c4d";
  return { batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) }, rows };
}

export const early = ["a", "2026-01-01 00:00:00", 7, "1.25", 0.5, "short"] as const;
export const late = [
  "b",
  "2026-01-02 00:00:00",
  5_000_000_000,
  "12345678.1234",
  0.1,
  "a note of more than ten letters",
] as const;

/** Names, types and NOT NULL of a table's columns, in their order. */
export const columns = (schema: string, name: string) =>
  ask(
    `SELECT a.attname, FORMAT_TYPE(a.atttypid, a.atttypmod), a.attnotnull FROM pg_attribute AS a
     WHERE a.attrelid = '${schema}.${name}'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
  );
export const leftovers = () =>
  ask("SELECT COUNT(*) FROM pg_class WHERE relname LIKE '%sluice_grown%' OR relname LIKE '%outgrown%'");
