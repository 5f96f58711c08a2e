/**
 * EventBridge Scheduler's cron: minutes, hours, day of the month, month, day of the week, year; days of the week are 1
 * (Sunday) to 7. With `L`, `W` and `#`. An own evaluator, since the usual libraries count the days otherwise, run local
 * times that do not exist, and combine the two days.
 */

interface FieldShape {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const MINUTES: FieldShape = { name: "minutes", least: 0, most: 59 };
const HOURS: FieldShape = { name: "hours", least: 0, most: 23 };
const DAYS: FieldShape = { name: "day of the month", least: 1, most: 31 };
const MONTHS: FieldShape = {
  name: "month",
  least: 1,
  most: 12,
  names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
const WEEKDAYS: FieldShape = {
  name: "day of the week",
  least: 1,
  most: 7,
  names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};
const YEARS: FieldShape = { name: "year", least: 1970, most: 2199 };

/** A calendar day, month from 1. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Whether the cron means this calendar day. */
  readonly isOn: (day: Day) => boolean;
  /** The last year that it means. */
  readonly lastYear: number;
}

/** Reads the text between the brackets of `cron(…)`. @throws Error that says which field is wrong. */
export function parseCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  const [minutes = "", hours = "", days = "", months = "", weekdays = "", years = ""] = fields;
  if (fields.length !== 6) throw new Error(`cron(${text}) has ${fields.length} fields, not 6`);
  if ([days, weekdays].filter((field) => field === "?").length !== 1)
    throw new Error(`cron(${text}): exactly one of the day of the month and the day of the week must be ?`);
  const inMonths = new Set(numbers(months, MONTHS));
  const inYears = new Set(numbers(years, YEARS));
  const isDay = days === "?" ? anyOf(weekdays, weekdayMatcher) : anyOf(days, dayMatcher);
  return {
    minutes: numbers(minutes, MINUTES),
    hours: numbers(hours, HOURS),
    isOn: (day) => inMonths.has(day.month) && inYears.has(day.year) && isDay(day),
    lastYear: Math.max(...inYears),
  };
}

type DayMatcher = (day: Day) => boolean;

function anyOf(field: string, matcher: (item: string) => DayMatcher): DayMatcher {
  const matchers = field.split(",").map(matcher);
  return (day) => matchers.some((matches) => matches(day));
}

/** `L` the last day, `LW` the last weekday, `15W` the weekday nearest to the 15th within the month. */
function dayMatcher(item: string): DayMatcher {
  if (item === "L") return (day) => day.day === daysIn(day);
  if (item === "LW") return (day) => day.day === nearestWeekday(day, daysIn(day));
  const nearest = /^(\d+)W$/.exec(item)?.[1];
  if (nearest !== undefined) {
    const [wanted = 0] = numbers(nearest, DAYS);
    return (day) => wanted <= daysIn(day) && day.day === nearestWeekday(day, wanted);
  }
  const wanted = new Set(item === "?" ? [] : numbers(item, DAYS));
  return (day) => wanted.has(day.day);
}

/** `L` Saturday, `6L` the last Friday of the month, `6#2` the second. */
function weekdayMatcher(item: string): DayMatcher {
  if (item === "L") return (day) => weekday(day) === 7;
  const [, counted, nth] = /^(\w+)#([1-5])$/.exec(item) ?? [];
  if (counted !== undefined) {
    const [wanted] = numbers(counted, WEEKDAYS);
    return (day) => weekday(day) === wanted && Math.ceil(day.day / 7) === Number(nth);
  }
  const last = /^([1-7])L$/.exec(item)?.[1];
  if (last !== undefined) return (day) => weekday(day) === Number(last) && day.day + 7 > daysIn(day);
  const wanted = new Set(numbers(item, WEEKDAYS));
  return (day) => wanted.has(weekday(day));
}

/** The values of a field of numbers, ascending. */
function numbers(field: string, shape: FieldShape): readonly number[] {
  const values = field.split(",").flatMap((item) => itemNumbers(item, shape));
  return [...new Set(values)].sort((a, b) => a - b);
}

function itemNumbers(item: string, shape: FieldShape): readonly number[] {
  const [, from = "", , to, , step] = /^(\*|\w+)(-(\w+))?(\/(\d+))?$/.exec(item) ?? [];
  const first = from === "*" ? shape.least : numberOf(from, shape);
  const isOpen = from === "*" || step !== undefined;
  const last = to !== undefined ? numberOf(to, shape) : isOpen ? shape.most : first;
  const by = step === undefined ? 1 : Number(step);
  if (first === undefined || last === undefined || first > last || by < 1)
    throw new Error(`'${item}' is nothing that the ${shape.name} of a cron can be`);
  return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, index) => first + index * by);
}

function numberOf(text: string, { least, most, names = [] }: FieldShape): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

const daysIn = ({ year, month }: Day) => new Date(Date.UTC(year, month, 0)).getUTCDate();
const weekday = ({ year, month, day }: Day) => new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/** The Monday to Friday nearest to a day, never in another month. */
function nearestWeekday(month: Day, wanted: number): number {
  const on = weekday({ ...month, day: wanted });
  if (on === 7) return wanted === 1 ? wanted + 2 : wanted - 1;
  if (on === 1) return wanted === daysIn(month) ? wanted - 2 : wanted + 1;
  return wanted;
}
