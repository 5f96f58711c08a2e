import type { Contract } from "../../contract/contract.js";
import { partitionFolder, pathOf } from "../../contract/deliveries.js";

/** Under which prefixes the files of some partitions lie, each once; none lies under another. */
export function prefixesOf(
  contract: Pick<Contract, "dataset" | "partition" | "path">,
  partitions: readonly string[],
): readonly string[] {
  const all = new Set(
    partitions.map((partition) =>
      contract.path === null ? partitionFolder(contract, partition) : pathOf(contract).prefixOf(partition),
    ),
  );
  return [...all].filter((prefix) => ![...all].some((other) => other !== prefix && prefix.startsWith(other)));
}
