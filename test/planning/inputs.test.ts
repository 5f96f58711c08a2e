import { describe, expect, test } from "@jest/globals";
import { stateInputs } from "../../planning/inputs.js";
import type { Plan } from "../../planning/plan.js";
import { definitions } from "../../state-machines/definitions.js";
import { contractOf, plan } from "./fixture.js";

const execution = "arn:aws:states:eu-west-1:000000000000:execution:demo-shop-load-partition:orders-1";
const isInput = (value: unknown) => definitions["run-statements"].input.strict().safeParse(value).success;

describe("what load-partition is told of a plan", () => {
  test.each([
    ["upsert", {}, ["load"]],
    ["append", { load: { mode: "append" } }, ["load"]],
    ["truncate", { load: { mode: "truncate" } }, ["fill", "truncate", "insert"]],
    ["swap", { load: { mode: "swap" } }, ["build", "swap"]],
  ])("%s: the whole input of each of its states", (branch, overrides, states) => {
    const inputs: Readonly<Record<string, unknown>> = stateInputs(plan(contractOf(overrides)), execution);
    expect(inputs.branch).toBe(branch);
    for (const state of [...states, "ledger"]) expect([state, isInput(inputs[state])]).toEqual([state, true]);
    expect(inputs).toMatchObject({ aggregates: null, snapshotBefore: null, snapshotAfter: null });
    expect(inputs[states[0] ?? ""]).toMatchObject({ AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: execution });
  });

  test.each(["before", "after"] as const)("a snapshot %s the load", (when) => {
    const planned = plan(contractOf({ load: { mode: "append", snapshot: { when } } }));
    const { snapshotBefore, snapshotAfter } = stateInputs(planned, execution);
    const [asked, other] = when === "before" ? [snapshotBefore, snapshotAfter] : [snapshotAfter, snapshotBefore];
    expect(other).toBeNull();
    expect(definitions["take-snapshot"].input.strict().safeParse(asked).success).toBe(true);
  });

  test("what no transaction block takes comes first", () => {
    const step = (label: string) => ({ statements: [label], transaction: true, label, timeoutSeconds: 1 });
    const planned: Plan = { ...plan(contractOf()), widen: step("widen"), prepare: step("prepare") };
    const { prepare } = stateInputs(planned, execution);
    expect(prepare.map(({ step, input }) => [step, input.label])).toEqual([
      ["widen-the-columns", "widen"],
      ["prepare-the-target", "prepare"],
    ]);
  });
});
