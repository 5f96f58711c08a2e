import { type ColumnType, columnTypeText } from "../column-type.js";

/**
 * What it is for a column to go from one type to another. `grows`: every value of the old type is one of the new, digit for
 * digit. `loses digits`: a decimal gets more digits on one side and fewer on the other. `narrower`: the other way round.
 */
export type Step = "same" | "grows" | "narrower" | "loses digits" | "other";

const families = [
  ["smallint", "integer", "bigint"],
  ["real", "double precision"],
] as const;

/** The one place that says which types grow: the contract's page (Evolution) and the load's planned step follow it. */
export function growth(from: ColumnType, to: ColumnType): Step {
  if (columnTypeText(from) === columnTypeText(to)) return "same";
  if (from.name === "varchar" && to.name === "varchar") return to.length > from.length ? "grows" : "narrower";
  if (from.name === "decimal" && to.name === "decimal") {
    const [whole, fraction] = [to.precision - to.scale - (from.precision - from.scale), to.scale - from.scale];
    if (whole >= 0 && fraction >= 0) return "grows";
    return whole <= 0 && fraction <= 0 ? "narrower" : "loses digits";
  }
  for (const family of families) {
    const names: readonly string[] = family;
    const [before, after] = [names.indexOf(from.name), names.indexOf(to.name)];
    if (before >= 0 && after >= 0) return after > before ? "grows" : "narrower";
  }
  return "other";
}
