import { parseCron } from "./cron.js";
import { Zone } from "./zone.js";

/** How long a schedule rests: the longest time between two starts, by the clock and in fact. */
export interface Pause {
  /** In seconds, by the cron's own clock. */
  readonly byClock: number;
  /** In seconds, including the starts that a zone's changes to and from summer time skip. */
  readonly inFact: number;
}

const dayMilliseconds = 86_400_000;
/** Long enough for a cron of 29 February; a cron that starts less often than twice in these counts as resting all the time. */
const searchedDays = 9 * 366;

/**
 * The longest pauses of a cron in the years from `year` on, by the zone's own rules as Node has them. The cron's own years
 * are not looked at.
 * @returns undefined for a text that EventBridge does not take.
 */
export function longestPause(text: string, zoneName: string, year: number): Pause | undefined {
  const cron = parseCron(text);
  if (typeof cron === "string") return undefined;
  const zone = knownZone(zoneName);
  const [byClock, inFact] = [new Rests(), new Rests()] as const;
  for (let index = 0; index < searchedDays; index++) {
    const midnight = Date.UTC(year, 0, 1) + index * dayMilliseconds;
    if (!cron.isOn(new Date(midnight))) continue;
    for (const minute of cron.minutesOfDay) {
      const local = midnight + minute * 60_000;
      byClock.note(local);
      const moment = zone === undefined ? local : zone.momentOf(local);
      if (moment !== undefined) inFact.note(moment);
    }
  }
  return { byClock: byClock.longest(), inFact: inFact.longest() };
}

class Rests {
  #last = Number.NaN;
  #longest = 0;
  #starts = 0;

  note(moment: number): void {
    if (moment - this.#last > this.#longest) this.#longest = moment - this.#last;
    this.#last = moment;
    this.#starts += 1;
  }

  longest(): number {
    return (this.#starts < 2 ? searchedDays * dayMilliseconds : this.#longest) / 1000;
  }
}

/** @returns undefined for a zone without changes, and for one that is younger than Node: then the clock alone counts. */
function knownZone(name: string): Zone | undefined {
  if (name === "UTC") return undefined;
  try {
    return new Zone(name);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
