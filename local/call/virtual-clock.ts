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

  constructor(start: number) {
    this.#now = start;
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
        wakesAt: this.#now + Math.max(0, ms),
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

  #stir(): void {
    this.#quietTurns = 0;
    if (this.#isTurning || this.#sleepers.length === 0 || this.#holds > 0) return;
    this.#isTurning = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isTurning = false;
    if (this.#holds > 0 || this.#sleepers.length === 0) return;
    if (this.#quietTurns++ < QUIET_TURNS) {
      this.#isTurning = true;
      setImmediate(() => this.#turn());
      return;
    }
    const next = this.#sleepers.reduce((a, b) =>
      b.wakesAt < a.wakesAt || (b.wakesAt === a.wakesAt && b.order < a.order) ? b : a,
    );
    this.#sleepers = this.#sleepers.filter((other) => other !== next);
    this.#now = Math.max(this.#now, next.wakesAt);
    next.wake();
    this.#stir();
  }
}
