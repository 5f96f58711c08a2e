import { startedBy, statementsInput } from "../contract/definition.js";
import type { Plan, Snapshot } from "./plan.js";
import type { Step } from "./step.js";

/**
 * A plan as load-partition takes it: the branch, and the whole input of each state that may follow; null where there is
 * nothing to do. @param execution the ARN of the execution that loads
 */
export function stateInputs(plan: Plan, execution: string) {
  const { branch, widen, prepare, grow, ledger, aggregates, makesViews, snapshot, warnings, schemaChanges, ...others } =
    plan;
  const { diagnosis, publishes, ...steps } = others;
  const input = (step: Step) => ({ ...statementsInput(step, diagnosis), ...startedBy(execution) });
  const named = (step: string, of: Step | null) => (of === null ? [] : [{ step, input: input(of) }]);
  return {
    branch,
    snapshotBefore: snapshotInput(snapshot, "before", execution),
    /** One after the other, each with its part of the child's name: what no transaction block takes comes first, and what copies the table last. */
    prepare: [
      ...named("widen-the-columns", widen),
      ...named("prepare-the-target", prepare),
      ...grow.flatMap((step, at) => named(`grow-the-table-${at + 1}`, step)),
    ],
    ...Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, input(step)])),
    ledger: input(ledger),
    aggregates: aggregates && input(aggregates),
    snapshotAfter: snapshotInput(snapshot, "after", execution),
    /** Whether the lake gets the rows once they are loaded; then null. */
    publishes: publishes ? true : null,
    /** What the result shall say beside the report's own warnings. */
    warnings,
    /** For the event that tells of them. */
    schemaChanges,
  };
}

function snapshotInput(snapshot: Snapshot | null, when: Snapshot["when"], execution: string) {
  if (snapshot?.when !== when) return null;
  const { identifier, retentionDays, minimumDistanceSeconds } = snapshot;
  return { identifier, retentionDays, minimumDistanceSeconds, ...startedBy(execution) };
}
