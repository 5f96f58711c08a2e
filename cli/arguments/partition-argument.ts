import type { Contract } from "../../contract/contract.js";
import { isPartition, partitionExample } from "../../contract/partition.js";
import { UsageWrong } from "../output/exit-codes.js";

/** @throws UsageWrong when a person's text is no partition of the dataset: an hour, a day or a month, as its contract says */
export function checkPartition(
  { partition: granularity, timezone }: Pick<Contract, "partition" | "timezone">,
  text: string,
): void {
  if (isPartition(text, granularity)) return;
  throw new UsageWrong(
    `'${text}' is not a partition by ${granularity} (${timezone}). Write it like ${partitionExample[granularity]}.`,
  );
}
