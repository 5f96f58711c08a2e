import { asName } from "./column-names.js";
import { inferColumns } from "./columns.js";
import { contractText } from "./contract-text.js";
import { findKeys } from "./keys.js";
import { mergeSamples } from "./merge-samples.js";
import { readCsv } from "./read-csv.js";
import { type FileText, readFileText } from "./read-file.js";
import { readJson } from "./read-json.js";
import { readXml } from "./read-xml.js";
import { InferenceRefused } from "./refusal.js";
import type { Hints, Sample } from "./sample.js";

export interface InferenceRequest {
  readonly files: readonly string[];
  readonly source: string;
  readonly dataset?: string | undefined;
  readonly partition?: "hour" | "day";
  readonly hints?: Hints;
}

/** A first contract from sample files, as commented YAML. @throws InferenceRefused for what cannot be told */
export async function inferContract(request: InferenceRequest) {
  const { files, source, partition = "day", hints = {} } = request;
  const samples = [];
  for (const path of files) {
    const file = await readFileText(path, hints.encoding);
    samples.push({ name: file.name, sample: withReading(read(file, hints), file) });
  }
  const sample = mergeSamples(samples);
  const columns = inferColumns(sample.fields);
  const names = samples.map(({ name }) => name);
  if (columns.every(({ guess }) => guess.type === undefined)) {
    throw new InferenceRefused(
      "NoRecords",
      `${names.map((name) => `'${name}'`).join(", ")}: no column has a value. Take a sample with data.`,
    );
  }
  const dataset = request.dataset ?? datasetOf(names);
  const known = columns.filter(({ guess }) => guess.type !== undefined);
  const keys = findKeys(known, sample.records);
  const text = contractText({ dataset, source, partition, files: names, sample, columns, keys });
  return { dataset, text, records: sample.records, columns: known.length };
}

function read(file: FileText, hints: Hints): Sample {
  const [first] = file.text.trimStart();
  if (first === undefined) throw new InferenceRefused("NoRecords", `'${file.name}' is empty.`);
  if (hints.delimiter !== undefined || hints.header !== undefined) return readCsv(file, hints);
  if (first === "<") return readXml(file, hints);
  if (first === "{" || first === "[") return readJson(file, hints);
  return readCsv(file, hints);
}

/** Encoding and compression, where the contract has to say them; an XML declaration says the encoding itself. */
function withReading(sample: Sample, { encoding, compression, isCut, name, notes }: FileText): Sample {
  const isSilent = encoding === "utf-8" || sample.format.type === "xml";
  const cut = isCut ? [`${name}: only its beginning was read, ${sample.records} records`] : [];
  return {
    ...sample,
    format: {
      ...sample.format,
      ...(isSilent ? {} : { encoding }),
      ...(compression === undefined ? {} : { compression }),
    },
    notes: [...notes, ...sample.notes, ...cut],
  };
}

/** `orders-2026-11-22.csv.gz` → `orders`. @throws InferenceRefused when nothing is left of the name */
function datasetOf([first = ""]: readonly string[]): string {
  const bare = first.replace(/\.gz$/i, "").replace(/\.[A-Za-z]+$/, "");
  const name = asName(bare)
    .replace(/^(?:n_)?[\d_]+/, "")
    .replace(/(?:_(?:\d+|t\d+z?|part))+$/, "")
    .slice(0, 40)
    .replace(/_+$/, "");
  if (name !== "" && name !== "part" && name !== "manifests") return name;
  throw new InferenceRefused(
    "NameUnknown",
    `'${first}' says nothing about the dataset's name. Give it with --dataset.`,
  );
}
