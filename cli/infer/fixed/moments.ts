import { type Line, type Range, textAt } from "./lines.js";

/** Dates and times that stand at one place in all lines, whatever stands next to them. */

const date = /^\d{4}([-/])\d\d\1\d\d$|^\d\d([./-])\d\d\2\d{4}$/;
const clock = /^[T ]\d\d:\d\d(?::\d\d)?$/;
const dateWidth = 10;

/** Dates of ten characters, with the time of day that follows all of them. */
export function momentsIn(lines: readonly Line[]): Range[] {
  const width = Math.min(...lines.map(({ cells }) => cells.length));
  const found: Range[] = [];
  for (let start = 0; start + dateWidth <= width; start++) {
    const end = start + dateWidth;
    if (!lines.every((line) => date.test(textAt(line, { start, end })))) continue;
    const hasClock = (size: number) => lines.every((line) => clock.test(textAt(line, { start: end, end: end + size })));
    found.push({ start, end: end + ([9, 6].find(hasClock) ?? 0) });
    start = (found.at(-1)?.end ?? end) - 1;
  }
  return found;
}

const isDay = (text: string): boolean => {
  const [, year, month, day] = /^((?:19|20)\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return year !== undefined && !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
};

/** Days written as yyyyMMdd inside a longer run of digits, where they can stand at one place only. */
export function splitDays(range: Range, lines: readonly Line[]): Range[] {
  const { start, end } = range;
  if (end - start < 9) return [range];
  const isDays = (at: number) => lines.every((line) => isDay(textAt(line, { start: at, end: at + 8 })));
  const found = Array.from({ length: end - start - 7 }, (_, n) => start + n).filter(isDays);
  const [at, ...others] = found;
  if (at === undefined || others.some((other) => other < at + 8)) return [range];
  const day = { start: at, end: at + 8 };
  return [
    ...(at > start ? [{ start, end: at }] : []),
    day,
    ...(day.end < end ? splitDays({ start: day.end, end }, lines) : []),
  ];
}
