import type { Contract } from "../../contract/contract.js";
import { partitionAt, partitionBehind, partitionsBetween } from "../../contract/layout.js";

type Scheduled = Pick<Contract, "partition" | "timezone"> & { readonly schedule: { readonly lag_seconds: number } };

/**
 * The partitions that a run planned for a time looks into, oldest first: from the one before that in which the lag began
 * to the one of the planned time. The one more is what lets the next run pick up a partition that was late for this one.
 */
export function partitionsInLag({ partition, timezone, schedule }: Scheduled, planned: Date): readonly string[] {
  const lagBegan = partitionAt(new Date(planned.getTime() - schedule.lag_seconds * 1000), partition, timezone);
  return partitionsBetween(partitionBehind(lagBegan, -1), partitionAt(planned, partition, timezone), partition);
}
