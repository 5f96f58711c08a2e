import { Document } from "yaml";
import { type ColumnType, columnTypeText } from "../../contract/column-type.js";
import type { Contract } from "../../contract/contract.js";
import { lineageColumns } from "../../contract/contract.js";
import { growth } from "../../contract/evolution/growth.js";
import { nameFields } from "../infer/column-names.js";
import { type Guess, guessType } from "../infer/guess-type.js";
import { shown } from "../infer/sample.js";
import type { Evidence, Misfits } from "./evidence.js";

/** A change of the contract that the last loads speak for. */
export type Proposal =
  | {
      readonly kind: "column";
      readonly column: string;
      /** As the list of columns has it, in flow style. */
      readonly entry: string;
      readonly records: number;
      readonly because: string;
    }
  | {
      readonly kind: "type";
      readonly column: string;
      readonly from: string;
      readonly to: string;
      readonly records: number;
      readonly because: string;
    };

export interface Proposals {
  readonly proposals: readonly Proposal[];
  /** What was met, and nothing can be proposed for. */
  readonly notes: readonly string[];
}

const count = (records: number) => `${records} ${records === 1 ? "record" : "records"}`;

/** What the evidence speaks for: wider types for rescued values, columns for what nobody declared. */
export function proposalsOf(contract: Contract, evidence: Evidence): Proposals {
  const types = [...evidence.misfits].map(([name, misfits]) => widerType(contract, name, misfits));
  const columns = newColumns(contract, evidence);
  const all = [...types, ...columns].flatMap((each) => (each === undefined ? [] : [each]));
  return {
    proposals: all.flatMap((each) => (typeof each === "string" ? [] : [each])),
    notes: all.flatMap((each) => (typeof each === "string" ? [each] : [])),
  };
}

/** @returns a note where no wider type holds the values; undefined for a column that the contract has no more */
function widerType(contract: Contract, name: string, misfits: Misfits): Proposal | string | undefined {
  const column = contract.columns.find((known) => known.name === name);
  if (column === undefined) return undefined;
  const { records, codes } = misfits;
  const wider = typeFor(column.type, misfits);
  const before = columnTypeText(column.type);
  const what = `${count(records)} had values that do not fit ${before} (${codes.join(", ")})`;
  if (wider === undefined || growth(column.type, wider) !== "grows") {
    const already = wider !== undefined && growth(column.type, wider) === "same";
    return already
      ? undefined
      : `${name}: ${what} or any wider type. Look at them: SELECT _rescued.errors.${name} FROM ${contract.table.schema}.${contract.table.name}.`;
  }
  return {
    kind: "type",
    column: name,
    from: before,
    to: columnTypeText(wider),
    records,
    because: `${what}, but fit this type`,
  };
}

const integers = [
  { name: "smallint", digits: 4 },
  { name: "integer", digits: 9 },
  { name: "bigint", digits: 18 },
] as const;
const mostBytes = 65_535;
const mostDigits = 38;

/** The next type of its family that holds the values as well; a VARCHAR gets room to spare. */
function typeFor(type: ColumnType, { needs, codes }: Misfits): ColumnType | undefined {
  switch (type.name) {
    case "varchar": {
      if (codes.some((code) => code !== "too_long") || needs.bytes > mostBytes) return undefined;
      return { name: "varchar", length: Math.max(type.length, roomFor(needs.bytes)) };
    }
    case "smallint":
    case "integer":
    case "bigint":
      return needs.others > 0 || needs.scale > 0 ? undefined : integerFor(needs.digits);
    case "decimal": {
      const [whole, scale] = [Math.max(type.precision - type.scale, needs.digits), Math.max(type.scale, needs.scale)];
      return needs.others > 0 || whole + scale > mostDigits
        ? undefined
        : { name: "decimal", precision: whole + scale, scale };
    }
    case "real":
      return codes.every((code) => code === "out_of_range") ? { name: "double precision" } : undefined;
    default:
      return undefined;
  }
}

function integerFor(digits: number): ColumnType | undefined {
  const found = integers.find((each) => digits <= each.digits);
  return found === undefined ? undefined : { name: found.name };
}

/** Half as much again, in round numbers. */
const roomFor = (bytes: number) => Math.min(mostBytes, Math.ceil((bytes * 1.5) / 10) * 10);

function newColumns(contract: Contract, { unknown, values, batches }: Evidence): readonly (Proposal | string)[] {
  const known = new Set(contract.columns.map(({ from }) => String(from)));
  const names = [...unknown].filter(([name]) => !known.has(fromOf(contract, name)));
  const taken = new Set([...contract.columns, ...lineageColumns].map(({ name }) => name));
  const named = nameFields(names.map(([name]) => ({ path: [name] })));
  return names.map(([name, records], at) => {
    if (/^column \d+$/.test(name))
      return `${name}: a field without a name in the header; it can only be read by position.`;
    let column = named[at] ?? name;
    for (let n = 2; taken.has(column); n++) column = `${named[at]}_${n}`;
    taken.add(column);
    return newColumn(contract, { name, column, records, values: values.get(name) ?? [], batches });
  });
}

interface Unknown {
  readonly name: string;
  readonly column: string;
  readonly records: number;
  readonly values: Parameters<typeof guessType>[0];
  readonly batches: number;
}

function newColumn(contract: Contract, { name, column, records, values, batches }: Unknown): Proposal {
  const guess: Guess = values.length === 0 ? { type: undefined, notes: [] } : guessType(values, column);
  const from = fromOf(contract, name);
  const entry = flow({
    name: column,
    ...(from === column ? {} : { from }),
    type: guess.type ?? "varchar(256)",
    ...(guess.parse === undefined ? {} : { parse: guess.parse }),
    ...(guess.round === true ? { round: true } : {}),
    ...(guess.number === undefined ? {} : { number: guess.number }),
    ...(guess.nulls === undefined ? {} : { null: guess.nulls }),
    // Of the other formats a record without it has NULL anyway.
    ...(namesItsColumns(contract.format) ? { optional: true } : {}),
  });
  const met =
    records === 0
      ? `it occurred in ${batches === 1 ? "the last load" : `the last ${batches} loads`}`
      : `${count(records)} had it`;
  const looked =
    guess.type === undefined
      ? "; look at its type: none of its values were kept (unknown_columns: rescue keeps them)"
      : `; typed by ${values.length} of its values${guess.notes.length === 0 ? "" : ` (${guess.notes.join("; ")})`}`;
  return { kind: "column", column, entry, records, because: `${shown(name)} is not in the contract: ${met}${looked}` };
}

/** Whether files say which columns they have, so that one may be without a column. */
const namesItsColumns = (format: Contract["format"]) =>
  format.type === "csv" || format.type === "xlsx"
    ? format.header === true || format.header === "find"
    : format.type === "parquet" || format.type === "avro" || format.type === "orc";

/** What `from` says of a name of the record's first level. */
function fromOf({ format }: Contract, name: string): string {
  const isPath = format.type === "json" || format.type === "parquet" || format.type === "avro" || format.type === "orc";
  if (!isPath || /^[A-Za-z_][\w-]*$/.test(name)) return name;
  return `['${name.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}']`;
}

/** A mapping as one line of YAML. */
function flow(members: object): string {
  const document = new Document(members);
  document.contents = document.createNode(members, { flow: true });
  return document.toString({ lineWidth: 0 }).trimEnd();
}
