import { type ColumnType, columnTypeText } from "../../contract/column-type.js";
import { nameFields } from "../infer/column-names.js";
import { oneLine } from "./statements.js";

/** A column as a schema file describes it. */
export interface ImportedColumn {
  /** As it is called there. */
  readonly name: string;
  /** Undefined where no type of Redshift can hold it, or none is known: the column is left out, as a comment. */
  readonly type: ColumnType | undefined;
  readonly required: boolean;
  readonly description: string | undefined;
  /** What the file says of it, as a comment. */
  readonly evidence: string;
  readonly remarks: readonly string[];
}

/** What a schema file says that a contract can say too. */
export interface Imported {
  readonly name: string;
  readonly table: string | undefined;
  readonly description: string | undefined;
  /** `avro` and `json` for schemas of records; otherwise CSV is assumed, with a line to look at. */
  readonly format: "avro" | "json" | "csv";
  readonly columns: readonly ImportedColumn[];
  /** By the names of the file. */
  readonly key: readonly string[];
  readonly checks: readonly { readonly name: string; readonly sql: string }[];
  readonly expect: { readonly every: string; readonly within: string } | undefined;
  /** Of a table that is there: what it is beside its name, in the words of `table`. */
  readonly design?: readonly string[];
  /** What the file says beyond that: nothing is dropped. */
  readonly notes: readonly string[];
}

const formatRemarks = {
  avro: "Avro files are assumed, which contain their own schema; for JSON records with this schema, write type: json",
  json: "one JSON record per line is assumed",
  csv: "the schema does not say how files are written, so CSV with a header is assumed. With sample files, use sluice infer",
} as const;

/** The schema file cannot be read. The message names the file, the place and what to do. */
export class SchemaFileInvalid extends Error {
  override readonly name = "SchemaFileInvalid";
}

/** Where a schema file differs from what was expected, and how. */
export function issueText({ issues }: { readonly issues: readonly Issue[] }): string {
  const [issue] = issues;
  const place = (issue?.path ?? []).map(String).join(".");
  return `${place === "" ? "" : `${place}: `}${issue?.message}`;
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export interface Placed {
  readonly file: string;
  readonly dataset: string;
  readonly source: string;
  readonly partition: "hour" | "day";
}

/** The contract as YAML, with what the schema file says as a comment at each column. */
export function importedText(imported: Imported, { file, dataset, source, partition }: Placed): string {
  const { columns, key, checks, expect, format, table, description, design = [], notes } = imported;
  const names = nameFields(columns.map(({ name }) => ({ path: [name] })));
  const named = columns.map((column, index) => ({ ...column, as: names[index] ?? column.name }));
  const loadable = named.filter(({ type }) => type !== undefined);
  const keyNames = key.flatMap((each) => loadable.filter(({ name }) => name === each).map((column) => column.as));
  const isWhole = keyNames.length === key.length && key.length > 0;
  const lines = [
    `# Imported from ${quoted(file)}. A schema does not say how values are written in files, so try sample files with sluice try.`,
    ...notes.map((note) => `# look: ${oneLine(note)}`),
    `dataset: ${dataset}`,
    `source: ${source}`,
    ...(description === undefined ? [] : [`description: ${quoted(description)}`]),
    `partition: ${partition} # how often files arrive: hour or day, UTC`,
    `# look: ${formatRemarks[format]}`,
    `format: { type: ${format} }`,
    "",
    "columns:",
    ...named.flatMap(columnLines),
    "",
    ...(checks.length === 0 ? [] : ["checks:", ...checks.map(({ name, sql }) => `  ${name}: ${quoted(sql)}`), ""]),
    `table: { ${[`name: ${table ?? `${source.replaceAll("-", "_")}.${dataset}`}`, ...design].join(", ")} }`,
    "",
    ...(isWhole
      ? [`load: { mode: upsert, key: [${keyNames.join(", ")}] } # look: order_by, where a column tells versions apart`]
      : ["load: { mode: append } # look: there is no usable key; consider upsert with a key, or replace"]),
    ...(expect === undefined ? [] : [`expect: { every: ${expect.every}, within: ${expect.within} }`]),
  ];
  return `${lines.join("\n")}\n`;
}

function columnLines(column: ImportedColumn & { readonly as: string }): string[] {
  const { name, as, type, required, description, evidence, remarks } = column;
  const parts = [
    `name: ${as}`,
    ...(name === as ? [] : [`from: ${quoted(name)}`]),
    ...(type === undefined ? [] : [`type: ${quoted(columnTypeText(type))}`]),
    ...(required ? ["required: true"] : []),
    ...(description === undefined ? [] : [`description: ${quoted(description)}`]),
  ].join(", ");
  const notes = remarks.map((remark) => `    # look: ${oneLine(remark)}`);
  return type === undefined
    ? [`  # left out: { ${parts} } # ${oneLine(evidence)}`, ...notes]
    : [`  - { ${parts} } # ${oneLine(evidence)}`, ...notes];
}

/** JSON is YAML, whatever the text. */
const quoted = (text: string) => JSON.stringify(text);
