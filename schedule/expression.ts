import { type Cron, longestGapYears, parseCron } from "./cron.js";
import { Zone } from "./zone.js";

/** When a schedule fires. `next` gives the first moment after another (ms since 1970), or undefined when none comes. */
export interface Times {
  next(after: number): number | undefined;
}

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const DAY_MS = UNIT_MS.day;

/**
 * Reads `cron(…)`, `rate(n unit)` or `at(yyyy-mm-ddThh:mm:ss)`, as EventBridge Scheduler writes them.
 * @param createdAt rates are counted from here, and fire here first. They are fixed spans of time in every zone.
 * @throws Error that says what is wrong.
 */
export function readExpression(expression: string, zoneName: string, createdAt: number): Times {
  const [, kind, inner = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  const zone = new Zone(zoneName);
  switch (kind) {
    case "cron":
      return cronTimes(inner, zone);
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
  const moment = zone.momentOf(Date.UTC(year, month - 1, day, hour, minute));
  const fires = moment === undefined ? undefined : moment + second * 1000;
  return { next: (after) => (fires !== undefined && fires > after ? fires : undefined) };
}

/** Local times that do not exist are skipped, those that exist twice fire once, the first time. */
function cronTimes(text: string, zone: Zone): Times {
  const cron = parseCron(text);
  if (typeof cron === "string") throw new Error(`cron(${text}): ${cron}`);
  const lastYear = Math.max(...cron.years);
  return {
    next(after) {
      const local = zone.localTime(after);
      const lastDay = Date.UTC(Math.min(lastYear, new Date(local).getUTCFullYear() + longestGapYears), 11, 31);
      for (let midnight = Math.floor(local / DAY_MS) * DAY_MS; midnight <= lastDay; midnight += DAY_MS) {
        const day = new Date(midnight);
        if (!cron.years.has(day.getUTCFullYear()) || !cron.isOn(day)) continue;
        const found = firstOnDay(cron, zone, midnight, after);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function firstOnDay({ minutesOfDay }: Cron, zone: Zone, midnight: number, after: number): number | undefined {
  for (const minute of minutesOfDay) {
    const moment = zone.momentOf(midnight + minute * UNIT_MS.minute);
    if (moment !== undefined && moment > after) return moment;
  }
  return undefined;
}
