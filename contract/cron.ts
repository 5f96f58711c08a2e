/**
 * EventBridge's cron: minutes, hours, day of the month, month, day of the week, year (G2). One of the two days is `?`.
 * Days of the week are 1 (Sunday) to 7, or SUN to SAT.
 */

interface FieldShape {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const shapes = [
  { name: "minutes", least: 0, most: 59 },
  { name: "hours", least: 0, most: 23 },
  { name: "the day of the month", least: 1, most: 31 },
  {
    name: "the month",
    least: 1,
    most: 12,
    names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
  },
  {
    name: "the day of the week",
    least: 1,
    most: 7,
    names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
  },
  { name: "the year", least: 1970, most: 2199 },
] as const satisfies readonly FieldShape[];

const [DAY, MONTH, WEEKDAY, YEAR] = [2, 3, 4, 5] as const;

/**
 * What is wrong with a schedule's cron, in a person's words.
 * @param year the present one: a schedule whose years are over fires no more.
 * @returns undefined when EventBridge takes it and it fires.
 */
export function cronProblem(text: string, year: number): string | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== shapes.length) {
    return `${fields.length} field(s); EventBridge's cron has six: minutes, hours, day of the month, month, day of the week, year`;
  }
  if ([fields[DAY], fields[WEEKDAY]].filter((field) => field === "?").length !== 1) {
    return "exactly one of the day of the month and the day of the week must be '?'";
  }
  const values = readFields(fields);
  if (typeof values === "string") return values;
  return fires(fields, values, year) ? undefined : "a day that never comes (again)";
}

/** When a cron starts something, on its own clock; every day of the week where it names days of the month. */
export interface CronTimes {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 0 (Sunday) to 6. */
  readonly weekdays: readonly number[];
}

/** @returns undefined for a text that EventBridge does not take. */
export function cronTimes(text: string): CronTimes | undefined {
  const fields = text.trim().split(/\s+/);
  const values = fields.length === shapes.length ? readFields(fields) : "";
  if (typeof values === "string") return undefined;
  const [minutes = [], hours = []] = values;
  return { minutes, hours, weekdays: (values[WEEKDAY] ?? []).map((day) => day - 1) };
}

/** A cron as its fields say: when on a day, in seconds and ascending, and on which days of the calendar. */
export interface CronDays {
  readonly secondsOfDay: readonly number[];
  readonly isOn: (day: Date) => boolean;
}

/** @returns undefined for a text that EventBridge does not take. Its years are not looked at. */
export function cronDays(text: string): CronDays | undefined {
  const fields = text.trim().split(/\s+/);
  const values = fields.length === shapes.length ? readFields(fields) : "";
  if (typeof values === "string") return undefined;
  const [minutes = [], hours = [], , months = []] = values;
  const [ofMonth = "?", ofWeek = "?"] = [fields[DAY], fields[WEEKDAY]];
  const items = ofMonth === "?" ? ofWeek.split(",") : ofMonth.split(",");
  const matchers = items.map((item) => (ofMonth === "?" ? weekdayMatcher(item) : dayMatcher(item)));
  return {
    secondsOfDay: hours.flatMap((hour) => minutes.map((minute) => hour * 3600 + minute * 60)).sort((a, b) => a - b),
    isOn: (day) => months.includes(day.getUTCMonth() + 1) && matchers.some((matches) => matches(day)),
  };
}

type DayMatcher = (day: Date) => boolean;

/** `L` the last day of the month, `LW` its last weekday, `15W` the weekday nearest to the 15th. */
function dayMatcher(item: string): DayMatcher {
  if (item === "L") return (day) => day.getUTCDate() === lengthOf(day);
  if (item === "LW") return (day) => day.getUTCDate() === nearestWeekday(day, lengthOf(day));
  const [, nearest] = /^(\d+)W$/.exec(item) ?? [];
  if (nearest !== undefined) {
    const wanted = Number(nearest);
    return (day) => wanted <= lengthOf(day) && day.getUTCDate() === nearestWeekday(day, wanted);
  }
  const days = readItem(item, DAY, shapes[DAY]) ?? [];
  return (day) => days.includes(day.getUTCDate());
}

/** `L` Saturday, `6L` the last Friday of the month, `6#2` its second. */
function weekdayMatcher(item: string): DayMatcher {
  const [, last, named = last, nth] = /^([1-7])L$|^(\w+)#([1-5])$/.exec(item) ?? [];
  const days = readItem(named ?? item, WEEKDAY, shapes[WEEKDAY]) ?? [];
  const isNamed: DayMatcher = (day) => days.includes(day.getUTCDay() + 1);
  if (last !== undefined) return (day) => isNamed(day) && day.getUTCDate() + 7 > lengthOf(day);
  if (nth !== undefined) return (day) => isNamed(day) && Math.ceil(day.getUTCDate() / 7) === Number(nth);
  return isNamed;
}

const lengthOf = (day: Date) => daysIn(day.getUTCFullYear(), day.getUTCMonth() + 1);

/** The Monday to Friday nearest to a day, never in another month. */
function nearestWeekday(month: Date, wanted: number): number {
  const weekday = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), wanted)).getUTCDay();
  if (weekday === 6) return wanted === 1 ? wanted + 2 : wanted - 1;
  if (weekday === 0) return wanted === lengthOf(month) ? wanted - 2 : wanted + 1;
  return wanted;
}

function readFields(fields: readonly string[]): readonly (readonly number[])[] | string {
  const values: (readonly number[])[] = [];
  for (const [index, shape] of shapes.entries()) {
    const read = readField(fields[index] ?? "", index, shape);
    if (typeof read === "string") return read;
    values.push(read);
  }
  return values;
}

/** The numbers that a field stands for (of `L`, `W` and `#` the day they name), or what is wrong with it. */
function readField(field: string, index: number, shape: FieldShape): readonly number[] | string {
  const values = new Set<number>();
  for (const item of field.split(",")) {
    const read = readItem(item, index, shape);
    if (read === undefined) {
      return `'${item}' is nothing that ${shape.name} can be (${shape.least} to ${shape.most})`;
    }
    for (const value of read) values.add(value);
  }
  return [...values];
}

function readItem(item: string, index: number, shape: FieldShape): readonly number[] | undefined {
  const isDay = index === DAY || index === WEEKDAY;
  if (item === "*" || (item === "?" && isDay)) return range(shape.least, shape.most, 1);
  if (index === DAY && (item === "L" || item === "LW")) return [1];
  if (index === WEEKDAY && item === "L") return [7];
  const special =
    index === DAY
      ? /^(\w+)W$/.exec(item)
      : index === WEEKDAY
        ? (/^(\w+)#[1-5]$/.exec(item) ?? /^([1-7])L$/.exec(item))
        : null;
  if (special !== null) {
    const value = numberOf(special[1] ?? "", shape);
    return value === undefined ? undefined : [value];
  }
  const [, from = "", , to, , step] = /^(\*|\w+)(-(\w+))?(\/(\d+))?$/.exec(item) ?? [];
  const first = from === "*" ? shape.least : numberOf(from, shape);
  const last = to === undefined ? (step === undefined ? first : shape.most) : numberOf(to, shape);
  const by = step === undefined ? 1 : Number(step);
  if (first === undefined || last === undefined || first > last || by < 1) return undefined;
  return range(first, last, by);
}

function numberOf(text: string, { least, most, names = [] }: FieldShape): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

const range = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

/** Whether one of the days is in the calendar, from the present year on. Leap years recur within eight years. */
function fires(fields: readonly string[], values: readonly (readonly number[])[], year: number): boolean {
  const years = (values[YEAR] ?? []).filter((candidate) => candidate >= year);
  if (years.length === 0) return false;
  if (fields[DAY] === "?") return true;
  const near = years.slice(0, 9);
  return near.some((y) =>
    (values[MONTH] ?? []).some((month) => (values[DAY] ?? []).some((day) => day <= daysIn(y, month))),
  );
}

const daysIn = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();
