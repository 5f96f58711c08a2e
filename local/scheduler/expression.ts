import { type Cron, parseCron } from "./cron.js";
import { Zone } from "./zone.js";

/** When a schedule fires. `next` gives the first moment after another (ms since 1970), or undefined when none comes. */
export interface Times {
  next(after: number): number | undefined;
}

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const DAY_MS = UNIT_MS.day;

/**
 * Reads `cron(…)`, `rate(n unit)` or `at(yyyy-mm-ddThh:mm:ss)` (G2).
 * @param createdAt rates are counted from here, and fire here first. They are fixed spans of time in every zone (G3).
 * @throws Error that says what is wrong.
 */
export function readExpression(expression: string, zoneName: string, createdAt: number): Times {
  const [, kind, inner = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  const zone = new Zone(zoneName);
  switch (kind) {
    case "cron":
      return cronTimes(parseCron(inner), zone);
    case "rate":
      return rateTimes(inner, createdAt);
    case "at":
      return atTimes(inner, zone);
    default:
      throw new Error(`'${expression}' is neither cron(…), rate(…) nor at(…)`);
  }
}

function rateTimes(text: string, createdAt: number): Times {
  const [, count, unit] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(text.trim()) ?? [];
  if (count === undefined || (unit !== "minute" && unit !== "hour" && unit !== "day"))
    throw new Error(`rate(${text}) is not of the form rate(5 minutes)`);
  const every = Number(count) * UNIT_MS[unit];
  return { next: (after) => createdAt + Math.max(0, Math.floor((after - createdAt) / every) + 1) * every };
}

function atTimes(text: string, zone: Zone): Times {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(text.trim());
  if (parts === null) throw new Error(`at(${text}) is not of the form at(2026-11-22T05:00:00)`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  const moment = zone.momentOf({ year, month, day, hour, minute });
  const fires = moment === undefined ? undefined : moment + second * 1000;
  return { next: (after) => (fires !== undefined && fires > after ? fires : undefined) };
}

/** Local times that do not exist are skipped, those that exist twice fire once, the first time (G3). */
function cronTimes(cron: Cron, zone: Zone): Times {
  return {
    next(after) {
      const start = zone.wallTime(after);
      const lastDay = Date.UTC(Math.min(cron.lastYear, start.year + LONGEST_GAP_YEARS), 11, 31);
      for (let at = Date.UTC(start.year, start.month - 1, start.day); at <= lastDay; at += DAY_MS) {
        const date = new Date(at);
        const day = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
        if (!cron.isOn(day)) continue;
        // Earlier hours of the day that `after` is in are over: only the first of repeated local times counts.
        const isToday = day.day === start.day && day.month === start.month && day.year === start.year;
        const hours = isToday ? cron.hours.filter((hour) => hour >= start.hour) : cron.hours;
        const found = firstOnDay({ hours, minutes: cron.minutes }, zone, day, after);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** 29 February on a given day of the week is at most 40 years away. */
const LONGEST_GAP_YEARS = 40;

function firstOnDay(
  cron: Pick<Cron, "hours" | "minutes">,
  zone: Zone,
  day: { readonly year: number; readonly month: number; readonly day: number },
  after: number,
): number | undefined {
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      const moment = zone.momentOf({ ...day, hour, minute });
      if (moment !== undefined && moment > after) return moment;
    }
  }
  return undefined;
}
