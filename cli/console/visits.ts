import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { z } from "zod";
import type { Visit } from "../../console/model/api.js";

/** The stays of an execution in its states, and the executions that its states started. */
export interface Stays {
  readonly visits: readonly Visit[];
  readonly children: readonly { readonly state: string; readonly arn: string }[];
}

interface Stay {
  readonly state: string;
  readonly from: number;
  seconds: number | null;
  outcome: Visit["outcome"];
  error: string | null;
}

const Submitted = z.object({ ExecutionArn: z.string() });
const ends: ReadonlySet<string> = new Set(["ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"]);

/**
 * Reads a history. What was open when the execution ended badly is what failed; a redrive begins a new stay there,
 * since it enters no state anew (A3.6). Which state an event belongs to, the chain of events before it says.
 */
export function readStays(events: readonly HistoryEvent[]): Stays {
  const stays: Stay[] = [];
  const children: { state: string; arn: string }[] = [];
  const stateOf = new Map<number, string>();
  for (const event of events) {
    const { id = 0, previousEventId = 0, type = "" } = event;
    const time = event.timestamp?.getTime() ?? 0;
    const entered = event.stateEnteredEventDetails?.name;
    const state = entered ?? stateOf.get(previousEventId) ?? "";
    stateOf.set(id, state);
    if (entered !== undefined) stays.push(begun(entered, time));
    const exited = event.stateExitedEventDetails?.name;
    if (exited !== undefined) end(stays, exited, time);
    const error = errorOf(event);
    const open = stays.findLast((stay) => stay.state === state && stay.seconds === null);
    if (error !== undefined && open !== undefined) open.error = error;
    const arn = Submitted.safeParse(parse(event.taskSubmittedEventDetails?.output)).data?.ExecutionArn;
    if (arn !== undefined) children.push({ state, arn });
    if (ends.has(type)) fail(stays, time, event);
    if (type === "ExecutionRedriven") {
      const failed = stays.findLast(({ outcome }) => outcome === "failed");
      if (failed !== undefined) stays.push(begun(failed.state, time));
      if (failed !== undefined) stateOf.set(id, failed.state);
    }
  }
  return { visits: stays.map(visitOf), children };
}

const begun = (state: string, from: number): Stay => ({ state, from, seconds: null, outcome: "running", error: null });

function end(stays: readonly Stay[], state: string, time: number): void {
  const open = stays.findLast((stay) => stay.state === state && stay.seconds === null);
  if (open === undefined) return;
  open.seconds = (time - open.from) / 1000;
  open.outcome = "done";
}

function fail(stays: readonly Stay[], time: number, event: HistoryEvent): void {
  const cause =
    event.executionFailedEventDetails ?? event.executionTimedOutEventDetails ?? event.executionAbortedEventDetails;
  for (const stay of stays.filter(({ seconds }) => seconds === null)) {
    stay.seconds = (time - stay.from) / 1000;
    stay.outcome = "failed";
    stay.error = cause?.error ?? stay.error;
  }
}

const errorOf = (event: HistoryEvent): string | undefined =>
  (
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.taskStartFailedEventDetails ??
    event.lambdaFunctionFailedEventDetails
  )?.error;

const visitOf = ({ state, from, seconds, outcome, error }: Stay): Visit => ({
  state,
  startedAt: new Date(from).toISOString(),
  seconds,
  outcome,
  error: outcome === "done" ? null : error,
});

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
