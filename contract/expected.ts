import type { Contract } from "./contract.js";
import { partitionAt, partitionBehind } from "./partition.js";

/** Which partitions a contract's `expect` waits for: every partition, or of hours every so many, counted from midnight UTC. */

type Expecting = Pick<Contract, "partition" | "timezone"> & { readonly expect: NonNullable<Contract["expect"]> };

/** How many partitions lie from one that is expected to the next: more than one of hours alone. */
export const partitionsPerStep = ({ partition, expect }: Pick<Expecting, "partition" | "expect">) =>
  partition === "hour" ? expect.every_seconds / 3600 : 1;

/** The newest partition that had begun at a moment and is expected. */
export function expectedPartitionAt({ partition, timezone, expect }: Expecting, moment: Date): string {
  const present = partitionAt(moment, partition, timezone);
  if (partition !== "hour") return present;
  return partitionBehind(present, -(Number(present.slice(11)) % partitionsPerStep({ partition, expect })));
}
