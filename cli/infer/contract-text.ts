import { DatasetFile } from "../../contract/schema.js";
import { greatest } from "../output/greatest.js";
import type { InferredColumn } from "./columns.js";
import type { Keys } from "./keys.js";
import { type Sample, shown } from "./sample.js";

export interface Inferred {
  readonly dataset: string;
  readonly source: string;
  readonly partition: "hour" | "day";
  /** The dataset whose deliveries are read too; its partitions are this one's. */
  readonly deliveries?: string | undefined;
  /** What the first file's name says. */
  readonly namedPartition?: string | undefined;
  readonly files: readonly string[];
  readonly sample: Sample;
  readonly columns: readonly InferredColumn[];
  readonly keys: Keys;
  /** So many records of the sample are rejected, of so many that a load reads. */
  readonly rejects: { readonly rejected: number; readonly read: number };
}

/** The contract as YAML, with the evidence for every guess as a comment. */
export function contractText(inferred: Inferred): string {
  const { dataset, source, partition, deliveries, files, sample, columns, keys, rejects } = inferred;
  const { records } = sample;
  const lines = [
    `# Inferred from ${files.slice(0, 3).map(shown).join(", ")}${files.length > 3 ? ` and ${files.length - 3} more` : ""}: ${records} record(s).`,
    "# A sample does not show everything that may arrive: review the types, the key, and the lines with 'look'.",
    ...sample.notes.map((note) => `# look: ${oneLine(note)}`),
    `dataset: ${dataset}`,
    `source: ${source}`,
    deliveries === undefined
      ? `partition: ${partition} # ${partitionRemark(inferred)}`
      : `deliveries: ${deliveries} # each file of ${deliveries} is read for this table too`,
    `format: { ${Object.entries(sample.format)
      .map(([name, value]) => `${name}: ${scalar(value)}`)
      .join(", ")} }`,
    "",
    "columns:",
    ...columns.flatMap((column) => [...columnLines(column, records), ...listRemark(column, inferred)]),
    "",
    rejectsLine(rejects),
    "",
    `table: { name: ${source.replaceAll("-", "_")}.${dataset}${sortOf(columns)} }`,
    "",
    ...keys.evidence.map((line) => `# ${oneLine(line)}`),
    ...loadLines(keys),
  ];
  return `${lines.join("\n")}\n`;
}

function partitionRemark({ namedPartition, files: [first = ""] }: Inferred): string {
  if (namedPartition === undefined) return "how often files arrive: hour or day, UTC";
  return `from the file's name: ${shown(first)} is of ${namedPartition}; load it with --partition ${namedPartition}`;
}

/** A list of objects stays whole in one column; how its elements become a table beside this one. */
function listRemark({ name, from, guess, values }: InferredColumn, { dataset, sample, files }: Inferred): string[] {
  const isList = guess.type === "super" && values.some((value) => value !== null && /^\[\s*\{/.test(value));
  if (!isList || sample.format.type !== "json" || !("deliveries" in DatasetFile.shape)) return [];
  const { records, concatenated } = sample.format;
  const path = records === undefined || records === "$" ? String(from) : `${records}.*.${from}`;
  const how = records !== undefined ? "" : concatenated === true ? ", concatenated: true" : ", lines: true";
  if (how === "") {
    return [
      "    # look: a list of objects. To load it into its own table, from the same files:",
      `    #   sluice infer ${oneLine(files[0] ?? "")} --records "${path}" --deliveries ${dataset} --write`,
    ];
  }
  return [
    `    # look: a list of objects. To load it into its own table, add a dataset ${dataset}_${name} with deliveries: ${dataset},`,
    `    #   format: { type: json${how}, records: ${scalar(path)} }, and ../ for values of the record around it, such as ../id`,
  ];
}

function rejectsLine({ rejected, read }: Inferred["rejects"]): string {
  if (rejected === 0)
    return "rejects: { max: 0 } # or a number, or 1%: if more records are rejected, the whole batch is refused";
  return `rejects: { max: ${rejected} } # look: this many of the sample's ${read} records would be rejected; sluice infer shows which`;
}

function columnLines(column: InferredColumn, records: number): string[] {
  const { name, from, guess, isOptional, suspicions } = column;
  const parts = [
    `name: ${name}`,
    ...(from === name ? [] : [`from: ${scalar(from)}`]),
    ...(guess.type === undefined ? [] : [`type: ${scalar(guess.type)}`]),
    ...(guess.parse === undefined ? [] : [`parse: ${scalar(guess.parse)}`]),
    ...(column.occurrence === undefined ? [] : [`occurrence: ${column.occurrence}`]),
    ...(guess.round ? ["round: true"] : []),
    ...(guess.number === undefined ? [] : [`number: ${flow(guess.number)}`]),
    ...(guess.nulls === undefined ? [] : [`"null": [${guess.nulls.map((text) => JSON.stringify(text)).join(", ")}]`]),
    ...(isOptional ? ["optional: true"] : []),
  ];
  const remarks = suspicions.map((text) => `    # look: ${oneLine(text)}`);
  if (guess.type === undefined)
    return [`  # left out: { ${parts.join(", ")} }`, ...remarks.map((line) => line.replace("    #", "  #  "))];
  return [`  - { ${parts.join(", ")} } # ${evidenceOf(column, records)}`, ...remarks];
}

function evidenceOf({ guess, values, filled, distinct }: InferredColumn, records: number): string {
  const texts = values.filter((value) => value !== null);
  const amount = filled === records ? "always there" : `${records - filled} of ${records} empty`;
  const kinds = [amount, `${distinct} distinct`];
  if (/^varchar/.test(guess.type ?? "")) kinds.push(`up to ${greatest(texts, Buffer.byteLength)} bytes`);
  const [example] = texts;
  if (example !== undefined && guess.type !== "super") kinds.push(`such as ${shown(example)}`);
  return oneLine(kinds.join(", "));
}

/** The first time that is always there: most questions are about a span of time. */
function sortOf(columns: readonly InferredColumn[]): string {
  const time = columns.find(
    ({ guess, values }) => guess.type === "timestamp" && values.every((value) => value !== null),
  );
  return time === undefined ? "" : `, sort: [${time.name}]`;
}

function loadLines({ key, orderBy }: Keys): string[] {
  if (key.length === 0) return ["load: { mode: append } # no key: each batch's rows are added once"];
  const order = orderBy === undefined ? "" : `, order_by: ${orderBy}`;
  const history = orderBy === undefined ? "" : " (mode: history keeps them all)";
  return [
    `load: { mode: upsert, key: [${key.join(", ")}]${order} } # keeps the newest version of each key${history}; or replace, if a batch is the whole table`,
  ];
}

/** A scalar of flow YAML: bare where no reader could take it for anything else. */
function scalar(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const isBare =
    /^[A-Za-z_][\w-]*(?:\.[A-Za-z_]\w*)*(?:\(\d+\))?$/.test(value) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isBare || value === "double precision" ? value : JSON.stringify(value);
}

/** A mapping in flow style. */
function flow(members: object): string {
  const parts = Object.entries(members).map(([name, value]: [string, unknown]) => {
    const text = Array.isArray(value)
      ? `[${value.map((each) => JSON.stringify(each)).join(", ")}]`
      : JSON.stringify(value);
    return `${name}: ${text}`;
  });
  return `{ ${parts.join(", ")} }`;
}

const oneLine = (text: string) => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
