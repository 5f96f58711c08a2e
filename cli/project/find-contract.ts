import type { Contract } from "../../contract/contract.js";
import { nearest } from "../../contract/nearest.js";
import { UsageWrong } from "../output/exit-codes.js";

/** The contract of a dataset that a person named. @throws UsageWrong with the nearest name when there is none */
export function findContract(contracts: readonly Contract[], dataset: string): Contract {
  const found = contracts.find((contract) => contract.dataset === dataset);
  if (found !== undefined) return found;
  const names = contracts.map((contract) => contract.dataset);
  const near = nearest(dataset, names);
  const hint = near === undefined ? `Known: ${names.join(", ") || "none"}.` : `Did you mean '${near}'?`;
  throw new UsageWrong(`There is no dataset '${dataset}' in this project. ${hint}`);
}
