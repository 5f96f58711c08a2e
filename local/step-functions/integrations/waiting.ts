import type { Clock } from "../../call/call.js";
import { isPassing } from "./failures.js";

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 1000;

/** Asks again and again until there is an answer. What passes (throttling, a lost answer) is asked again as well.
 * @throws what does not pass, or the signal's reason */
export async function poll<Answer>(
  clock: Clock,
  signal: AbortSignal,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 1.5)) {
    signal.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    await clock.sleep(waitMs, signal);
  }
}
