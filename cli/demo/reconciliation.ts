import { type CountName, countNames } from "../loads/load-result.js";
import type { DemoLoad } from "./demo-load.js";
import type { Found } from "./facts.js";

/** Do the numbers of the loads add up, among themselves and with what is in the warehouse? A line each. */
export function reconciliation(loads: readonly DemoLoad[], found: Found): readonly string[] {
  const loaded = loads.filter(({ result }) => result.outcome === "loaded");
  const all = sumOf(loaded);
  return [
    equation("read", all, ["written", "deduplicated", "rejected"]),
    equation("written", all, ["inserted", "updated", "deleted", "outdated"]),
    ...Object.entries(found.rows).map(([table, rows]) => {
      const ofTable = sumOf(loaded.filter(({ dataset }) => table.endsWith(`.${dataset}`)));
      const { inserted, removed } = ofTable;
      const terms = `${inserted} inserted${removed === 0 ? "" : ` - ${removed} removed`}`;
      return `${verdict(rows === inserted - removed)} ${rows} rows in ${table} = ${terms}`;
    }),
    earthquakeIds(found),
    sameCountries(found),
    `${verdict(found.ledgerRows === loaded.length)} ${found.ledgerRows} rows in the ledger for ${loaded.length} loaded revisions`,
  ];
}

export const verdict = (isRight: boolean) => (isRight ? "ok   " : "WRONG");

type Sums = Readonly<Record<CountName, number>>;

function sumOf(loads: readonly DemoLoad[]): Sums {
  const sums = { read: 0, written: 0, deduplicated: 0, rejected: 0, inserted: 0, updated: 0, deleted: 0, outdated: 0 };
  const total: Record<CountName, number> = { ...sums, removed: 0 };
  for (const { result } of loads) for (const name of countNames) total[name] += result.counts[name] ?? 0;
  return total;
}

function equation(name: CountName, sums: Sums, parts: readonly CountName[]): string {
  const added = parts.reduce((sum, part) => sum + sums[part], 0);
  const terms = parts.map((part) => `${sums[part]} ${part}`).join(" + ");
  return `${verdict(sums[name] === added)} ${sums[name]} ${name} = ${terms}`;
}

function earthquakeIds({ rows, differentIds }: Found): string {
  const inTable = rows["seismic.earthquakes"] ?? 0;
  return `${verdict(differentIds === inTable)} ${differentIds} different ids in ${inTable} rows of seismic.earthquakes`;
}

function sameCountries({ differentCountries }: Found): string {
  const which = differentCountries.length === 0 ? "" : `: not ${differentCountries.join(", ")}`;
  return `${verdict(differentCountries.length === 0)} CSV, JSON and XML gave the same table of countries, row for row${which}`;
}
