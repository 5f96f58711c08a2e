import type { Clock } from "./call.js";

/** setTimeout's longest wait; longer sleeps are taken in steps. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function sleepOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** `instant`: what AWS makes one wait for is over almost at once. `real`: it takes about as long as there. */
export const paces = ["instant", "real"] as const;
export type Pace = (typeof paces)[number];

/** Of what a wait takes on AWS. More than nothing, for a state machine that waits between two looks at real work would fill
 * its history with looks. */
const INSTANT_SHARE = 0.01;

/** The machine's own time, with waits at a pace. Time-outs, retries, schedules and points in time are real at any pace. */
export const clockAt = (pace: Pace): Clock =>
  pace === "real" ? realClock : { ...realClock, awaited: (ms) => Math.ceil(ms * INSTANT_SHARE) };

/** How long a wait lasts on a clock that AWS would make `ms` long. */
export const awaited = (clock: Pick<Clock, "awaited">, ms: number): number => clock.awaited?.(ms) ?? ms;

/** The machine's own time. */
export const realClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    let left = Math.max(0, ms);
    do {
      signal?.throwIfAborted();
      const step = Math.min(left, LONGEST_TIMER_MS);
      await sleepOnce(step, signal);
      left -= step;
    } while (left > 0);
  },
};
