import { describe, expect, test } from "@jest/globals";
import { contractOf, plan, statementsOf } from "./fixture.js";

const columns = [
  { name: "id", type: "varchar(8)" },
  { name: "version", type: "integer" },
  { name: "op", type: "char(1)" },
];
const upsert = { mode: "upsert", key: ["id"], order_by: "version" };
const deletes = (action: string) => ({ column: "op", values: ["D"], action });

/** How often a statement reads the target: as often as it names it as a table, but for an INSERT's own head. */
const readsOf = (statement: string) =>
  statement.replace(/^INSERT INTO "sales"\."orders"/, "").match(/(?:FROM|JOIN|INTO|USING) "sales"\."orders"/g)
    ?.length ?? 0;

const reads = (load: Readonly<Record<string, unknown>>) =>
  statementsOf(plan(contractOf({ columns, load })))
    .filter((statement) => !/^(?:CREATE TABLE|COMMENT|GRANT)/.test(statement))
    .map((statement) => ({ what: statement.split(/[\s(]/, 2).join(" "), reads: readsOf(statement) }))
    .filter(({ reads }) => reads > 0);

describe("a load looks through the target at most twice", () => {
  test.each([
    ["merge", upsert, ["CREATE TEMPORARY", "MERGE INTO"]],
    ["delete and insert", { ...upsert, strategy: "delete_insert" }, ["CREATE TEMPORARY", "DELETE FROM"]],
    ["merge with soft deletes", { ...upsert, deletes: deletes("soft") }, ["CREATE TEMPORARY", "MERGE INTO"]],
    ["merge with hard deletes", { ...upsert, deletes: deletes("hard") }, ["CREATE TEMPORARY", "DELETE FROM"]],
    ["append", { mode: "append" }, ["CREATE TEMPORARY", "DELETE FROM"]],
  ])("%s: once to compare, once to change", (_, load, expected) => {
    const found = reads(load);
    expect(found.map(({ what }) => what)).toEqual(expected);
    expect(found.every(({ reads }) => reads === 1)).toBe(true);
  });
});
