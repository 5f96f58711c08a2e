import type { Contract } from "../contract/contract.js";
import { Refusal } from "../contract/refusals.js";
import { type Fragment, table } from "../sql/render.js";
import { targetTable } from "../sql/tables.js";

export const targetOf = (contract: Pick<Contract, "table">) => table(targetTable(contract));

/** The target differs in what no load may change by itself. @param remedy what a person would do, with the statements */
export const drift = ({ table: { schema, name } }: Pick<Contract, "table">, what: string, remedy: string) =>
  new Refusal("SchemaDrift", `${schema}.${name}: ${what} Nothing was changed. ${remedy}`);

/** Statements as a message shows them, to be run as they stand. */
export const run = (statements: readonly Fragment[]) => statements.map(({ sql }) => `${sql};`).join(" ");
