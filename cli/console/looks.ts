import type { Session } from "../account/session.js";
import { type UnclaimedFile, unclaimedFiles } from "../loads/unclaimed.js";
import { pausedSchedules } from "../schedules/pauses.js";
import type { KnownLoads } from "./known-loads.js";
import { type Overdue, readOverdue } from "./overview.js";
import { ExecutionWatch } from "./watch-executions.js";

/** Two pages that look at once share a look. */
const pollEveryMs = 1000;
/** The overdue watch itself looks every quarter of an hour, and nobody waits for a marker by the second. */
const overdueEveryMs = 60_000;
const pausedEveryMs = 60_000;
const unclaimedEveryMs = 5 * 60_000;

/** Asks again only after a while; who asks meanwhile gets what was found, or is still being looked for. */
class Remembered<Value> {
  readonly #everyMs: number;
  readonly #look: () => Promise<Value>;
  #last: { readonly at: number; readonly answer: Promise<Value> } | undefined;

  constructor(everyMs: number, look: () => Promise<Value>) {
    this.#everyMs = everyMs;
    this.#look = look;
  }

  get(): Promise<Value> {
    if (this.#last !== undefined && Date.now() - this.#last.at < this.#everyMs) return this.#last.answer;
    const answer = this.#look();
    this.#last = { at: Date.now(), answer };
    answer.catch(() => {
      this.#last = undefined;
    });
    return answer;
  }

  forget(): void {
    this.#last = undefined;
  }
}

/** What a console looks at in an account, each no more often than it changes. */
export class Looks {
  readonly watch: ExecutionWatch;
  readonly #executions: Remembered<KnownLoads>;
  readonly #overdue: Remembered<Overdue>;
  readonly #paused: Remembered<ReadonlyMap<string, string>>;
  readonly #unclaimed: Remembered<readonly UnclaimedFile[]>;
  #lastPoll: Promise<unknown> = Promise.resolve();
  #found: readonly UnclaimedFile[] = [];

  constructor(session: Session) {
    const { clients, deployment, project } = session;
    this.watch = new ExecutionWatch(clients, deployment, project.contracts);
    this.#executions = new Remembered(pollEveryMs, () => {
      // One look after the other: the watch is not made for two at once.
      const answer = this.#lastPoll.then(() => this.watch.update());
      this.#lastPoll = answer.catch(() => {});
      return answer;
    });
    this.#overdue = new Remembered(overdueEveryMs, () => readOverdue(session));
    this.#paused = new Remembered(pausedEveryMs, () => pausedSchedules(session, project.contracts));
    this.#unclaimed = new Remembered(unclaimedEveryMs, () => unclaimedFiles(session, project.contracts));
  }

  executions(): Promise<KnownLoads> {
    return this.#executions.get();
  }

  overdue(): Promise<Overdue> {
    return this.#overdue.get();
  }

  /** Since when schedules are paused, by dataset. */
  paused(): Promise<ReadonlyMap<string, string>> {
    return this.#paused.get();
  }

  /** As they were found last: nobody waits for a list of landing folders. */
  unclaimed(): readonly UnclaimedFile[] {
    this.#unclaimed.get().then(
      (files) => {
        this.#found = files;
      },
      () => {},
    );
    return this.#found;
  }

  /** Something was begun: the next look is a new one. */
  lookAgain(): void {
    this.#executions.forget();
    this.#paused.forget();
  }
}
