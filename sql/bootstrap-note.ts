import type { Contract } from "../contract/contract.js";
import { batchChecksTable, ledgerTable, lockTable } from "../contract/layout.js";
import { ownSchema } from "../contract/own-schema.js";
import { literal, render } from "./render.js";
import { viewNames } from "./warehouse.js";
import { type Declared, literals, targetSchemas } from "./what-is-there.js";

/** The query of what the last bootstrap noted, and of what it made as it stands now: kind, name, what is compared. */
export function presentState(
  contracts: readonly (Declared & Pick<Contract, "dataset">)[],
  users: Readonly<Record<"loader" | "reader" | "readers", string>>,
  externalSchemas: readonly string[],
): string {
  const ofDatasets = contracts.flatMap(({ dataset }) => [
    ledgerTable(dataset).name,
    lockTable(dataset).name,
    batchChecksTable(dataset).name,
  ]);
  return render("warehouse/present_state", {
    users: literals([users.loader, users.reader]),
    reader: literal(users.reader),
    readers: literal(users.readers),
    schemas: literals([ownSchema(), ...targetSchemas(contracts), ...externalSchemas]),
    relations: literals(["projects", "aggregates", "kept_grants", ...viewNames, ...ofDatasets]),
  }).sql;
}

/** The statement that notes how far a bootstrap came. */
export const noteBootstrap = (note: string): string => render("warehouse/note_bootstrap", { note: literal(note) }).sql;
