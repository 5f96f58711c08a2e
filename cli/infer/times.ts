/** Which way of writing dates and times a column has: the contract's `parse:` rules, tried on every value. */

export interface TimeGuess {
  readonly type: "date" | "timestamp";
  /** Undefined for ISO 8601, which is the default. */
  readonly parse?: string;
  /** Digits finer than microseconds occur. */
  readonly isFine?: boolean;
  readonly note?: string;
}

/** Day and month cannot be told apart, or both orders occur. */
export interface OrderUnknown {
  readonly orders: readonly string[];
  readonly isMixed: boolean;
}

const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** @returns undefined when not every text is a time in one way of writing. */
export function guessTime(texts: readonly string[]): TimeGuess | OrderUnknown | undefined {
  return guessIso(texts) ?? guessPattern(texts);
}

function guessIso(texts: readonly string[]): TimeGuess | undefined {
  const read = texts.map((text) => iso.exec(text));
  let isFine = false;
  let hasTime = false;
  const offsets = new Set<string>();
  for (const match of read) {
    if (match === null) return undefined;
    const [, year, month, day, hour, minute, second, fraction = "", offset] = match;
    if (!isDay(Number(year), Number(month), Number(day)) || !isClock(hour, minute, second)) return undefined;
    if (offset !== undefined && !isOffset(offset)) return undefined;
    if (hour !== undefined) hasTime = true;
    if (/[1-9]/.test(fraction.slice(6))) isFine = true;
    if (hour !== undefined) offsets.add(offset ?? "none");
  }
  if (!hasTime) return { type: "date" };
  const zones = [...offsets].filter((offset) => offset !== "Z" && offset !== "none");
  const note =
    zones.length > 0
      ? "offsets are converted to UTC"
      : offsets.has("none")
        ? "without an offset: read as UTC; add, for example, timezone: Europe/London if it is local time"
        : undefined;
  return { type: "timestamp", isFine, ...(note === undefined ? {} : { note }) };
}

const days = [
  ["dd/MM/yyyy", "MM/dd/yyyy"],
  ["d/M/yyyy", "M/d/yyyy"],
  ["dd-MM-yyyy", "MM-dd-yyyy"],
  ["d-M-yyyy", "M-d-yyyy"],
  ["dd.MM.yyyy", "MM.dd.yyyy"],
  ["d.M.yyyy", "M.d.yyyy"],
  ["dd/MM/yy", "MM/dd/yy"],
  ["d/M/yy", "M/d/yy"],
  ["yyyy/MM/dd", "yyyy/dd/MM"],
  ["yyyy.MM.dd"],
  ["yyyyMMdd"],
  ["dd MMM yyyy"],
  ["d MMM yyyy"],
  ["dd-MMM-yyyy"],
  ["dd-MMM-yy"],
  ["MMM dd yyyy"],
  ["MMM d yyyy"],
  ["MMM d, yyyy"],
  ["d MMMM yyyy"],
  ["MMMM d, yyyy"],
  ["EEE, d MMM yyyy"],
] as const;
const clocks = [
  "",
  " HH:mm",
  " HH:mm:ss",
  " HH:mm:ss.SSS",
  " h:mm a",
  " h:mm:ss a",
  "'T'HH:mm:ss",
  "HHmmss",
  " HH:mm:ss Z",
];

function guessPattern(texts: readonly string[]): TimeGuess | OrderUnknown | undefined {
  const [first = ""] = texts;
  for (const clock of clocks) {
    for (const orders of days) {
      if (clock === "HHmmss" && orders[0] !== "yyyyMMdd") continue;
      const patterns = orders.map((order) => `${order}${clock}`);
      const shape = patterns[0] ?? "";
      // The shape alone, day and month in either order.
      if (!shapeOf(shape).test(first) || !texts.every((text) => shapeOf(shape).test(text))) continue;
      const fitting = patterns.filter((pattern) => texts.every((text) => fits(text, pattern)));
      const [only] = fitting;
      if (fitting.length > 1) {
        // Two years first are read in one order the world over.
        if (!shape.startsWith("yyyy")) return { orders: fitting, isMixed: false };
      }
      if (only === undefined) {
        const isMixed = patterns.length > 1 && texts.every((text) => patterns.some((pattern) => fits(text, pattern)));
        if (isMixed) return { orders: patterns, isMixed };
        continue;
      }
      const note = /(?<!y)yy(?!y)/.test(only) ? "years of two digits are read as 20yy" : undefined;
      const type = clock === "" ? "date" : "timestamp";
      return { type, parse: only, ...(note === undefined ? {} : { note }) };
    }
  }
  return undefined;
}

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const longMonths = "january february march april may june july august september october november december".split(" ");
const weekdays = "sun mon tue wed thu fri sat".split(" ");

const letters: Readonly<Record<string, string>> = {
  yyyy: "(?<year>\\d{4})",
  yy: "(?<year>\\d{2})",
  MMMM: `(?<month>${longMonths.join("|")})`,
  MMM: `(?<month>${months.join("|")})`,
  MM: "(?<month>\\d{2})",
  M: "(?<month>\\d{1,2})",
  dd: "(?<day>\\d{2})",
  d: "(?<day>\\d{1,2})",
  EEE: `(?<weekday>${weekdays.join("|")})`,
  HH: "(?<hour>\\d{2})",
  h: "(?<half>\\d{1,2})",
  mm: "(?<minute>\\d{2})",
  ss: "(?<second>\\d{2})",
  SSS: "\\d{3}",
  a: "(?:am|pm)",
  Z: "[+-]\\d{4}",
};

const compiled = new Map<string, RegExp>();

function shapeOf(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const source = pattern.replaceAll(/'([^']*)'|([A-Za-z])\2*|[^A-Za-z]/g, (part, quoted?: string) =>
    quoted !== undefined ? quoted : (letters[part] ?? part.replaceAll(/[.\\/]/g, "\\$&")),
  );
  const shape = new RegExp(`^${source}$`, "i");
  compiled.set(pattern, shape);
  return shape;
}

function fits(text: string, pattern: string): boolean {
  const found = shapeOf(pattern).exec(text)?.groups;
  if (found === undefined) return false;
  const month = found.month ?? "";
  const monthNumber = /^\d/.test(month) ? Number(month) : months.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  const year = Number(found.year) + (found.year?.length === 2 ? 2000 : 0);
  const day = Number(found.day);
  if (!isDay(year, monthNumber, day) || !isClock(found.hour, found.minute, found.second)) return false;
  // Eight digits are a date only where they could be one of our time.
  if (pattern.startsWith("yyyyMMdd") && (year < 1900 || year > 2100)) return false;
  if (found.half !== undefined && (Number(found.half) < 1 || Number(found.half) > 12)) return false;
  const weekday = found.weekday?.toLowerCase();
  return weekday === undefined || weekdays[new Date(Date.UTC(year, monthNumber - 1, day)).getUTCDay()] === weekday;
}

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= (month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}

const isClock = (hour = "0", minute = "0", second = "0") =>
  Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;

function isOffset(text: string): boolean {
  if (text === "Z") return true;
  const digits = text.slice(1).replace(":", "");
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2) || 0)];
  return hours < 18 ? minutes < 60 : hours === 18 && minutes === 0;
}

const epochs = [
  { parse: "epoch_seconds", from: 946_684_800, to: 2_145_916_800 },
  { parse: "epoch_millis", from: 946_684_800_000, to: 2_145_916_800_000 },
  { parse: "epoch_micros", from: 946_684_800_000_000, to: 2_145_916_800_000_000 },
] as const;

/** The epoch rule by which all these whole numbers are times of the years 2000 to 2037. */
export function guessEpoch(numbers: readonly string[]): (typeof epochs)[number]["parse"] | undefined {
  return epochs.find(({ from, to }) => numbers.every((text) => Number(text) >= from && Number(text) <= to))?.parse;
}
