import { cronDays } from "./cron.js";

/** How long a schedule rests: the longest time between two starts, by the clock and in fact. */
export interface Pause {
  /** In seconds, by the cron's own clock. */
  readonly byClock: number;
  /** In seconds, with what the zone's changes to and from summer time skip. */
  readonly inFact: number;
}

const dayMilliseconds = 86_400_000;
/** Long enough for a cron of 29 February; a cron that starts less often than twice in these counts as resting all the time. */
const searchedDays = 9 * 366;

/**
 * The longest pauses of a cron in the years from `year` on, by the zone's own rules as Node has them.
 * @returns undefined for a text that EventBridge does not take.
 */
export function longestPause(text: string, zone: string, year: number): Pause | undefined {
  const days = cronDays(text);
  if (days === undefined) return undefined;
  const offsetAt = offsets(zone);
  const rests = [new Rests(), new Rests()] as const;
  const [byClock, inFact] = rests;
  for (let index = 0; index < searchedDays; index++) {
    const midnight = Date.UTC(year, 0, 1) + index * dayMilliseconds;
    if (!days.isOn(new Date(midnight))) continue;
    // An offset that changes does so between midnight and midnight: zones are at most 14 hours away from UTC.
    const [before, after] = [offsetAt(midnight - dayMilliseconds), offsetAt(midnight + 2 * dayMilliseconds)];
    for (const seconds of days.secondsOfDay) {
      const local = midnight + seconds * 1000;
      byClock.note(local);
      const moment = before === after ? local - before : momentOf(local, [before, after], offsetAt);
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

/** The first moment at which clocks show a local time; undefined when they skip it, and then nothing starts (G3). */
function momentOf(
  local: number,
  candidates: readonly number[],
  offsetAt: (moment: number) => number,
): number | undefined {
  const moments = candidates.map((offset) => local - offset).filter((moment) => moment + offsetAt(moment) === local);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/** Node may be older than a zone: then the clock alone is counted. */
function isKnown(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** How far a zone's clocks are ahead of UTC at a moment, both in milliseconds. */
function offsets(zone: string): (moment: number) => number {
  if (zone === "UTC" || !isKnown(zone)) return () => 0;
  const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...numeric });
  const known = new Map<number, number>();
  return (moment) => {
    const found = known.get(moment);
    if (found !== undefined) return found;
    const parts = format.formatToParts(moment);
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value);
    const [year, month, day] = [part("year"), part("month"), part("day")];
    const offset = Date.UTC(year, month - 1, day, part("hour"), part("minute")) - Math.floor(moment / 60_000) * 60_000;
    known.set(moment, offset);
    return offset;
  };
}
