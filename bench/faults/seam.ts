import { type Account, AwsError, type Call, type Clock, type Shape } from "../../local/call/call.js";
import { realClock } from "../../local/call/clock.js";
import { ConnectionLost, type Faults, faultRules } from "../../local/call/faults.js";

/** One call of a run: the n-th (from 0) of an operation by a principal. */
export interface Site {
  readonly service: Call["service"];
  readonly operation: string;
  /** The role or service that calls: the last part of its ARN. */
  readonly caller: string;
  readonly nth: number;
}

/** What goes wrong at a call. `error`, `throttle` and `crash_before` come before its effect, the others after it. */
export const callKinds = [
  "error",
  "lost_answer",
  "throttle",
  "timeout",
  "outage",
  "crash_before",
  "crash_after",
] as const;
export type CallKind = (typeof callKinds)[number];

/** What is done with a call instead of letting it through; `undefined` lets it through. */
export type Intervention = (call: Call, account: Account) => Promise<Shape | undefined>;

export interface Plan {
  readonly site?: Site;
  readonly kind?: CallKind;
  /** Seen by every call of the run that is not ours. */
  readonly intervene?: Intervention;
}

export const callerOf = (call: Call): string => call.principal.arn.replace(/^.*[:/]/, "");

/** A call that belongs to a state machine's own task, so that nothing but the task's limit waits for its answer. */
const isByMachine = (call: Call): boolean =>
  ["lambda", "states", "glue", "redshift-data", "redshift"].includes(call.service) &&
  /-(load-partition|convert-partition|update-catalogue|run-statements|take-snapshot)/.test(callerOf(call)) &&
  !call.operation.startsWith("GetClusterCredentials");

/** An outage ends by itself after so many calls, or when the execution has failed. */
const outageCalls = 60;

/** The place at which a trial watches, counts and disturbs the calls of everybody but ourselves. */
export class Seam implements Faults {
  readonly #onCrash: () => void;
  readonly #past = new WeakSet<Call>();
  #clock: Clock | undefined;
  #account: Account | undefined;
  #plan: Plan | undefined;
  #counts = new Map<string, number>();
  #recorded: Site[] = [];
  /** From the crash to the next opening. */
  isDead = false;
  #outageLeft = 0;
  /** Whether the planned call has been met. */
  hasStruck = false;

  /** @param onCrash ends the account as a kill would */
  constructor(onCrash: () => void) {
    this.#onCrash = onCrash;
  }

  attach(account: Account): void {
    this.#account = account;
    this.#clock = account.clock;
    this.isDead = false;
  }

  arm(plan: Plan): void {
    this.#plan = plan;
    this.#counts = new Map();
    this.#recorded = [];
    this.hasStruck = false;
    this.#outageLeft = outageCalls;
  }

  /** From now on all goes well. @returns the calls since `arm` */
  disarm(): readonly Site[] {
    this.#plan = undefined;
    return this.#recorded;
  }

  async before(call: Call): Promise<Shape | undefined> {
    if (this.isDead) throw new ConnectionLost();
    const isOurs = call.principal.kind === "root" || this.#past.has(call);
    if (isOurs || this.#plan === undefined) return undefined;
    const site = this.#count(call);
    const { kind } = this.#plan;
    if (kind !== undefined && this.#isPlanned(site)) return this.#strike(kind, call);
    const account = this.#account;
    return account === undefined ? undefined : this.#intervene(call, account);
  }

  /** What stands in for a call takes real time (files, a database): virtual time must not jump meanwhile. */
  async #intervene(call: Call, account: Account): Promise<Shape | undefined> {
    const release = account.clock.hold?.();
    try {
      return await this.#plan?.intervene?.(call, account);
    } finally {
      release?.();
    }
  }

  async after(): Promise<void> {
    if (this.isDead) throw new ConnectionLost();
  }

  #count(call: Call): Site {
    const { service, operation } = call;
    const caller = callerOf(call);
    const name = `${service} ${operation} ${caller}`;
    const nth = this.#counts.get(name) ?? 0;
    this.#counts.set(name, nth + 1);
    const site = { service, operation, caller, nth };
    this.#recorded.push(site);
    return site;
  }

  #isPlanned({ service, operation, caller, nth }: Site): boolean {
    const site = this.#plan?.site;
    if (site === undefined || site.service !== service || site.operation !== operation) return false;
    if (site.caller !== caller) return false;
    if (this.#plan?.kind !== "outage") return nth === site.nth;
    return nth >= site.nth && this.#outageLeft-- > 0;
  }

  async #strike(kind: CallKind, call: Call): Promise<Shape | undefined> {
    this.hasStruck = true;
    if (kind === "crash_before") return this.die();
    if (kind === "error" || kind === "outage") {
      throw new AwsError("InternalFailure", "by the matrix", { statusCode: 500 });
    }
    if (kind === "throttle") return faultRules([{ fault: { kind } }], realClock).before?.(call);
    const output = await this.perform(call);
    if (kind === "crash_after") return this.die();
    if (kind === "lost_answer" || !isByMachine(call)) throw new ConnectionLost();
    // The function did its work and was cut off before it could say so.
    if (call.service === "lambda")
      return { ...output, FunctionError: "Unhandled", Payload: Buffer.from(sandboxTimeout) };
    return new Promise<never>(() => {});
  }

  /** The call itself, past this seam. */
  async perform(call: Call): Promise<Shape> {
    if (this.#account === undefined) throw new TypeError("no account is open");
    const past = { ...call };
    this.#past.add(past);
    return this.#account.call(past);
  }

  /** The process dies at this call. */
  die(): Promise<never> {
    this.isDead = true;
    this.#clock?.hold?.();
    this.#onCrash();
    return Promise.reject(new ConnectionLost());
  }
}

const sandboxTimeout = JSON.stringify({
  errorType: "Sandbox.Timedout",
  errorMessage: "RequestId: 0 Error: Task timed out after 900.00 seconds",
});
