import type { Catcher, CatchingState } from "./definition.js";
import { type Failure, matches } from "./failure.js";

export interface RetryPlan {
  readonly delayMs: number;
  /** Retries used, one count a retrier. */
  readonly counters: readonly number[];
}

/** Plans the next attempt of a failed state. The first retrier that matches decides: when its attempts are used up
 * there is none (A4.3). @returns undefined when the state is not tried again */
export function planRetry(
  state: CatchingState,
  failure: Failure,
  counters: readonly number[],
  random: () => number,
): RetryPlan | undefined {
  const index = state.retry.findIndex(({ errors }) => errors.some((pattern) => matches(pattern, failure)));
  const retrier = state.retry[index];
  if (retrier === undefined) return undefined;
  const used = counters[index] ?? 0;
  if (used >= retrier.maxAttempts) return undefined;
  const grown = retrier.intervalSeconds * retrier.backoffRate ** used;
  const seconds = Math.min(grown, retrier.maxDelaySeconds ?? grown);
  const delayMs = Math.round(seconds * 1000 * (retrier.hasJitter ? random() : 1));
  return { delayMs, counters: state.retry.map((_, at) => (counters[at] ?? 0) + (at === index ? 1 : 0)) };
}

export function findCatcher(state: CatchingState, failure: Failure): { catcher: Catcher; index: number } | undefined {
  const index = state.catch.findIndex(({ errors }) => errors.some((pattern) => matches(pattern, failure)));
  const catcher = state.catch[index];
  return catcher === undefined ? undefined : { catcher, index };
}
