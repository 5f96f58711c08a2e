import { describe, expect, test } from "@jest/globals";
import { scansOf, scansOfLoad } from "../../bench/scans.js";
import { placeOf, statementsTable } from "../../contract/layout.js";
import { table } from "../../sql/render.js";
import { replacementTable, targetTable } from "../../sql/tables.js";
import { batchId, contractOf, inspectionOf, partition, plan, revision, statementsOf } from "./fixture.js";

const columns = [
  { name: "id", type: "varchar(8)" },
  { name: "version", type: "integer" },
  { name: "op", type: "char(1)" },
];
const found = [
  ["id", "character varying(8)"],
  ["version", "integer"],
  ["op", "character(1)"],
  ["sluice_batch", "character varying(80)"],
  ["sluice_file", "character varying(1024)"],
] as const;
const upsert = { mode: "upsert", key: ["id"], order_by: "version" };
const deletes = (action: string) => ({ column: "op", values: ["D"], action });

/** The scans of the table that is there, and of the one that a swap puts in its place. */
function scans(load: Readonly<Record<string, unknown>>) {
  const contract = contractOf({ columns, load });
  const soft = contract.load.deletes?.action === "soft" ? [["is_deleted", "boolean", true] as const] : [];
  const made = plan(contract, { inspection: inspectionOf(contract, [...found, ...soft]) });
  expect(made.prepare).toBeNull();
  const tables = [targetTable(contract), replacementTable(contract, placeOf(partition, revision, batchId))];
  return scansOfLoad(
    statementsOf(made),
    tables.map((name) => table(name).sql),
  ).map(({ statements }) => statements);
}

const compareAndMerge = ["CREATE TEMPORARY TABLE", "MERGE INTO"];
const compareAndDelete = ["CREATE TEMPORARY TABLE", "DELETE FROM"];

describe("a load looks through the target at most twice", () => {
  test.each([
    ["merge", upsert, compareAndMerge],
    ["delete and insert", { ...upsert, strategy: "delete_insert" }, compareAndDelete],
    ["merge with soft deletes", { ...upsert, deletes: deletes("soft") }, compareAndMerge],
    ["merge with hard deletes", { ...upsert, deletes: deletes("hard") }, compareAndDelete],
    ["append", { mode: "append" }, ["CALL sluice.remove_rows"]],
    ["replace", { mode: "replace", key: ["id"] }, ["CALL sluice.remove_rows", "CALL sluice.balance"]],
    ["truncate", { mode: "truncate", key: ["id"] }, ["INSERT INTO", "CALL sluice.remove_rows"]],
  ])("%s: once to compare or count, once to change", (_, load, expected) => {
    const [target, replacement] = scans(load);
    expect(target).toEqual(expected);
    expect(replacement).toEqual([]);
  });

  test("history: whether it is empty, and once to change; the statements to find an earlier revision's, and to gather", () => {
    const versions = [
      { name: "id", type: "varchar(8)" },
      { name: "version", type: "timestamp" },
    ];
    const contract = contractOf({ columns: versions, load: { ...upsert, mode: "history" } });
    const statements = statementsOf(plan(contract));
    const tables = [targetTable(contract), statementsTable(contract.dataset)];
    const [target, said] = scansOfLoad(
      statements,
      tables.map((name) => table(name).sql),
    ).map((scans) => scans.statements);
    expect(target).toEqual(["CALL sluice.touch_all", "DELETE FROM"]);
    // Two of these have nothing to do as a rule: no earlier revision, and a table that is not empty.
    expect(said).toEqual([
      ...["CREATE TEMPORARY TABLE", "CALL sluice.withdraw", "CALL sluice.touch_all", "CREATE TEMPORARY TABLE"],
    ]);
  });

  test("swap: once the table that goes, twice the one that comes", () => {
    const [target, replacement] = scans({ mode: "swap", key: ["id"] });
    expect(target).toEqual(["CREATE TEMPORARY TABLE"]);
    expect(replacement).toEqual(["CALL sluice.check", "CREATE TEMPORARY TABLE"]);
  });
});

describe("what counts as a look through a table", () => {
  const orders = '"sales"."orders"';
  test.each([
    [`INSERT INTO ${orders} ("id") SELECT 1 FROM "x"`, 0],
    [`INSERT INTO "x" SELECT * FROM ${orders}`, 1],
    [`SELECT 1 FROM ${orders} AS a INNER JOIN ${orders} AS b ON a.id = b.id`, 2],
    [`MERGE INTO ${orders}\nUSING (SELECT 1 FROM "x") AS incoming`, 1],
    [`SELECT COUNT(*) FROM "sales"."orders__sluice_previous"`, 0],
    [`CALL sluice.balance('orders', 'b', 'r', '${orders}')`, 1],
    ["CALL sluice.balance('orders', 'b', 'r', '')", 0],
    // One branch or the other, never both.
    [`CALL sluice.remove_rows('${orders}', '', '"counts"')`, 1],
    [`CALL sluice.check('${orders}', 3, '"id"', '"id" IS NULL')`, 1],
  ])("%s: %d", (statement, expected) => {
    expect(scansOf(statement, orders)).toBe(expected);
  });
});
