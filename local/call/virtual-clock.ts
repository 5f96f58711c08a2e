import type { Clock } from "./call.js";

interface Sleeper {
  readonly wakesAt: number;
  readonly order: number;
  readonly wake: () => void;
}

/** How many turns of the event loop nobody may have asked for anything before time jumps. */
const QUIET_TURNS = 5;

/** A clock on which waiting costs nothing: when all that is left to do is to sleep, it jumps to the next one to wake.
 * It stands still while something holds it. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #holds = 0;
  #quietTurns = 0;
  #isTurning = false;
  #sleepers: Sleeper[] = [];
  #limit: number;
  #waiting: (() => void)[] = [];

  /** @param limit how far time may jump by itself; `runTo` takes it further. For what never comes to rest: schedules. */
  constructor(start: number, limit = Number.POSITIVE_INFINITY) {
    this.#now = start;
    this.#limit = limit;
  }

  /** Lets time go on to a moment. Resolves there, when all that is left to do is to sleep for longer. */
  runTo(time: number): Promise<void> {
    this.#limit = time;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      // Whoever sleeps until then or less is woken first.
      void this.sleep(time - this.#now);
    });
  }

  now(): number {
    return this.#now;
  }

  hold(): () => void {
    this.#holds += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holds -= 1;
      this.#stir();
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        // Whole milliseconds, as a real clock has them.
        wakesAt: this.#now + Math.ceil(Math.max(0, ms)),
        order: this.#order++,
        wake: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#sleepers.push(sleeper);
      this.#stir();
    });
  }

  #isIdle(): boolean {
    return this.#holds > 0 || (this.#sleepers.length === 0 && this.#waiting.length === 0);
  }

  #stir(): void {
    this.#quietTurns = 0;
    if (this.#isTurning || this.#isIdle()) return;
    this.#isTurning = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isTurning = false;
    if (this.#isIdle()) return;
    if (this.#quietTurns++ < QUIET_TURNS) {
      this.#isTurning = true;
      setImmediate(() => this.#turn());
      return;
    }
    const [next] = this.#sleepers.toSorted((a, b) => a.wakesAt - b.wakesAt || a.order - b.order);
    if (next === undefined || next.wakesAt > this.#limit) {
      for (const resolve of this.#waiting.splice(0)) resolve();
      return;
    }
    this.#sleepers = this.#sleepers.filter((other) => other !== next);
    this.#now = Math.max(this.#now, next.wakesAt);
    next.wake();
    this.#stir();
  }
}
