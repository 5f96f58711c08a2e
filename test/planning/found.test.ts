import { describe, expect, test } from "@jest/globals";
import { type Found, planOf } from "../../planning/found.js";
import { stateInputs } from "../../planning/inputs.js";
import { readInspection } from "../../planning/inspection.js";
import { planLoad } from "../../planning/plan.js";
import { contractOf, planInput } from "./fixture.js";

const execution = "arn:aws:states:eu-west-1:000000000000:execution:demo-shop-load-partition:orders-1";
const session = ["session", 0, "sluice_loader\tanalytics\t1\t1\t0\t1"];
const own = ["loads_orders", "lock_orders"].map((name) => [
  "relations",
  0,
  `sluice\t${name}\ttable\tsluice_loader\t1\t1\t1\t1`,
]);
const target = ["relations", 0, "sales\torders\ttable\tsluice_loader\t1\t1\t1\t1"];
const columns = (amount: string) =>
  [
    ["id", "character varying(8)"],
    ["version", "integer"],
    ["amount", amount],
    ["note", "character varying(40)"],
    ["sluice_batch", "character varying(128)"],
    ["sluice_file", "character varying(1024)"],
  ].map(([name, type], at) => ["columns", at + 1, `${name}\t${type}\t0\t0`]);
const answer = (...rows: readonly unknown[]) => ({ results: [{ rows: [session, ...own, ...rows] }] });
const asItIs = answer(target, ...columns("numeric(9,2)"));
const found = (isEarly: boolean, given: Found["answer"]): Found => ({ isEarly, answer: given });
const contract = contractOf({ table: { name: "sales.orders" } });
const planned = (given: Found, of = contract) => planOf(given, planInput(of), execution);
const again = { branch: "inspect", snapshotBefore: null, prepare: [] };

describe("an inspection beside the conversion", () => {
  test("suffices for a table that is as its contract says", () => {
    const plan = planLoad(planInput(contract, { inspection: readInspection(asItIs.results) }));
    expect(planned(found(true, asItIs))).toEqual(stateInputs(plan, execution));
  });

  test.each([
    ["the table has to be made", answer()],
    ["a column has to be added", answer(target, ...columns("numeric(9,2)").slice(1))],
    ["the load would be refused", answer(target, ...columns("bigint"))],
    ["its answer cannot be read", { results: [{ rows: [["session", 0, "?"]] }] }],
    ["it failed", null],
  ])("is made again when %s", (_, given) => {
    expect(planned(found(true, given))).toEqual(again);
  });

  test("is made again for a swap, and for an aggregate that has to be made", () => {
    expect(
      planned(found(true, asItIs), contractOf({ table: { name: "sales.orders" }, load: { mode: "swap" } })),
    ).toEqual(again);
    const aggregates = new Map([["sales.daily", "SELECT 1 AS one"]]);
    const withView = contractOf({ table: { name: "sales.orders" }, aggregates: ["sales.daily"] }, aggregates);
    expect(planned(found(true, asItIs), withView)).toEqual(again);
  });
});

test("an inspection right before the load decides: also that it is refused", () => {
  expect(planned(found(false, answer())).branch).toBe("upsert");
  expect(() => planned(found(false, answer(target, ...columns("bigint"))))).toThrow(
    expect.objectContaining({ name: "SchemaDrift" }),
  );
});
