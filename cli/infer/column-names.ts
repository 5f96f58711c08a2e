import { reservedColumns, systemColumns } from "../../contract/semantics/reserved-columns.js";
import type { Field } from "./sample.js";

/** Any text as a name of the contract: lower case, words joined by underscores, ASCII. */
export function asName(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  return /^[0-9]/.test(plain) ? `n_${plain}` : plain;
}

/** A name of its own for each field: its nearest word, more of them where two would be the same. */
export function nameFields(fields: readonly Pick<Field, "path">[]): readonly string[] {
  const taken = new Set<string>();
  return fields.map(({ path }, index) => {
    const short = free(asName(path.at(-1) ?? ""), index);
    const isTwice = (name: string) => taken.has(name);
    const isShared = fields.filter((other) => asName(other.path.at(-1) ?? "") === short).length > 1;
    const long = free(asName(path.join("_")), index);
    const chosen = isShared || isTwice(short) ? long : short;
    let name = chosen;
    for (let n = 2; taken.has(name); n++) name = `${chosen}_${n}`;
    taken.add(name);
    return name;
  });
}

/** No name that Sluice or every table has already, and not empty. */
function free(name: string, index: number): string {
  const some = (name === "" ? `column_${index + 1}` : name).slice(0, 100).replace(/_+$/, "");
  const isReserved = systemColumns.has(some) || reservedColumns.has(some) || some.startsWith("sluice_");
  return isReserved ? `${some.replace(/^sluice_/, "")}_value` : some;
}
