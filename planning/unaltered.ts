import type { Contract } from "../contract/contract.js";
import { type Fragment, literal, render, table } from "../sql/render.js";
import { notedTypes } from "../sql/tables.js";
import { type Load, type Relied, target } from "./load.js";

/** Makes sure that nobody has altered the target since it was inspected, nor will before the transaction ends. */
export const checkTypes = ({ contract, relied }: Pick<Load, "contract" | "relied">): Fragment[] =>
  checkTypesOf(contract, relied);

/** The same for the contract's table, whichever it is. */
export function checkTypesOf(contract: Contract, relied: readonly Relied[]): Fragment[] {
  if (relied.length === 0) return [];
  const noted = notedTypes(contract);
  return [
    render("load/note_types", { noted: table(noted), target: target({ contract }) }),
    render("load/check_types", {
      noted: literal(noted.name),
      shown: literal(`${contract.table.schema}.${contract.table.name}`),
      expected: literal(`\n${relied.map(({ name, type }) => `${name}\t${type}\n`).join("")}`),
      columns: literal(relied.length),
    }),
  ];
}
