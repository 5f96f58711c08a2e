import type { Contract } from "../../contract/contract.js";
import { type Granularity, partitionAt, partitionMilliseconds, partitionsBetween } from "../../contract/layout.js";

type Scheduled = Pick<Contract, "partition"> & { readonly schedule: { readonly lag_seconds: number } };

/**
 * The partitions that a run planned for a time looks into, oldest first: from the one before that in which the lag began
 * to the one of the planned time. The one more is what lets the next run pick up a partition that was late for this one.
 */
export function partitionsInLag({ partition, schedule }: Scheduled, planned: Date): readonly string[] {
  const begun = planned.getTime() - schedule.lag_seconds * 1000 - partitionMilliseconds[partition];
  return partitionsBetween(partitionAt(new Date(begun), partition), partitionAt(planned, partition), partition);
}

/** When a partition is over, in ms since 1970. */
export const endOf = (start: string, granularity: Granularity) =>
  Date.parse(start) + partitionMilliseconds[granularity];
