import type { Contract } from "../contract/contract.js";
import { Refusal } from "../contract/refusals.js";
import { encoding } from "../sql/encodings.js";
import { expression, type Fragment, identifier, list, table } from "../sql/render.js";
import { targetTable } from "../sql/tables.js";
import type { FoundDesign, Inspection } from "./inspection.js";

/**
 * Compares distribution, sort key and encodings with what the contract says of them. What it leaves to Redshift (`auto`, no
 * sort key, no encoding) is never compared. A load could change none of it without rewriting the table.
 * @throws Refusal SchemaDrift, with the statement that a person would run
 */
export function checkDesign(contract: Contract, { design, distribution }: Inspection): void {
  checkDistribution(contract, design, distribution);
  checkSort(contract, design);
  for (const [column, { encode }] of Object.entries(contract.table.columns)) {
    const found = design.find(({ name }) => name === column)?.encoding;
    if (encode === null || found === undefined || storedAs(encode) === storedAs(found)) continue;
    throw otherDesign(
      contract,
      `column '${column}' has a different encoding (found: ${storedAs(found)}; expected: ${storedAs(encode)}).`,
      `table.columns.${column}.encode`,
      expression`ALTER COLUMN ${identifier(column)} ENCODE ${encoding(encode)}`,
    );
  }
}

/** The catalogue calls raw none. */
const storedAs = (encode: string) => (encode.toLowerCase() === "none" ? "raw" : encode.toLowerCase());

function checkDistribution(contract: Contract, design: readonly FoundDesign[], style: string | null): void {
  const { distribution } = contract.table;
  if (distribution.style === "auto" || style === null) return;
  const key = design.find(({ isDistributionKey }) => isDistributionKey)?.name;
  const found = style === "key" && key !== undefined ? `key(${key})` : style;
  const expected = distribution.style === "key" ? `key(${distribution.column})` : distribution.style;
  if (found === expected) return;
  throw otherDesign(
    contract,
    `it has a different distribution (found: ${found}; expected: ${expected}).`,
    "table.distribution",
    distribution.style === "key"
      ? expression`ALTER DISTSTYLE KEY DISTKEY ${identifier(distribution.column)}`
      : distribution.style === "all"
        ? expression`ALTER DISTSTYLE ALL`
        : expression`ALTER DISTSTYLE EVEN`,
  );
}

function checkSort(contract: Contract, design: readonly FoundDesign[]): void {
  const { sort } = contract.table;
  if (sort.length === 0 || design.length === 0) return;
  const sorted = design.filter(({ sortPosition }) => sortPosition !== 0);
  const isInterleaved = sorted.some(({ sortPosition }) => sortPosition < 0);
  const found = [...sorted].sort((a, b) => Math.abs(a.sortPosition) - Math.abs(b.sortPosition)).map(({ name }) => name);
  if (!isInterleaved && found.join(",") === sort.join(",")) return;
  throw otherDesign(
    contract,
    `it has a different sort key (found: ${isInterleaved ? "interleaved " : ""}[${found.join(", ")}]; expected: [${sort.join(", ")}]).`,
    "table.sort",
    expression`ALTER COMPOUND SORTKEY (${list(sort.map(identifier))})`,
  );
}

function otherDesign(contract: Contract, what: string, place: string, change: Fragment): Refusal {
  const statement = expression`ALTER TABLE ${table(targetTable(contract))} ${change}`;
  return new Refusal(
    "SchemaDrift",
    `${contract.table.schema}.${contract.table.name}: ${what} Nothing was changed. Set '${place}' in the contract to what was found, or change the table: ${statement.sql};`,
  );
}
