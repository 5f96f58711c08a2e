import type { Contract } from "../../contract/contract.js";
import { partitionAt, partitionBehind, partitionsBetween } from "../../contract/partition.js";

/**
 * The partitions that a look for quiet ones goes into without being told of a file: those of the window, and the one before
 * and behind it, since producers' clocks and days differ.
 */
export function partitionsInWindow(
  { partition, timezone }: Pick<Contract, "partition" | "timezone">,
  windowSeconds: number,
  now: Date,
): readonly string[] {
  const first = partitionAt(new Date(now.getTime() - windowSeconds * 1000), partition, timezone);
  const last = partitionAt(now, partition, timezone);
  return partitionsBetween(partitionBehind(first, -1), partitionBehind(last, 1), partition);
}
