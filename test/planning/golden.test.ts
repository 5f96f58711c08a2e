import { describe, expect, test } from "@jest/globals";
import { contractOf, inspectionOf, plan, statementsOf } from "./fixture.js";

/** The whole text of a load, for a contract of each mode: a change of a statement is seen here. */

const text = (made: ReturnType<typeof plan>) => `\n${statementsOf(made).join(";\n\n")};\n`;

const columns = [
  { name: "id", type: "varchar(8)", description: "It's the order." },
  { name: "version", type: "timestamptz" },
  { name: "operation", type: "char(1)" },
  { name: "detail", type: "super" },
];
const deletes = { column: "operation", values: ["D", "X"] };
const upsert = { mode: "upsert", key: ["id", "version"], order_by: "version" };

const history = { mode: "history", key: ["id"], order_by: "version" };

describe("the statements of a load", () => {
  test.each([
    ["upsert, merge", { load: { mode: "upsert", key: ["id"], order_by: "version" } }],
    ["upsert, soft deletes, super and timestamptz", { columns, load: { ...upsert, deletes } }],
    ["upsert, hard deletes", { columns, load: { ...upsert, deletes: { ...deletes, action: "hard" } } }],
    ["upsert, delete and insert", { columns, load: { ...upsert, strategy: "delete_insert", deletes } }],
    ["append", { load: { mode: "append" }, table: { name: "sales.orders", distribution: "even" } }],
    ["history", { columns, load: { ...history, deletes } }],
    ["history, tracked columns", { columns, load: { ...history, track: ["operation"], current: "stands" } }],
    ["replace", { load: { mode: "replace" }, description: "Orders." }],
    ["truncate", { load: { mode: "truncate", key: ["id"] } }],
  ])("%s", (_, overrides) => {
    expect(text(plan(contractOf(overrides)))).toMatchSnapshot();
  });

  test("a forced load without rows", () => {
    const report = { counts: { read: 1, written: 0, deduplicated: 0, rejected: 1 }, copy_manifest: null };
    expect(text(plan(contractOf(), { report, isForced: true }))).toMatchSnapshot();
  });

  test("swap, with a bound view", () => {
    const contract = contractOf({ load: { mode: "swap" } });
    const found = [
      ["id", "character varying(12)", true],
      ["version", "integer"],
      ["amount", "numeric(9,2)"],
      ["note", "character varying(40)"],
      ["sluice_batch", "character varying(80)"],
      ["sluice_file", "character varying(1024)"],
    ] as const;
    const contractWithKey = contract.columns.map((column) => ({ ...column, required: column.name === "id" }));
    const inspection = inspectionOf(contract, found, { boundView: "sales.daily" });
    expect(text(plan({ ...contract, columns: contractWithKey }, { inspection }))).toMatchSnapshot();
  });

  test("aggregates", () => {
    const sql = new Map([
      ["sales.daily", "-- per day\nselect version, count(*) as orders from sales.orders group by version;"],
      ["sales.monthly", "CREATE MATERIALIZED VIEW sales.monthly AS SELECT COUNT(*) AS n FROM sales.orders"],
    ]);
    const made = plan(contractOf({ aggregates: ["sales.daily", "sales.monthly"] }, sql));
    expect(made.aggregates?.statements.join(";\n")).toMatchSnapshot();
    expect(made.aggregates?.transaction).toBe(false);
  });
});
