/** Partitions: the hour `2026-11-22T05` or the day `2026-11-22` that a batch belongs to, UTC. Free of Node, for the console's page. */

export type Granularity = "hour" | "day";

const partitionPattern = { hour: /^\d{4}-\d{2}-\d{2}T\d{2}$/, day: /^\d{4}-\d{2}-\d{2}$/ } as const;

/** True when the text is a partition of that granularity that exists in the calendar. */
export function isPartition(text: string, granularity: Granularity): boolean {
  if (!partitionPattern[granularity].test(text)) return false;
  const start = new Date(partitionStart(text));
  return !Number.isNaN(start.getTime()) && start.toISOString().startsWith(text);
}

/** The start of a partition as an ISO time in UTC, `2026-11-22T05:00:00Z`. */
export function partitionStart(partition: string): string {
  return partition.includes("T") ? `${partition}:00:00Z` : `${partition}T00:00:00Z`;
}

/** The partition that a moment belongs to. */
export function partitionAt(moment: Date, granularity: Granularity): string {
  return moment.toISOString().slice(0, granularity === "hour" ? 13 : 10);
}

export const partitionMilliseconds = { hour: 3_600_000, day: 86_400_000 } as const;

/** Every partition from one to another, both included, oldest first. */
export function partitionsBetween(from: string, to: string, granularity: Granularity): readonly string[] {
  const step = partitionMilliseconds[granularity];
  const [first, last] = [from, to].map((partition) => Date.parse(partitionStart(partition)));
  if (first === undefined || last === undefined || first > last) return [];
  return Array.from({ length: (last - first) / step + 1 }, (_, index) =>
    partitionAt(new Date(first + index * step), granularity),
  );
}

/** `2026/11/22/05`, the folder of a partition in the landing bucket. */
export const partitionPath = (partition: string) => partition.replaceAll("-", "/").replace("T", "/");

/** `year=2026/month=11/day=22/hour=05`, the Hive-style folder of a partition in the processed bucket. */
export function hivePath(partition: string): string {
  const [year, month, day, hour] = partitionPath(partition).split("/");
  return `year=${year}/month=${month}/day=${day}${hour === undefined ? "" : `/hour=${hour}`}`;
}
