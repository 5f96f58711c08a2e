import { expect, test } from "@jest/globals";
import { BatchChecksFile } from "../../contract/batch-checks-file.js";
import type { Contract } from "../../contract/contract.js";
import { planLoad } from "../../planning/plan.js";
import { statementsOf } from "../../planning/statements.js";
import { targetColumns, typeText } from "../../sql/tables.js";
import { contractOf, inspectionOf, planInput } from "./fixture.js";

const checks = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`check_${at}`, { sql: "count(*) > 0" }]));
const most = 10;
const deletes = { column: "note", values: ["gone"] };
const modes: Readonly<Record<string, object>> = {
  history: { mode: "history", key: ["id"], order_by: "at", deletes },
  "upsert by delete and insert": { mode: "upsert", key: ["id"], strategy: "delete_insert", deletes },
  append: { mode: "append" },
  replace: { mode: "replace" },
  truncate: { mode: "truncate" },
  swap: { mode: "swap" },
};
const found = (contract: Contract) =>
  targetColumns(contract).map(({ name, type, isRequired }) => [name, typeText(type), isRequired] as const);

test("a contract has as many checks of a batch as the longest transaction has room for", () => {
  expect(BatchChecksFile.safeParse(checks(most)).success).toBe(true);
  expect(BatchChecksFile.safeParse(checks(most + 1)).success).toBe(false);
});

test.each(Object.keys(modes))("%s: with all of them, by force, beside types that are relied on", (mode) => {
  const contract = contractOf({
    columns: [
      { name: "id", type: "varchar(8)" },
      { name: "at", type: "timestamp" },
      { name: "note", type: "varchar(8)" },
    ],
    table: { name: "sales.orders" },
    load: modes[mode],
    batch_checks: checks(most),
  });
  const statements =
    contract.load.history === null ? [] : inspectionOf(contract, found(statementsOf(contract))).columns;
  const inspection = inspectionOf(contract, found(contract), { statements });
  // More statements than the Data API takes throw TooManyStatements.
  const plan = planLoad({ ...planInput(contract, { inspection }), isForced: true });
  const asked = JSON.stringify(plan).match(/checks_orders/g) ?? [];
  expect(asked.length).toBeGreaterThan(most);
  if (mode === "history") expect(JSON.stringify(plan)).toContain("sluice.check_types");
});
