import { VirtualClock } from "../local/call/virtual-clock.js";
import {
  begin,
  type HistoryEvent,
  isJsonObject,
  type Json,
  type JsonObject,
  readDefinition,
  type Task,
} from "../local/interpreter/index.js";

/** How long things take, in seconds of virtual time. */
export interface Durations {
  readonly job: number;
  readonly crawl: number;
  /** Of the statement that looks at the target's catalogue. */
  readonly inspection: number;
  /** Of the load and of the refresh of the aggregates. */
  readonly statement: number;
}

export interface Counted {
  readonly transitions: number;
  /** By machine. */
  readonly by: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** From the end of each statement until somebody knew of it, in seconds. */
  readonly delays: readonly number[];
}

interface Statement {
  readonly endsAt: number;
  readonly results: number;
  isSeen: boolean;
}

/** Seconds from a statement's end until its event has answered the task's token: EventBridge and a Lambda (F2.2). */
const eventSeconds = 1;

/** A state that is entered is one, and so is each retry of a task (A4.4). */
function transitionsOf(history: readonly HistoryEvent[]): number {
  const count = (matches: (type: string) => boolean) => history.filter(({ type }) => matches(String(type))).length;
  const retries = count((type) => type === "TaskScheduled") - count((type) => type === "TaskStateEntered");
  return count((type) => type.endsWith("StateEntered")) + retries;
}

/** Fakes of what the machines call, on one virtual clock; every state that is entered is counted, also the children's. */
export class World {
  readonly #clock = new VirtualClock(Date.parse("2026-11-24T05:00:00Z"));
  readonly #durations: Durations;
  readonly #options: { readonly lambdas: Readonly<Record<string, Json>>; readonly machines: (name: string) => unknown };
  readonly #isEventLost: boolean;
  readonly #statements = new Map<string, Statement>();
  readonly #byToken = new Map<string, string>();
  readonly #delays: number[] = [];
  readonly #by: Record<string, number> = {};
  #crawl = { startedAt: 0, endsAt: 0 };

  constructor(
    durations: Durations,
    options: {
      readonly lambdas: Readonly<Record<string, Json>>;
      /** A machine's definition by name. */
      readonly machines: (name: string) => unknown;
      readonly isEventLost?: boolean;
    },
  ) {
    this.#durations = durations;
    this.#options = options;
    this.#isEventLost = options.isEventLost ?? false;
  }

  /** Runs a machine to its end. @throws Error when it does not succeed */
  async count(machine: string, input: Json): Promise<Counted> {
    const start = this.#clock.now();
    await this.#run(machine, input);
    const transitions = Object.values(this.#by).reduce((sum, each) => sum + each, 0);
    return { transitions, by: this.#by, seconds: (this.#clock.now() - start) / 1000, delays: this.#delays };
  }

  async #run(machine: string, input: Json): Promise<Json> {
    const running = begin(readDefinition(this.#options.machines(machine)), {
      clock: this.#clock,
      random: () => 0.5,
      makeToken: () => `token-${this.#statements.size}-${Math.random()}`,
      journal: () => {},
      context: { Execution: { Id: `arn:${machine}:${this.#statements.size}`, Name: machine } },
      invoke: (task) => this.#invoke(task),
      input,
    });
    const { status, output, error, cause, history } = await running.outcome;
    this.#by[machine] = (this.#by[machine] ?? 0) + transitionsOf(history);
    if (status !== "SUCCEEDED") throw new Error(`${machine} ended as ${status}: ${error} ${cause}`);
    return output ?? null;
  }

  async #invoke(task: Task): Promise<Json> {
    const given: JsonObject = isJsonObject(task.arguments) ? task.arguments : {};
    const action = task.resource.replace(/^arn:aws:states:::(aws-sdk:)?/, "");
    switch (action) {
      case "lambda:invoke":
        return { StatusCode: 200, Payload: this.#options.lambdas[String(given.FunctionName)] ?? {} };
      case "states:startExecution.sync:2":
        return { Status: "SUCCEEDED", Output: await this.#run(String(given.StateMachineArn), given.Input ?? {}) };
      case "glue:startJobRun.sync":
        await this.#clock.sleep(this.#durations.job * 1000);
        return { Id: "jr_1", JobRunState: "SUCCEEDED" };
      case "glue:startCrawler":
        this.#crawl = { startedAt: this.#clock.now(), endsAt: this.#clock.now() + this.#durations.crawl * 1000 };
        return {};
      case "glue:getCrawler":
        return { Crawler: this.#crawler() };
      case "redshiftdata:batchExecuteStatement":
      case "redshiftdata:executeStatement":
        return { Id: this.#submit(given) };
      case "redshiftdata:batchExecuteStatement.waitForTaskToken":
      case "redshiftdata:executeStatement.waitForTaskToken":
        this.#submit(given, task);
        return {};
      case "redshiftdata:describeStatement":
        return this.#describe(String(given.Id));
      case "redshiftdata:getStatementResult":
        return { Records: [[1, 0, 0, 0, 0].map((LongValue) => ({ LongValue }))] };
      default:
        throw new Error(`nobody foresaw ${task.resource}`);
    }
  }

  #crawler(): JsonObject {
    const isRunning = this.#clock.now() < this.#crawl.endsAt;
    const StartTime = new Date(this.#crawl.startedAt).toISOString();
    return { State: isRunning ? "RUNNING" : "READY", LastCrawl: { StartTime, Status: "SUCCEEDED" } };
  }

  #submit(given: JsonObject, task?: Task): string {
    const token = String(given.ClientToken ?? this.#statements.size);
    const known = this.#byToken.get(token);
    if (known !== undefined) return known;
    const id = `statement-${this.#statements.size}`;
    this.#byToken.set(token, id);
    const sqls = Array.isArray(given.Sqls) ? given.Sqls.map(String) : [String(given.Sql)];
    const isInspection = sqls.some((sql) => sql.startsWith("inspect"));
    const seconds = isInspection ? this.#durations.inspection : this.#durations.statement;
    const results = sqls.filter((sql) => !sql.startsWith("refresh")).length;
    this.#statements.set(id, { endsAt: this.#clock.now() + seconds * 1000, results, isSeen: false });
    if (task !== undefined && !this.#isEventLost) {
      void this.#clock.sleep((seconds + eventSeconds) * 1000).then(() => {
        this.#see(id);
        task.succeed({ statementId: id });
      });
    }
    return id;
  }

  #see(id: string): void {
    const statement = this.#statements.get(id);
    if (statement === undefined || statement.isSeen) return;
    statement.isSeen = true;
    this.#delays.push((this.#clock.now() - statement.endsAt) / 1000);
  }

  #describe(id: string): Json {
    const statement = this.#statements.get(id);
    if (statement === undefined) throw new Error(`no statement ${id}`);
    if (this.#clock.now() < statement.endsAt) return { Status: "STARTED" };
    this.#see(id);
    const SubStatements = Array.from({ length: statement.results }, (_, index) => ({
      Id: `${id}:${index + 1}`,
      HasResultSet: true,
    }));
    return { Status: "FINISHED", SubStatements };
  }
}
