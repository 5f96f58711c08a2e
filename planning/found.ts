import { z } from "zod";
import { stateInputs } from "./inputs.js";
import { type Inspection, readInspection } from "./inspection.js";
import { type Plan, type PlanInput, planLoad } from "./plan.js";

/**
 * What load-partition has found at the target: early, beside the conversion, or again, right before the load. The answer is
 * that of run-statements, or null where the early inspection failed.
 */
export const Found = z.object({
  isEarly: z.boolean(),
  answer: z.object({ results: z.unknown() }).nullable(),
});
export type Found = z.infer<typeof Found>;

/** The answer that has the target inspected again. */
const inspectAgain = { branch: "inspect", snapshotBefore: null, prepare: [] } as const;

export type StateInputs = ReturnType<typeof stateInputs> | typeof inspectAgain;

/**
 * The answer of plan-load. An early inspection decides only that the batch is loaded into the table as it is; whatever
 * changes the table, or ends the load, is decided by one that is made right before. That nobody alters the table after the
 * inspection, the load makes sure itself (unaltered.ts).
 * @param execution the ARN of the execution that loads @throws what planLoad and readInspection do
 */
export function planOf(found: Found, input: Omit<PlanInput, "inspection">, execution: string): StateInputs {
  const { isEarly, answer } = found;
  if (!isEarly) return stateInputs(planLoad({ ...input, inspection: readInspection(answer?.results) }), execution);
  const plan = answer === null ? undefined : tried(() => planAsItIs(readInspection(answer.results), input));
  return plan === undefined ? inspectAgain : stateInputs(plan, execution);
}

function planAsItIs(inspection: Inspection, input: Omit<PlanInput, "inspection">): Plan | undefined {
  const plan = planLoad({ ...input, inspection });
  const isPrepared = plan.widen === null && plan.prepare === null && plan.grow.length === 0;
  return isPrepared && !plan.makesViews && plan.branch !== "swap" ? plan : undefined;
}

function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
