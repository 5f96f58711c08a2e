import { expect, test } from "@jest/globals";
import { askLedger } from "../../functions/list-due-partitions/list-due.js";
import { checkStatements } from "../../local/redshift/dialect/check-statements.js";
import { readInspection } from "../../planning/inspection.js";
import { rollback } from "../../planning/rollback.js";
import { inspection } from "../../sql/inspect.js";
import { previousTable } from "../../sql/tables.js";
import { defaultUsers, warehouseStatements } from "../../sql/warehouse.js";
import { contractOf, inspectionOf, plan, statementsOf } from "../planning/fixture.js";

/** Every statement of the project is Redshift's dialect, as far as the local account's allow-list knows it. */

const digest = `sha256|${"a".repeat(64)}|salt` as const;
const sql = new Map([
  ["sales.daily", "select version, count(*) as orders from sales.orders group by version"],
  ["sales.total", "create materialized view sales.total as select count(*) as orders from sales.orders"],
]);
const columns = [
  { name: "id", type: "bigint", description: "It's the key." },
  { name: "version", type: "timestamptz" },
  { name: "operation", type: "char(1)" },
  { name: "detail", type: "super" },
  { name: "amount", type: "decimal(9,2)" },
];
const table = { name: "sales.orders", distribution: "key(id)", identity: { column: "row_number", seed: 0, step: 5 } };
const deletes = { column: "operation", values: ["D"] };
const upsert = { mode: "upsert", key: ["id"], order_by: "version" };
const loads = [
  upsert,
  { ...upsert, deletes },
  { ...upsert, deletes: { ...deletes, action: "hard" } },
  { ...upsert, strategy: "delete_insert", deletes },
  { mode: "append" },
  { mode: "history", key: ["id"], order_by: "version", deletes },
  { mode: "replace" },
  { mode: "truncate" },
  { mode: "swap" },
];

async function expectAllowed(statements: readonly string[]): Promise<void> {
  expect(statements.length).toBeGreaterThan(0);
  expect(await checkStatements(statements)).toEqual([]);
}

test("the warehouse's objects", async () => {
  const users = { ...defaultUsers(), loaderPassword: digest, readerPassword: digest };
  const made = warehouseStatements(
    [contractOf(), contractOf({ dataset: "returns", table: { name: "sales.returns" } })],
    users,
  );
  await expectAllowed(made.flatMap(({ sql, unless }) => (unless === undefined ? [sql] : [unless, sql])));
});

test("the inspection", async () => {
  const { statements } = inspection(contractOf({ aggregates: ["sales.daily"] }, sql));
  expect(statements).toHaveLength(1);
  // What the materialized ones were made from is a question to a table.
  const withNotes = inspection(contractOf({ aggregates: ["sales.daily", "sales.total"] }, sql)).statements;
  expect(withNotes).toHaveLength(2);
  await expectAllowed([...statements, ...withNotes]);
});

test.each(loads.map((load) => [JSON.stringify(load), load] as const))("a load by %s", async (_, load) => {
  const contract = contractOf(
    { columns, load, table, description: "Orders.", aggregates: ["sales.daily", "sales.total"] },
    sql,
  );
  await expectAllowed(statementsOf(plan(contract)));
  await expectAllowed(statementsOf(plan(contract, { isForced: true })));
});

test("a load into a table that must be prepared", async () => {
  const contract = contractOf();
  const found = inspectionOf(contract, [["id", "character varying(4)", true]]);
  await expectAllowed(statementsOf(plan(contract, { inspection: found })));
});

test("a rollback", async () => {
  const contract = contractOf({ load: { mode: "swap" } });
  const found = inspectionOf(contract, [["id", "character varying(8)"]]);
  const [first] = found.relations;
  if (first === undefined) throw new TypeError("no relation");
  const { schema, name } = previousTable(contract);
  const relations = [...found.relations, { ...first, schema: schema ?? "", name }];
  await expectAllowed(rollback(contract, { ...found, relations }, "rollback-1").statements);
});

test("an inspection of another shape is refused by name", () => {
  const shorter = ["session", 0, "sluice_loader\tanalytics\t1"] as const;
  expect(() => readInspection([{ rows: [[...shorter]] }])).toThrow(
    expect.objectContaining({ name: "InspectionInvalid" }),
  );
  expect(() => readInspection([{ rows: [] }])).toThrow("the inspection 'session' has no row");
  for (const outer of [undefined, [], { results: [] }, [{ rows: [["session", 0]] }]]) {
    expect(() => readInspection(outer)).toThrow(expect.objectContaining({ name: "InspectionInvalid" }));
  }
});

test("the question which revisions are loaded", async () => {
  const input = { dataset: "orders", manifest: { bucket: "landing", key: "k" } };
  const candidates = ["v1", '"etag"'].map((version) => ({
    ...{ partition: "2026-11-22", batchId: "b".repeat(32), version, execution: "orders-20261122-aaaa", input },
  }));
  await expectAllowed(askLedger("orders", candidates).statements);
});
