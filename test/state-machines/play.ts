import { VirtualClock } from "../../local/call/virtual-clock.js";
import {
  begin,
  isJsonObject,
  type JournalRecord,
  type Json,
  type JsonObject,
  type Machine,
  type Options,
  type Running,
  readDefinition,
  redrive,
  type Task,
  TaskFailure,
} from "../../local/interpreter/index.js";
import { definitionText, type MachineName, placeholdersOf } from "../../state-machines/definitions.js";
import { passingPattern } from "../../state-machines/passing-errors.js";

/** What a call answers: a result, an error by name, or nothing for ever (a token that nobody answers). */
export type Reply = Json | Refuses | Silent | ((task: Task) => Json);
export class Refuses {
  readonly error: string;
  readonly cause: string;
  constructor(error: string, cause = `cause of ${error}`) {
    this.error = error;
    this.cause = cause;
  }
}
export class Silent {}

/** State name → the replies to its calls, in order; the last one stays for all that follow. */
export type Script = Readonly<Record<string, Reply | readonly Reply[]>>;

export interface Played {
  readonly status: string;
  readonly output: Json | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The names of the states, in the order in which they were entered. */
  readonly states: readonly string[];
  readonly calls: readonly { readonly state: string; readonly arguments: Json }[];
  /** Virtual seconds from start to end. */
  readonly seconds: number;
  /** The same execution redriven, with other replies. */
  readonly redriven: (script: Script) => Promise<Played>;
}

/** The members of an object; none of anything else. */
export const members = (value: Json | undefined): JsonObject =>
  value !== undefined && isJsonObject(value) ? value : {};

/** A member of an object by name. */
export const member = (value: Json | undefined, name: string): Json | undefined => members(value)[name];

export const START = Date.parse("2026-11-24T05:00:00.123Z");

/** What placeholders stand for that are more than the name of a resource. */
const filled: Readonly<Record<string, string>> = {
  warehouseMember: "ClusterIdentifier",
  schema: "sluice",
  passingErrors: passingPattern("recovery"),
  rotationErrors: passingPattern("rotation"),
};

/** A machine's definition as it is deployed, every other placeholder filled with its own name; on a cluster. */
export function deployed(machine: MachineName): unknown {
  const text = definitionText(machine);
  return JSON.parse(
    placeholdersOf(text).reduce((made, name) => made.replaceAll(`\${${name}}`, () => filled[name] ?? name), text),
  );
}

/** Runs a machine on a virtual clock. A call that the script does not foresee is a mistake of the machine. */
export async function play(
  machine: MachineName,
  input: Json,
  script: Script,
  execution = "earthquakes-20261122-0123456789ab",
): Promise<Played> {
  return perform(machine, execution, [], script, (definition, options) => begin(definition, { ...options, input }));
}

type Begin = (definition: Machine, options: Options, records: readonly JournalRecord[]) => Running;

async function perform(
  machine: MachineName,
  execution: string,
  before: readonly JournalRecord[],
  script: Script,
  start: Begin,
): Promise<Played> {
  const clock = new VirtualClock(START);
  const records: JournalRecord[] = [...before];
  const calls: { state: string; arguments: Json }[] = [];
  const options: Options = {
    clock,
    random: () => 0.5,
    makeToken: () => `token-${calls.length}`,
    journal: (record) => records.push(structuredClone(record)),
    context: {
      Execution: {
        Id: `arn:aws:states:eu-west-1:000000000000:execution:${machine}:${execution}`,
        Name: execution,
        StartTime: new Date(START).toISOString(),
      },
    },
    invoke: async (task) => {
      const earlier = calls.filter(({ state }) => state === task.state).length;
      calls.push({ state: task.state, arguments: task.arguments });
      return answer(task, replyTo(script[task.state], earlier));
    },
  };
  const running = start(readDefinition(deployed(machine)), options, before);
  const { status, output, error, cause, history } = await running.outcome;
  const states = history.flatMap(({ stateEnteredEventDetails: details }) =>
    isJsonObject(details) && typeof details.name === "string" ? [details.name] : [],
  );
  const redriven = (next: Script) =>
    perform(machine, execution, records, next, (definition, given, left) => redrive(definition, left, given));
  return { status, output, error, cause, states, calls, seconds: (clock.now() - START) / 1000, redriven };
}

async function answer(task: Task, reply: Reply | undefined): Promise<Json> {
  if (reply === undefined) throw new TaskFailure("Unforeseen", `nobody foresaw a call of ${task.state}`);
  if (reply instanceof Refuses) throw new TaskFailure(reply.error, reply.cause);
  if (reply instanceof Silent) return task.token === undefined ? new Promise<never>(() => {}) : {};
  const given = typeof reply === "function" ? reply(task) : reply;
  if (task.token === undefined) return given;
  task.succeed(given);
  return {};
}

function replyTo(replies: Reply | readonly Reply[] | undefined, before: number): Reply | undefined {
  if (!isList(replies)) return replies;
  return replies[Math.min(before, replies.length - 1)];
}

function isList(replies: Reply | readonly Reply[] | undefined): replies is readonly Reply[] {
  return Array.isArray(replies);
}
