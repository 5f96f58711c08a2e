import type { Contract } from "../../contract/contract.js";
import { isPartition } from "../../contract/partition.js";
import { UsageWrong } from "../output/exit-codes.js";

/** @throws UsageWrong when a person's text is no partition of the dataset: an hour or a day, as its contract says */
export function checkPartition({ partition: granularity }: Pick<Contract, "partition">, text: string): void {
  if (isPartition(text, granularity)) return;
  const shape = granularity === "hour" ? "2026-11-22T05" : "2026-11-22";
  throw new UsageWrong(`'${text}' is no ${granularity} (UTC). Write it like ${shape}.`);
}
