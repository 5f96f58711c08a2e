import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { z } from "zod";
import type { Visit } from "../../console/model/api.js";
import { statesOfEvents } from "../loads/event-states.js";

/** The visits of an execution to its states, and the executions that its states started. */
export interface StateVisits {
  readonly visits: readonly Visit[];
  readonly children: readonly { readonly state: string; readonly arn: string }[];
}

interface OpenVisit {
  readonly state: string;
  readonly from: number;
  seconds: number | null;
  outcome: Visit["outcome"];
  error: string | null;
}

const Submitted = z.object({ ExecutionArn: z.string() });
const ends: ReadonlySet<string> = new Set(["ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"]);

/**
 * Reads a history. What was open when the execution ended badly is what failed: of a Parallel, itself and the branches that
 * had not ended. A redrive begins new visits there, since it enters no state anew (A3.6).
 */
export function readVisits(events: readonly HistoryEvent[]): StateVisits {
  const visits: OpenVisit[] = [];
  const children: { state: string; arn: string }[] = [];
  const stateOf = statesOfEvents();
  let failed: readonly OpenVisit[] = [];
  for (const event of events) {
    const { type = "" } = event;
    const time = event.timestamp?.getTime() ?? 0;
    const entered = event.stateEnteredEventDetails?.name;
    const state = stateOf(event);
    if (entered !== undefined) visits.push(begun(entered, time));
    const exited = event.stateExitedEventDetails?.name;
    if (exited !== undefined) end(visits, exited, time);
    const error = errorOf(event);
    const open = visits.findLast((visit) => visit.state === state && visit.seconds === null);
    if (error !== undefined && open !== undefined) open.error = error;
    const arn = Submitted.safeParse(parse(event.taskSubmittedEventDetails?.output)).data?.ExecutionArn;
    if (arn !== undefined) children.push({ state, arn });
    if (ends.has(type)) failed = fail(visits, time, event);
    if (type === "ExecutionRedriven") visits.push(...failed.map((visit) => begun(visit.state, time)));
  }
  return { visits: visits.map(visitOf), children };
}

const begun = (state: string, from: number): OpenVisit => ({
  state,
  from,
  seconds: null,
  outcome: "running",
  error: null,
});

function end(visits: readonly OpenVisit[], state: string, time: number): void {
  const open = visits.findLast((visit) => visit.state === state && visit.seconds === null);
  if (open === undefined) return;
  open.seconds = (time - open.from) / 1000;
  open.outcome = "done";
}

/** @returns the visits that the execution's end has ended */
function fail(visits: readonly OpenVisit[], time: number, event: HistoryEvent): readonly OpenVisit[] {
  const cause =
    event.executionFailedEventDetails ?? event.executionTimedOutEventDetails ?? event.executionAbortedEventDetails;
  const open = visits.filter(({ seconds }) => seconds === null);
  for (const visit of open) {
    visit.seconds = (time - visit.from) / 1000;
    visit.outcome = "failed";
    visit.error = cause?.error ?? visit.error;
  }
  return open;
}

const errorOf = (event: HistoryEvent): string | undefined =>
  (
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.taskStartFailedEventDetails ??
    event.lambdaFunctionFailedEventDetails
  )?.error;

const visitOf = ({ state, from, seconds, outcome, error }: OpenVisit): Visit => ({
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
