/** The partition that names of files say: `orders-2026-11-22.csv`, `orders_20261122T05.json`, `2026-11-22-05/part-1.csv`. */
export interface NamedPartition {
  readonly length: "hour" | "day";
  /** The partition of the first file. */
  readonly partition: string;
}

const date = /(?<!\d)(?<year>20\d\d)(?<sign>[-_.]?)(?<month>0[1-9]|1[0-2])\k<sign>(?<day>0[1-9]|[12]\d|3[01])/;
/** Behind the day: an hour that a T, a blank, a hyphen or an underscore parts from it, with minutes or without. */
const hour = /^(?:[T_ -]|(?=\d{2}(?!\d)))(?<hour>[01]\d|2[0-3])(?!\d{3})/;

/** @returns undefined unless all files have a day in their names */
export function partitionInNames(names: readonly string[]): NamedPartition | undefined {
  const found = names.map(partitionIn);
  const [first] = found;
  if (first === undefined || found.some((each) => each === undefined)) return undefined;
  const length = found.every((each) => each?.length === "hour") ? "hour" : "day";
  return { length, partition: length === "hour" ? first.partition : first.partition.slice(0, 10) };
}

function partitionIn(name: string): NamedPartition | undefined {
  const match = date.exec(name);
  const { year, month, day } = match?.groups ?? {};
  if (match === null || year === undefined || month === undefined || day === undefined) return undefined;
  const partition = `${year}-${month}-${day}`;
  // 2026-02-30 is some other number.
  if (Number.isNaN(Date.parse(partition)) || !new Date(partition).toISOString().startsWith(partition)) return undefined;
  const rest = hour.exec(name.slice(match.index + match[0].length))?.groups?.hour;
  return rest === undefined ? { length: "day", partition } : { length: "hour", partition: `${partition}T${rest}` };
}
