import type { Contract } from "../../contract/contract.js";

/** The compiled contracts of a source by dataset, as they lie beside the functions that read them. */
export const contractsFile = (contracts: readonly Contract[]) => ({
  "contracts.json": `${JSON.stringify(Object.fromEntries(contracts.map((contract) => [contract.dataset, contract])), null, 2)}\n`,
});
