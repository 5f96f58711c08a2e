const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A time zone by its IANA name, with the rules that Node has. Moments are ms since 1970; local times too, read as if in UTC. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  /** The day that was asked for last, and the offsets on both sides of it. */
  #day = { midnight: Number.NaN, before: 0, after: 0 };

  /** @throws RangeError for a name that is not a zone Node knows. */
  constructor(name: string) {
    const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
    this.#format = new Intl.DateTimeFormat("en-US", { timeZone: name, hourCycle: "h23", ...numeric });
  }

  /** What clocks of the zone show at a moment. */
  localTime(moment: number): number {
    return moment + this.#offsetAt(moment);
  }

  /** The first moment at which clocks show a local time; undefined when they skip it, as in the night of a change to summer time. */
  momentOf(local: number): number | undefined {
    const midnight = Math.floor(local / DAY_MS) * DAY_MS;
    if (midnight !== this.#day.midnight) {
      // Zones are at most 14 hours away from UTC: a change during the local day lies between these two moments.
      const [before, after] = [this.#offsetAt(midnight - DAY_MS), this.#offsetAt(midnight + 2 * DAY_MS)];
      this.#day = { midnight, before, after };
    }
    const { before, after } = this.#day;
    if (before === after) return local - before;
    const moments = [local - Math.max(before, after), local - Math.min(before, after)];
    return moments.find((moment) => this.localTime(moment) === local);
  }

  /** How far the zone's clocks are ahead of UTC. */
  #offsetAt(moment: number): number {
    const parts = this.#format.formatToParts(moment);
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value);
    const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"));
    return shown - Math.floor(moment / MINUTE_MS) * MINUTE_MS;
  }
}
