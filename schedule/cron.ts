/**
 * EventBridge's cron: minutes, hours, day of the month, month, day of the week, year. Exactly one of the two days is `?`.
 * Days of the week are 1 (Sunday) to 7, or SUN to SAT. An evaluator of our own, since the usual libraries number the days
 * differently, run local times that do not exist, and combine the two days.
 */

interface FieldShape {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const MINUTES: FieldShape = { name: "the minutes", least: 0, most: 59 };
const HOURS: FieldShape = { name: "the hours", least: 0, most: 23 };
const DAYS: FieldShape = { name: "the day of the month", least: 1, most: 31 };
const MONTHS: FieldShape = {
  name: "the month",
  least: 1,
  most: 12,
  names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
const WEEKDAYS: FieldShape = {
  name: "the day of the week",
  least: 1,
  most: 7,
  names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};
const YEARS: FieldShape = { name: "the year", least: 1970, most: 2199 };

/** A cron as its fields say, on its own clock. */
export interface Cron {
  /** When it fires on a day that it means; minutes after midnight, ascending. */
  readonly minutesOfDay: readonly number[];
  /** 0 (Sunday) to 6; every day of the week where it names days of the month. */
  readonly weekdays: readonly number[];
  readonly years: ReadonlySet<number>;
  /** Whether it means a day of the calendar, whatever the year. @param day as its midnight in UTC */
  readonly isOn: (day: Date) => boolean;
}

type DayMatcher = (day: Date) => boolean;

/** @returns the cron, or in one phrase why EventBridge rejects the text. */
export function parseCron(text: string): Cron | string {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6) {
    const count = fields.length === 1 ? "1 field" : `${fields.length} fields`;
    return `${count}; EventBridge's cron has six: minutes, hours, day of the month, month, day of the week, year`;
  }
  const [minutes = "", hours = "", days = "", months = "", weekdays = "", years = ""] = fields;
  if ((days === "?") === (weekdays === "?")) {
    return "exactly one of the day of the month and the day of the week must be '?'";
  }
  try {
    const inMonths = new Set(numbers(months, MONTHS));
    const items = days === "?" ? weekdays.split(",").map(weekdayItem) : days.split(",").map(dayItem);
    return {
      minutesOfDay: numbers(hours, HOURS).flatMap((hour) => numbers(minutes, MINUTES).map((each) => hour * 60 + each)),
      weekdays: [...new Set(items.flatMap((item) => item.weekdays))].sort((a, b) => a - b),
      years: new Set(numbers(years, YEARS)),
      isOn: (day) => inMonths.has(day.getUTCMonth() + 1) && items.some(({ matches }) => matches(day)),
    };
  } catch (error) {
    if (error instanceof FieldInvalid) return error.message;
    throw error;
  }
}

/** 29 February on a given day of the week is at most 40 years away. */
export const longestGapYears = 40;

/**
 * What is wrong with a cron, in one phrase.
 * @param year the present one: a cron whose years are over never fires again.
 * @returns undefined when EventBridge takes it and it fires.
 */
export function cronProblem(text: string, year: number): string | undefined {
  const cron = parseCron(text);
  if (typeof cron === "string") return cron;
  return firesFrom(cron, year) ? undefined : "a day that never comes (again)";
}

function firesFrom({ years, isOn }: Cron, year: number): boolean {
  const near = [...years].filter((each) => each >= year).slice(0, longestGapYears + 1);
  return near.some((each) => {
    const days = Array.from({ length: 366 }, (_, index) => new Date(Date.UTC(each, 0, 1 + index)));
    return days.some((day) => day.getUTCFullYear() === each && isOn(day));
  });
}

class FieldInvalid extends Error {
  override readonly name = "FieldInvalid";
  constructor(item: string, { name, least, most }: FieldShape) {
    super(`'${item}' is not valid for ${name} (${least} to ${most})`);
  }
}

interface DayItem {
  readonly weekdays: readonly number[];
  readonly matches: DayMatcher;
}

const everyWeekday = [0, 1, 2, 3, 4, 5, 6];

const dayItem = (item: string): DayItem => ({ weekdays: everyWeekday, matches: dayMatcher(item) });

/** `L` the last day of the month, `LW` its last weekday, `15W` the weekday nearest to the 15th. */
function dayMatcher(item: string): DayMatcher {
  if (item === "L") return (day) => day.getUTCDate() === lengthOf(day);
  if (item === "LW") return (day) => day.getUTCDate() === nearestWeekday(day, lengthOf(day));
  const nearest = /^(\w+)W$/.exec(item)?.[1];
  if (nearest !== undefined) {
    const wanted = numberOf(nearest, DAYS, item);
    return (day) => wanted <= lengthOf(day) && day.getUTCDate() === nearestWeekday(day, wanted);
  }
  const wanted = new Set(itemNumbers(item, DAYS));
  return (day) => wanted.has(day.getUTCDate());
}

/** `L` Saturday, `6L` the last Friday of the month, `6#2` its second. */
function weekdayItem(item: string): DayItem {
  const [, last, counted, nth] = /^([1-7])L$|^(\w+)#([1-5])$/.exec(item) ?? [];
  const single = item === "L" ? "7" : (last ?? counted);
  const named = single === undefined ? itemNumbers(item, WEEKDAYS) : [numberOf(single, WEEKDAYS, item)];
  const weekdays = named.map((each) => each - 1);
  const wanted = new Set(weekdays);
  const isInWeek: DayMatcher =
    last !== undefined
      ? (day) => day.getUTCDate() + 7 > lengthOf(day)
      : (day) => nth === undefined || Math.ceil(day.getUTCDate() / 7) === Number(nth);
  return { weekdays, matches: (day) => wanted.has(day.getUTCDay()) && isInWeek(day) };
}

/** How many days the month of a day has. */
const lengthOf = (day: Date) => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

/** The Monday to Friday nearest to a day of a month, never in another month. */
function nearestWeekday(month: Date, wanted: number): number {
  const weekday = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), wanted)).getUTCDay();
  if (weekday === 6) return wanted === 1 ? wanted + 2 : wanted - 1;
  if (weekday === 0) return wanted === lengthOf(month) ? wanted - 2 : wanted + 1;
  return wanted;
}

/** The values of a field of numbers, ascending. @throws FieldInvalid */
function numbers(field: string, shape: FieldShape): readonly number[] {
  const values = field.split(",").flatMap((item) => itemNumbers(item, shape));
  return [...new Set(values)].sort((a, b) => a - b);
}

function itemNumbers(item: string, shape: FieldShape): readonly number[] {
  const [, from = "", , to, , step] = /^(\*|\w+)(-(\w+))?(\/(\d+))?$/.exec(item) ?? [];
  const first = from === "*" ? shape.least : numberOf(from, shape, item);
  const isOpen = from === "*" || step !== undefined;
  const last = to !== undefined ? numberOf(to, shape, item) : isOpen ? shape.most : first;
  const by = step === undefined ? 1 : Number(step);
  if (first > last || by < 1) throw new FieldInvalid(item, shape);
  return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, index) => first + index * by);
}

/** @param item of the field, for the message. @throws FieldInvalid */
function numberOf(text: string, shape: FieldShape, item: string): number {
  const { least, most, names = [] } = shape;
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new FieldInvalid(item, shape);
}
