import type { EmittedEvent, Shape } from "../call/call.js";
import type { Ending, HistoryEvent, Journal } from "../interpreter/index.js";
import { MOST_EVENTS, redriveProblem } from "../interpreter/index.js";
import type { Header, Summary } from "./store.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const REDRIVABLE_FOR_MS = 14 * DAY_MS;
const LONGEST_LIFE_MS = 365 * DAY_MS;
/** Input and output that are larger are left out of events (A10.5). */
const LARGEST_IN_EVENT_BYTES = 248 * 1024;

/** Why an execution cannot be redriven now (A3.1); undefined: it can. */
export function whyNotRedrivable(journal: Journal, now: number): string | undefined {
  const problem = redriveProblem(journal);
  if (problem !== undefined) return problem;
  if (journal.history.length >= MOST_EVENTS - 1) {
    return `Execution has ${journal.history.length} events and cannot be redriven`;
  }
  const isTooOld = now - (journal.ending?.at ?? now) > REDRIVABLE_FOR_MS || now - journal.startedAt > LONGEST_LIFE_MS;
  return isTooOld ? "Execution has exceeded its redrivable period and cannot be redriven" : undefined;
}

function redriveShape(journal: Journal, now: number): Shape {
  const reason = whyNotRedrivable(journal, now);
  return {
    redriveCount: journal.redrive?.count ?? 0,
    ...(journal.redrive === undefined ? {} : { redriveDate: new Date(journal.redrive.at) }),
    redriveStatus: reason === undefined ? "REDRIVABLE" : "NOT_REDRIVABLE",
    ...(reason === undefined ? {} : { redriveStatusReason: reason }),
  };
}

function endingShape(ending: Ending): Shape {
  return {
    stopDate: new Date(ending.at),
    ...(ending.output === undefined
      ? {}
      : { output: JSON.stringify(ending.output), outputDetails: { included: true } }),
    ...(ending.error === undefined ? {} : { error: ending.error }),
    ...(ending.cause === undefined ? {} : { cause: ending.cause }),
  };
}

/** DescribeExecution's output. */
export function describeExecution(header: Header, journal: Journal, now: number): Shape {
  const { ending } = journal;
  return {
    executionArn: header.arn,
    stateMachineArn: header.stateMachineArn,
    name: header.name,
    status: ending?.status ?? "RUNNING",
    startDate: new Date(journal.startedAt),
    input: header.input,
    inputDetails: { included: true },
    ...(ending === undefined ? {} : endingShape(ending)),
    ...redriveShape(journal, now),
  };
}

/** One entry of ListExecutions. */
export function listedExecution(summary: Summary): Shape {
  return {
    executionArn: summary.arn,
    stateMachineArn: summary.stateMachineArn,
    name: summary.name,
    status: summary.status,
    startDate: new Date(summary.startedAt),
    ...(summary.stoppedAt === undefined ? {} : { stopDate: new Date(summary.stoppedAt) }),
    redriveCount: summary.redriveCount,
    ...(summary.redrivenAt === undefined ? {} : { redriveDate: new Date(summary.redrivenAt) }),
  };
}

export function summaryOf(header: Header, journal: Journal): Summary {
  return {
    arn: header.arn,
    stateMachineArn: header.stateMachineArn,
    name: header.name,
    status: journal.ending?.status ?? "RUNNING",
    startedAt: journal.startedAt,
    ...(journal.ending === undefined ? {} : { stoppedAt: journal.ending.at }),
    redriveCount: journal.redrive?.count ?? 0,
    ...(journal.redrive === undefined ? {} : { redrivenAt: journal.redrive.at }),
  };
}

/** The event of a change of status (A10.5, A3.13): times in epoch milliseconds, what is missing null. */
export function statusEvent(header: Header, journal: Journal, now: number): EmittedEvent {
  const { ending, redrive } = journal;
  const output = ending?.output === undefined ? undefined : JSON.stringify(ending.output);
  const isIncluded = Buffer.byteLength(header.input) + Buffer.byteLength(output ?? "") <= LARGEST_IN_EVENT_BYTES;
  const { redriveStatus, redriveStatusReason } = redriveShape(journal, now);
  return {
    source: "aws.states",
    detailType: "Step Functions Execution Status Change",
    resources: [header.arn],
    detail: {
      executionArn: header.arn,
      stateMachineArn: header.stateMachineArn,
      name: header.name,
      status: ending?.status ?? "RUNNING",
      startDate: journal.startedAt,
      stopDate: ending?.at ?? null,
      input: isIncluded ? header.input : null,
      output: isIncluded ? (output ?? null) : null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: redrive?.count ?? 0,
      redriveDate: redrive?.at ?? null,
      redriveStatus,
      redriveStatusReason: redriveStatusReason ?? null,
      inputDetails: { included: isIncluded },
      outputDetails: output === undefined ? null : { included: isIncluded },
      error: ending?.error ?? null,
      cause: ending?.cause ?? null,
    },
  };
}

const DATA_MEMBERS: ReadonlySet<string> = new Set(["input", "output", "parameters", "assignedVariables"]);

/** A history event as GetExecutionHistory has it; without its data when they are not wanted. */
export function historyShape({ timestamp, ...event }: HistoryEvent, hasData: boolean): Shape {
  const members = Object.entries(event).map(([name, value]): [string, unknown] => {
    if (hasData || typeof value !== "object") return [name, value];
    return [name, Object.fromEntries(Object.entries(value).filter(([member]) => !DATA_MEMBERS.has(member)))];
  });
  return { ...Object.fromEntries(members), timestamp: new Date(timestamp) };
}
