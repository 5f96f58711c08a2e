import type { Contract } from "../../contract/contract.js";
import { partitionAt, partitionStart } from "../../contract/layout.js";

export type Expecting = Pick<Contract, "dataset" | "partition" | "schedule"> & {
  readonly expect: NonNullable<Contract["expect"]>;
};

/** How far back a watch looks for deadlines that nobody noticed: longer than the watch is ever likely to stand still. */
const lookBackMilliseconds = 3 * 86_400_000;

/**
 * The partitions whose deadline has passed lately, oldest first. A partition is expected every `every`, counted from
 * midnight UTC, and its manifest `within` that time of the partition's start.
 * @param since when the dataset's watch began; what started before is not expected.
 */
export function passedDeadlines({ partition, expect }: Expecting, since: Date, now: Date): readonly string[] {
  const [every, within] = [expect.every_seconds * 1000, expect.within_seconds * 1000];
  const earliest = Math.max(since.getTime(), now.getTime() - within - lookBackMilliseconds);
  const first = Math.ceil(earliest / every) * every;
  const last = Math.floor((now.getTime() - within) / every) * every;
  const count = Math.max(0, (last - first) / every + 1);
  return Array.from({ length: count }, (_, index) => partitionAt(new Date(first + index * every), partition));
}

/** When a partition's manifest has to be there. */
export const deadlineOf = ({ expect }: Pick<Expecting, "expect">, partition: string) =>
  new Date(Date.parse(partitionStart(partition)) + expect.within_seconds * 1000);
