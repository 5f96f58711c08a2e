import { describe, expect, test } from "@jest/globals";
import { readProject } from "../../contract/read.js";
import { checkStatements } from "../../local/redshift/dialect/check-statements.js";
import { inspection } from "../../sql/inspect.js";
import { warehouseStatements } from "../../sql/warehouse.js";
import { contractOf, plan, statementsOf } from "./fixture.js";

/** What the product sends must be in the allow-list: what is not would be refused in the local account, and might be
 * PostgreSQL's alone. */

const upsert = { mode: "upsert", key: ["id"], order_by: "version" };

const history = { mode: "history", key: ["id"], order_by: "changed_at" };
const historic = [
  { name: "id", type: "varchar(8)" },
  { name: "changed_at", type: "timestamptz" },
  { name: "op", type: "char(1)" },
  { name: "detail", type: "super" },
];

describe("every statement of the project is in the allow-list", () => {
  test.each([
    ["upsert", { load: upsert }],
    ["upsert by delete and insert", { load: { ...upsert, strategy: "delete_insert" } }],
    ["append", { load: { mode: "append" } }],
    [
      "history",
      {
        columns: historic,
        table: { name: "sales.orders" },
        load: { ...history, deletes: { column: "op", values: ["D"] } },
      },
    ],
    ["replace", { load: { mode: "replace" } }],
    ["truncate", { load: { mode: "truncate" } }],
    ["swap", { load: { mode: "swap" } }],
  ])("%s", async (_, overrides) => {
    const contract = contractOf(overrides);
    const statements = [...statementsOf(plan(contract)), ...inspection(contract).statements];
    expect(statements.length).toBeGreaterThan(5);
    expect(await checkStatements(statements)).toEqual([]);
  });

  test("bootstrap of the demo", async () => {
    const { contracts } = readProject("examples/demo");
    const statements = warehouseStatements([...contracts.values()]).flatMap(({ sql, unless }) =>
      unless === undefined ? [sql] : [sql, unless],
    );
    expect(statements.length).toBeGreaterThan(10);
    expect(await checkStatements(statements)).toEqual([]);
  });
});
