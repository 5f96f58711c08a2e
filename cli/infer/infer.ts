import { asName } from "./column-names.js";
import { inferColumns } from "./columns.js";
import type { Inferred } from "./contract-text.js";
import { rateDialects } from "./dialect.js";
import { partitionInNames } from "./file-times.js";
import { readFixed } from "./fixed/read-fixed.js";
import { together } from "./fixed/together.js";
import { judge } from "./judge.js";
import { findKeys } from "./keys.js";
import { mergeSamples } from "./merge-samples.js";
import { readCsv } from "./read-csv.js";
import { type FileText, readFileText } from "./read-file.js";
import { readJson } from "./read-json.js";
import { readTyped } from "./read-typed.js";
import { readXml } from "./read-xml.js";
import { InferenceRefused } from "./refusal.js";
import type { Hints, Sample } from "./sample.js";

export interface InferenceRequest {
  readonly files: readonly string[];
  readonly source: string;
  readonly dataset?: string | undefined;
  readonly partition?: "hour" | "day" | undefined;
  /** Another dataset whose deliveries these files are. */
  readonly deliveries?: string | undefined;
  readonly hints?: Hints;
}

/**
 * A first contract from sample files, as commented YAML, tried on those files by the load's own reader.
 * @throws InferenceRefused for what cannot be told, and where no contract was found that loads the files
 */
export async function inferContract(request: InferenceRequest) {
  const draft = await draftContract(request);
  const { draft: mended, text, preview, contract } = await judge(draft, request.files);
  const known = mended.columns.filter(({ guess }) => guess.type !== undefined);
  return {
    dataset: draft.dataset,
    partition: draft.namedPartition,
    text,
    preview,
    contract,
    records: draft.sample.records,
    columns: known.length,
  };
}

/** What the files themselves say, before a load's reader has seen them. @throws InferenceRefused */
export async function draftContract({
  files,
  source,
  dataset,
  partition,
  deliveries,
  hints = {},
}: InferenceRequest): Promise<Inferred> {
  const samples = [];
  const texts: FileText[] = [];
  for (const path of files) {
    const typed = await readTyped(path);
    if (typed !== undefined) {
      samples.push(typed);
      continue;
    }
    const file = await readFileText(path, hints.encoding);
    texts.push(file);
    samples.push({ name: file.name, sample: withReading(read(file, hints), file) });
  }
  const sample = together(texts, samples, hints) ?? mergeSamples(samples);
  const columns = inferColumns(sample.fields);
  const names = samples.map(({ name }) => name);
  const known = columns.filter(({ guess }) => guess.type !== undefined);
  if (known.length === 0) {
    const found = names.map((name) => `'${name}'`).join(", ");
    throw new InferenceRefused("NoRecords", `${found}: no column has a value. Use a sample with data.`);
  }
  const keys = findKeys(known, sample.records);
  const named = partition === undefined ? partitionInNames(names) : undefined;
  return {
    dataset: dataset ?? (deliveries === undefined ? datasetOf(names) : partOf(deliveries, hints.records)),
    deliveries,
    source,
    partition: partition ?? named?.length ?? "day",
    namedPartition: named?.partition,
    files: names,
    sample,
    columns,
    keys,
    rejects: { rejected: 0, read: sample.records },
  };
}

/** The name of a dataset of a part of another's records: `orders_lines` of `orders.*.lines`. */
function partOf(deliveries: string, records: string | undefined): string {
  const part = asName(records?.split(".").at(-1) ?? "part");
  return `${deliveries}_${part}`;
}

function read(file: FileText, hints: Hints): Sample {
  const [first] = file.text.trimStart();
  if (first === undefined) throw new InferenceRefused("NoRecords", `'${file.name}' is empty.`);
  if (hints.delimiter !== undefined) return readCsv(file, hints);
  if (hints.header !== undefined || hints.fixed !== undefined) return readLines(file, hints);
  if (first === "<") return readXml(file, hints);
  if (first === "{" || first === "[") return readJsonOrCsv(file, hints);
  return readLines(file, hints);
}

/** Columns at fixed places, or between delimiters: these are there in every line, and at other places in each. */
function readLines(file: FileText, hints: Hints): Sample {
  const isDelimited = hints.fixed === undefined && hasDelimiter(file.text);
  return (isDelimited ? undefined : readFixed(file, hints)) ?? readCsv(file, hints);
}

function hasDelimiter(text: string): boolean {
  const [best] = rateDialects(text, undefined);
  if (best === undefined || best.width < 2 || best.score === 0) return false;
  const { delimiter } = best.dialect;
  const records = best.records.filter(({ fields }) => fields.length === best.width);
  // Blanks pad columns, colons stand in times.
  if (delimiter === ":") return false;
  if (delimiter === " ")
    return (
      records.length === best.records.length && records.every(({ fields }) => fields.every((field) => field !== ""))
    );
  return records.length >= best.records.length * 0.9 && !isInsideNames(records, delimiter);
}

/** A comma behind each surname of a padded column: at another place in each line, before a blank, and the only one. */
function isInsideNames(
  records: readonly { readonly raw: string; readonly fields: readonly string[] }[],
  delimiter: string,
) {
  const isOne = records.every(
    ({ fields, raw }) => fields.length === 2 && raw.includes(`${delimiter} `) && / {2}/.test(raw),
  );
  return (
    isOne &&
    new Set(records.map(({ raw }) => raw.indexOf(delimiter))).size > 1 &&
    new Set(records.map(({ raw }) => raw.trimEnd().length)).size <= records.length / 2
  );
}

/** A CSV may begin with a brace. @throws InferenceRefused as the reader of JSON where it is neither */
function readJsonOrCsv(file: FileText, hints: Hints): Sample {
  try {
    return readJson(file, hints);
  } catch (error) {
    if (!(error instanceof InferenceRefused) || error.name !== "FormatUnknown") throw error;
    try {
      const sample = readCsv(file, hints);
      if (sample.fields.length > 1) return sample;
    } catch {
      // What was said of it as JSON is what helps.
    }
    throw error;
  }
}

/** The encoding, where the contract has to say it: an XML declaration says it itself. */
function withReading(sample: Sample, { encoding, isCut, name, notes }: FileText): Sample {
  const isSilent = encoding === "utf-8" || sample.format.type === "xml";
  const cut = isCut ? [`${name}: only its beginning was read, ${sample.records} records`] : [];
  return {
    ...sample,
    format: { ...sample.format, ...(isSilent ? {} : { encoding }) },
    notes: [...notes, ...sample.notes, ...cut],
  };
}

/** `orders-2026-11-22.csv.gz` → `orders`. @throws InferenceRefused when nothing is left of the name */
function datasetOf([first = ""]: readonly string[]): string {
  const bare = first.replace(/\.(?:gz|zst|bz2|zip)$/i, "").replace(/\.[A-Za-z]+$/, "");
  const name = asName(bare)
    .replace(/^(?:n_)?[\d_]+/, "")
    .replace(/(?:_(?:\d+|t\d+z?|part))+$/, "")
    .slice(0, 40)
    .replace(/_+$/, "");
  if (name !== "" && name !== "part" && name !== "manifests") return name;
  throw new InferenceRefused(
    "NameUnknown",
    `The dataset's name cannot be derived from '${first}'. Give it with --dataset.`,
  );
}
