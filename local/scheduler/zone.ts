import type { Day } from "./cron.js";

/** A wall-clock time of a zone. */
export interface WallTime extends Day {
  readonly hour: number;
  readonly minute: number;
}

/** A time zone by its IANA name, by way of Intl. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;

  /** @throws RangeError for a name that is no zone. */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
  }

  /** What clocks of the zone show at a moment (ms since 1970). */
  wallTime(moment: number): WallTime {
    const parts = this.#format.formatToParts(moment);
    const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
    return {
      year: part("year"),
      month: part("month"),
      day: part("day"),
      hour: part("hour"),
      minute: part("minute"),
    };
  }

  /** The first moment at which clocks show this; undefined when they skip it, as in the night of a change to summer time. */
  momentOf(wanted: WallTime): number | undefined {
    const asUtc = Date.UTC(wanted.year, wanted.month - 1, wanted.day, wanted.hour, wanted.minute);
    // Zones are at most 14 hours away, and change their offset by hours: those before and after cover both sides.
    const offsets = [asUtc - DAY_MS, asUtc + DAY_MS].map((moment) => this.#offset(moment));
    const moments = offsets.map((offset) => asUtc - offset).filter((moment) => this.#shows(moment, wanted));
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  #offset(moment: number): number {
    const { year, month, day, hour, minute } = this.wallTime(moment);
    return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(moment / MINUTE_MS) * MINUTE_MS;
  }

  #shows(moment: number, wanted: WallTime): boolean {
    const shown = this.wallTime(moment);
    return shown.day === wanted.day && shown.hour === wanted.hour && shown.minute === wanted.minute;
  }
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
