import { VirtualClock } from "../../call/virtual-clock.js";
import {
  begin,
  type Invoke,
  type JournalRecord,
  type Json,
  type Outcome,
  readDefinition,
} from "../../interpreter/index.js";

export const START = Date.parse("2026-11-24T05:00:00Z");

/** A machine of these states; StartAt is the first. */
export function machine(states: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return { QueryLanguage: "JSONata", StartAt: Object.keys(states)[0], States: states, ...more };
}

/** A call that nobody foresaw is a mistake. */
export const noCalls: Invoke = async (task) => {
  throw new Error(`unforeseen call of ${task.state}`);
};

export interface Ran extends Outcome {
  readonly records: readonly JournalRecord[];
  readonly seconds: number;
}

/** Runs on a virtual clock, and keeps the journal. */
export async function run(
  definition: unknown,
  options: { input?: Json; invoke?: Invoke; random?: () => number; clock?: VirtualClock } = {},
): Promise<Ran> {
  const clock = options.clock ?? new VirtualClock(START);
  const started = clock.now();
  const records: JournalRecord[] = [];
  const running = begin(readDefinition(definition), {
    input: options.input ?? {},
    invoke: options.invoke ?? noCalls,
    clock,
    random: options.random ?? (() => 0.5),
    journal: (record) => records.push(structuredClone(record)),
    context: { Execution: { RoleArn: "arn:aws:iam::000000000000:role/test" } },
  });
  const outcome = await running.outcome;
  return { ...outcome, records, seconds: (clock.now() - started) / 1000 };
}

/** A history in short: `id previous type`. */
export function brief(outcome: Outcome): readonly string[] {
  return outcome.history.map(({ id, previousEventId, type }) => `${id} ${previousEventId} ${type}`);
}

export const LAMBDA = "arn:aws:states:::lambda:invoke";

export function task(more: Record<string, unknown> = {}) {
  return { Type: "Task", Resource: LAMBDA, End: true, ...more };
}
