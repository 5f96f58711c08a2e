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

const shapes: readonly FieldShape[] = [
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
];

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

const dayMilliseconds = 86_400_000;
/** Long enough for a cron of 29 February. */
const searchedDays = 9 * 366;

/**
 * The longest time between two starts, in seconds by its own clock; its years are not looked at.
 * @returns undefined for a text that EventBridge does not take, and where `L`, `W` or `#` moves the days.
 */
export function longestPauseSeconds(text: string, year: number): number | undefined {
  const fields = text.trim().split(/\s+/);
  const values = fields.length === shapes.length ? readFields(fields) : "";
  if (typeof values === "string" || [fields[DAY], fields[WEEKDAY]].some(movesDays)) return undefined;
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = values;
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 3600 + minute * 60)).sort((a, b) => a - b);
  let [last, longest] = [Number.NaN, 0];
  for (let index = 0; index < searchedDays; index++) {
    const date = new Date(Date.UTC(year, 0, 1) + index * dayMilliseconds);
    const isMeant = days.includes(date.getUTCDate()) && weekdays.includes(date.getUTCDay() + 1);
    if (!isMeant || !months.includes(date.getUTCMonth() + 1)) continue;
    for (const time of times) {
      const now = (index * dayMilliseconds) / 1000 + time;
      if (now - last > longest) longest = now - last;
      last = now;
    }
  }
  return longest;
}

const movesDays = (field = "") => field.split(",").some((item) => /^(L|LW|\w+W|\w+#\d|[1-7]L)$/.test(item));

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
