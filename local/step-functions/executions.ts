import type { Account } from "../call/call.js";
import {
  type Answer,
  begin,
  Journal,
  type JournalRecord,
  type Json,
  type Machine,
  type Options,
  type Running,
  redrive,
  resume,
  Stopped,
} from "../interpreter/index.js";
import { executionAlreadyExists, executionDoesNotExist, notRedrivable } from "./errors.js";
import { perform } from "./integrations/integrations.js";
import { readChecked, type StateMachine } from "./machines.js";
import { executionArn } from "./names.js";
import { statusEvent, summaryOf, whyNotRedrivable } from "./responses.js";
import type { ExecutionStore, Header, StoredExecution } from "./store.js";
import { executionOfToken, makeToken } from "./tokens.js";

/** A closed execution's name is free again after so long (A1.6). */
const NAME_TAKEN_MS = 90 * 24 * 60 * 60 * 1000;
const TOKEN_VALID_MS = 15 * 60 * 1000;
const TOKENS_REMEMBERED = 10;

interface Live {
  readonly header: Header;
  readonly running: Running;
  /** Resolves when the end is on disk and its event out. */
  readonly finished: Promise<void>;
}

/** The executions of the local account: those under way, and the way to all others on disk. */
export class Executions {
  readonly #account: Account;
  readonly #store: ExecutionStore;
  readonly #live = new Map<string, Live>();
  readonly #machines = new Map<string, Machine>();
  #background: Promise<unknown> = Promise.resolve();

  constructor(account: Account, store: ExecutionStore) {
    this.#account = account;
    this.#store = store;
  }

  /** StartExecution. The same name with the same input while it runs is the same execution (A1.4, A1.5).
   * @throws ExecutionAlreadyExists */
  start(machine: StateMachine, name: string, inputText: string, input: Json): { arn: string; startedAt: number } {
    const arn = executionArn(machine.arn, name);
    const live = this.#live.get(arn);
    const isRunning = live !== undefined && live.running.journal.ending === undefined;
    if (isRunning && live.header.input === inputText) return { arn, startedAt: live.running.journal.startedAt };
    const known = this.#store.summary(arn);
    if (live !== undefined || known !== undefined) {
      const stoppedAt = live === undefined ? known?.stoppedAt : undefined;
      if (stoppedAt === undefined || this.#now() - stoppedAt < NAME_TAKEN_MS) throw executionAlreadyExists(arn);
      this.#store.forget(arn);
    }
    const { arn: stateMachineArn, roleArn, definition, definitionHash } = machine;
    const header = { arn, stateMachineArn, name, roleArn, input: inputText, definitionHash };
    const stored = this.#store.create(header, definition);
    this.#launch(stored, (options) => begin(machine.machine, { ...options, input }));
    this.#announceStart(arn);
    return { arn, startedAt: this.journal(arn).startedAt };
  }

  /** StopExecution: what it started is stopped too. One that has ended stays as it is. @returns when it ended */
  async stop(arn: string, error?: string, cause?: string): Promise<number> {
    const live = this.#live.get(arn);
    live?.running.abort(error, cause);
    await live?.finished;
    const summary = this.#store.summary(arn);
    if (summary === undefined) throw executionDoesNotExist(arn);
    return summary.stoppedAt ?? this.#now();
  }

  /** RedriveExecution (A3). The same client token within 15 minutes is the same redrive (A3.8).
   * @throws ExecutionDoesNotExist, ExecutionNotRedrivable */
  async redrive(arn: string, clientToken: string | undefined): Promise<number> {
    const before = this.#live.get(arn);
    // One that has just ended is not yet put away.
    if (before?.running.journal.ending !== undefined) await before.finished;
    const now = this.#now();
    const stored = this.#store.open(arn);
    if (stored === undefined) throw executionDoesNotExist(arn);
    const tokens = stored.redriveTokens.slice(-TOKENS_REMEMBERED);
    const earlier = tokens.find((token) => token.clientToken === clientToken && now - token.at < TOKEN_VALID_MS);
    const live = this.#live.get(arn);
    const problem =
      live === undefined ? whyNotRedrivable(fold(stored.records), now) : "Execution is RUNNING and cannot be redriven";
    if (earlier !== undefined || problem !== undefined) {
      stored.close();
      if (earlier === undefined) throw notRedrivable(problem ?? "");
      return earlier.at;
    }
    const summary = summaryOf(stored.header, fold(stored.records));
    // In the index first: a kill before the redrive is in the file is put right at the next start, the reverse is not.
    this.#store.setSummary({ ...summary, status: "RUNNING" });
    this.#launch(stored, (options) => redrive(this.#machineOf(stored.header), stored.records, options));
    if (clientToken !== undefined) stored.appendToken({ clientToken, at: now });
    this.#announceStart(arn);
    return now;
  }

  /** Answers or beats for a task token. `unknown`: not a token of ours; `gone`: nobody waits for it any more. */
  answer(token: string, answer: Answer): "done" | "unknown" | "gone" {
    return this.#withToken(token, (running) => running.answer(token, answer));
  }

  heartbeat(token: string): "done" | "unknown" | "gone" {
    return this.#withToken(token, (running) => running.heartbeat(token));
  }

  #withToken(token: string, act: (running: Running) => boolean): "done" | "unknown" | "gone" {
    const arn = executionOfToken(token);
    if (arn === undefined) return "unknown";
    const live = this.#live.get(arn);
    if (live !== undefined && act(live.running)) return "done";
    return live !== undefined || this.#store.summary(arn) !== undefined ? "gone" : "unknown";
  }

  /** An execution's history and state. @throws ExecutionDoesNotExist */
  journal(arn: string): Journal {
    return this.read(arn).journal;
  }

  read(arn: string): { readonly header: Header; readonly journal: Journal } {
    const live = this.#live.get(arn);
    if (live !== undefined) return { header: live.header, journal: live.running.journal };
    const stored = this.#store.open(arn);
    if (stored === undefined) throw executionDoesNotExist(arn);
    stored.close();
    return { header: stored.header, journal: fold(stored.records) };
  }

  /** Resolves when an execution has ended. @throws the signal's reason */
  async ended(arn: string, signal: AbortSignal): Promise<void> {
    const live = this.#live.get(arn);
    if (live === undefined) return;
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      void live.finished.then(resolve);
    });
  }

  /** Takes up what was under way when the process ended. */
  resumeAll(): void {
    for (const stored of this.#store.unindexed()) {
      this.#store.setSummary(summaryOf(stored.header, fold(stored.records)));
      stored.close();
    }
    const running = [...this.#store.summaries()].filter(
      ({ status, arn }) => status === "RUNNING" && !this.#live.has(arn),
    );
    for (const { arn } of running.sort((a, b) => a.startedAt - b.startedAt)) {
      const stored = this.#store.open(arn);
      if (stored === undefined) continue;
      this.#launch(stored, (options) => resume(this.#machineOf(stored.header), stored.records, options));
    }
  }

  /** Leaves everything as a kill would, but with no write half done. */
  async close(): Promise<void> {
    const live = [...this.#live.values()];
    for (const { running } of live) running.suspend();
    await Promise.allSettled([...live.map(({ finished }) => finished), this.#background]);
    this.#store.close();
  }

  #now(): number {
    return this.#account.clock.now();
  }

  /** The machine that an execution began with, whatever the templates say by now (A3.2). */
  #machineOf(header: Header): Machine {
    const known = this.#machines.get(header.definitionHash);
    if (known !== undefined) return known;
    const machine = readChecked(this.#store.definition(header.definitionHash));
    this.#machines.set(header.definitionHash, machine);
    return machine;
  }

  #launch(stored: StoredExecution, start: (options: Options) => Running): void {
    const { header } = stored;
    const account = this.#account;
    const running = start({
      clock: account.clock,
      region: account.region,
      makeToken: () => makeToken(header.arn),
      context: {
        Execution: { Id: header.arn, Name: header.name, RoleArn: header.roleArn },
        StateMachine: {
          Id: header.stateMachineArn,
          Name: header.stateMachineArn.slice(header.stateMachineArn.lastIndexOf(":") + 1),
        },
      },
      journal: (record) => stored.append(record),
      invoke: async (task) => {
        const principal = account.rolePrincipal(header.roleArn, {
          service: "states",
          sourceArn: header.stateMachineArn,
        });
        return perform(
          { account, principal, executionArn: header.arn, ended: (arn, signal) => this.ended(arn, signal) },
          task,
        );
      },
    });
    this.#live.set(header.arn, { header, running, finished: this.#finish(stored, running) });
  }

  /** The end: its event first, so that a kill between the two repeats it rather than losing it. */
  async #finish(stored: StoredExecution, running: Running): Promise<void> {
    const { header } = stored;
    try {
      await running.outcome;
    } catch (error) {
      stored.close();
      if (!(error instanceof Stopped)) this.#report(`${header.arn} stands still until the next start`, error);
      return;
    }
    const release = this.#account.clock.hold?.();
    try {
      await this.#emit(header, running.journal);
      this.#store.setSummary(summaryOf(header, running.journal));
      stored.close();
      this.#live.delete(header.arn);
    } finally {
      release?.();
    }
  }

  #announceStart(arn: string): void {
    const { header, journal } = this.read(arn);
    this.#store.setSummary(summaryOf(header, journal));
    const release = this.#account.clock.hold?.();
    const before = this.#background;
    const emitted = this.#emit(header, journal).finally(() => release?.());
    this.#background = Promise.allSettled([before, emitted]);
  }

  async #emit(header: Header, journal: Journal): Promise<void> {
    try {
      await this.#account.emit(statusEvent(header, journal, this.#now()));
    } catch (error) {
      this.#report(`the status event of ${header.arn} is lost`, error);
    }
  }

  /** Tells a person what no answer tells. */
  #report(what: string, error: unknown): void {
    const problem = new Error(`${what}: ${String(error)}`, { cause: error });
    if (this.#account.report === undefined) process.emitWarning(problem);
    else this.#account.report(problem);
  }
}

function fold(records: Iterable<JournalRecord>): Journal {
  return new Journal(
    records,
    () => {},
    () => 0,
  );
}
