/**
 * Partitions: the hour `2026-11-22T05`, the day `2026-11-22` or the month `2026-11` that a batch belongs to, in UTC or, for
 * days and months, in a time zone. Free of Node, for the console's page.
 */

export const granularities = ["hour", "day", "month"] as const;
export type Granularity = (typeof granularities)[number];

/** How many characters of an ISO time name a partition. */
const textLength = { hour: 13, day: 10, month: 7 } as const;
const partitionPattern = {
  hour: /^\d{4}-\d{2}-\d{2}T\d{2}$/,
  day: /^\d{4}-\d{2}-\d{2}$/,
  month: /^\d{4}-\d{2}$/,
} as const;

/** One to show a person. */
export const partitionExample = { hour: "2026-11-22T05", day: "2026-11-22", month: "2026-11" } as const;

export function granularityOf(partition: string): Granularity {
  if (partition.includes("T")) return "hour";
  return partition.length === textLength.month ? "month" : "day";
}

/** True when the text is a partition of that granularity that exists in the calendar. */
export function isPartition(text: string, granularity: Granularity): boolean {
  if (!partitionPattern[granularity].test(text)) return false;
  const start = new Date(partitionStart(text));
  return !Number.isNaN(start.getTime()) && start.toISOString().startsWith(text);
}

/** Its first moment by the calendar, read as UTC. */
const calendarStart = (partition: string) =>
  ({ hour: `${partition}:00:00Z`, day: `${partition}T00:00:00Z`, month: `${partition}-01T00:00:00Z` })[
    granularityOf(partition)
  ];

/** The moment at which a partition begins, as an ISO time in UTC, `2026-11-22T05:00:00Z`. */
export function partitionStart(partition: string, timezone = "UTC"): string {
  const start = calendarStart(partition);
  if (timezone === "UTC" || Number.isNaN(Date.parse(start))) return start;
  return `${new Date(firstMomentOf(partition, Date.parse(start), timezone)).toISOString().slice(0, 19)}Z`;
}

/** No zone is or was further from UTC than 16 hours. */
const furthest = 16 * 3_600_000;

/** The first second whose local date is the partition's first: midnight, or what follows where the clocks skip it. */
function firstMomentOf(partition: string, start: number, timezone: string): number {
  const granularity = granularityOf(partition);
  let [before, after] = [(start - furthest) / 1000, (start + furthest) / 1000];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (partitionAt(new Date(middle * 1000), granularity, timezone) < partition) before = middle;
    else after = middle;
  }
  return after * 1000;
}

/** The partition that a moment belongs to. */
export function partitionAt(moment: Date, granularity: Granularity, timezone = "UTC"): string {
  const text = timezone === "UTC" ? moment.toISOString() : localDate(moment, timezone);
  return text.slice(0, textLength[granularity]);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localDate(moment: Date, timezone: string): string {
  const known = formats.get(timezone);
  const format =
    known ??
    new Intl.DateTimeFormat("en-u-ca-iso8601-nu-latn", {
      timeZone: timezone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
  if (known === undefined) formats.set(timezone, format);
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${parts.get("year")?.padStart(4, "0")}-${parts.get("month")}-${parts.get("day")}`;
}

/** Hours and days have one length, by the calendar; months do not. */
const stepMilliseconds = { hour: 3_600_000, day: 86_400_000 } as const;

/** The partition that lies a number of partitions behind another, by the calendar; before it, where the number is negative. */
export function partitionBehind(partition: string, count: number): string {
  const granularity = granularityOf(partition);
  const start = new Date(calendarStart(partition));
  if (granularity === "month") start.setUTCMonth(start.getUTCMonth() + count);
  else start.setTime(start.getTime() + count * stepMilliseconds[granularity]);
  return partitionAt(start, granularity);
}

/** The moment at which a partition is over, in ms since 1970. */
export const partitionEnd = (partition: string, timezone = "UTC") =>
  Date.parse(partitionStart(partitionBehind(partition, 1), timezone));

/** Every partition from one to another, both included, oldest first. */
export function partitionsBetween(from: string, to: string, granularity: Granularity): readonly string[] {
  if (!isPartition(from, granularity) || !isPartition(to, granularity)) return [];
  const found: string[] = [];
  for (let partition = from; partition <= to; partition = partitionBehind(partition, 1)) found.push(partition);
  return found;
}

/** `2026/11/22/05`, the folder of a partition in the landing bucket where a contract has no `path`. */
export const partitionPath = (partition: string) => partition.replaceAll("-", "/").replace("T", "/");

const hiveNames = ["year", "month", "day", "hour"] as const;

/** The names of a partition's folders in the processed bucket. */
export const hiveKeys = (granularity: Granularity): readonly string[] =>
  hiveNames.slice(0, { hour: 4, day: 3, month: 2 }[granularity]);

/** `year=2026/month=11/day=22/hour=05`, the Hive-style folder of a partition in the processed bucket. */
export function hivePath(partition: string): string {
  return partitionPath(partition)
    .split("/")
    .map((value, index) => `${hiveNames[index]}=${value}`)
    .join("/");
}
