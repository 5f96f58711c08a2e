import { type Block, isBlockState, type State } from "./definition.js";
import type { Change, Journal, Position } from "./journal.js";
import { ROOT } from "./run.js";

/** Why an execution cannot be redriven; undefined: it can (A3.1). */
export function redriveProblem(journal: Journal): string | undefined {
  const status = journal.ending?.status ?? "RUNNING";
  if (status === "RUNNING" || status === "SUCCEEDED") return `Execution is ${status} and cannot be redriven`;
  return journal.position(ROOT) === undefined ? "Execution did not enter a state and cannot be redriven" : undefined;
}

/** The record that takes an ended execution up again where it stood: states that were entered and not exited. Results
 * and variables stay; retry counters and clocks start anew (A3.3, A3.4, A3.7). */
export function planRedrive(machine: Block, journal: Journal, at: number): Change {
  const count = (journal.redrive?.count ?? 0) + 1;
  const redriven = journal.nextId;
  const positions: Record<string, Partial<Position>> = {};
  resetFrame(machine, ROOT, journal, redriven, positions);
  return {
    events: [{ type: "ExecutionRedriven", details: { redriveCount: count } }],
    redrive: { count, at },
    positions,
  };
}

function resetFrame(
  block: Block,
  id: string,
  journal: Journal,
  redriven: number,
  positions: Record<string, Partial<Position>>,
): void {
  const position = journal.position(id);
  if (position === undefined || position.step.kind === "finished") return;
  const state = block.states[position.state];
  if (state === undefined || position.step.kind === "begun") return;
  const fresh = { counters: [], retryCount: 0, last: redriven, attempt: null, answer: null } as const;
  const children = isBlockState(state) && !isOverLimit(position) ? position.children : null;
  if (children === null || !isBlockState(state)) {
    positions[id] = { ...fresh, children: null, step: { kind: stepAfter(state) } };
    return;
  }
  positions[id] = { ...fresh, step: { kind: "children" } };
  for (let index = 0; index < children.count; index++) {
    const inner = state.type === "Map" ? state.processor : state.branches[index];
    if (inner !== undefined) resetFrame(inner, `${id}/${index}`, journal, redriven, positions);
  }
}

/** After States.DataLimitExceeded all branches and iterations run again (A3.5). */
function isOverLimit({ step }: Position): boolean {
  return step.kind === "failed" && step.failure.error === "States.DataLimitExceeded";
}

function stepAfter(state: State): "entered" | "reentered" | "skipped" {
  if (state.type === "Fail") return "reentered";
  return state.type === "Pass" ? "skipped" : "entered";
}
