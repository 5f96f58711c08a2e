import type { Contract } from "../../contract/contract.js";
import { expectedPartitionAt, partitionsPerStep } from "../../contract/expected.js";
import { partitionBehind, partitionStart } from "../../contract/layout.js";

export type Expecting = Pick<
  Contract,
  "dataset" | "owner" | "partition" | "timezone" | "schedule" | "path" | "arrival"
> & {
  readonly expect: NonNullable<Contract["expect"]>;
};

/** How far back a watch looks for deadlines that nobody noticed: longer than the watch is ever likely to stand still. */
const lookBackMilliseconds = 3 * 86_400_000;

/**
 * The partitions whose deadline has passed lately, oldest first. A partition is expected every `every`, counted from
 * midnight UTC, and its manifest `within` that time of the partition's start.
 * @param since when the dataset's watch began; what started before is not expected.
 */
export function passedDeadlines(contract: Expecting, since: Date, now: Date): readonly string[] {
  const within = contract.expect.within_seconds * 1000;
  const earliest = Math.max(since.getTime(), now.getTime() - within - lookBackMilliseconds);
  const found: string[] = [];
  let partition = expectedPartitionAt(contract, new Date(now.getTime() - within));
  while (Date.parse(partitionStart(partition, contract.timezone)) >= earliest) {
    found.unshift(partition);
    partition = partitionBehind(partition, -partitionsPerStep(contract));
  }
  return found;
}

/** When a partition's manifest has to be there. */
export const deadlineOf = ({ expect, timezone }: Pick<Expecting, "expect" | "timezone">, partition: string) =>
  new Date(Date.parse(partitionStart(partition, timezone)) + expect.within_seconds * 1000);
