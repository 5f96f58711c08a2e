import { describeFinding, readDatasetText } from "../../contract/read.js";
import { asName } from "../infer/column-names.js";
import { importAvro } from "./import-avro.js";
import { importDdl } from "./import-ddl.js";
import { importJsonSchema } from "./import-json-schema.js";
import { importOdcs } from "./import-odcs.js";
import { type Imported, importedText, type Placed, SchemaFileInvalid } from "./imported.js";

export const importFormats = ["odcs", "json-schema", "avro", "ddl"] as const;
export type ImportFormat = (typeof importFormats)[number];

const readers: Readonly<Record<ImportFormat, (text: string, file: string) => Imported | Promise<Imported>>> = {
  odcs: importOdcs,
  "json-schema": importJsonSchema,
  avro: importAvro,
  ddl: importDdl,
};

export interface ImportRequest extends Omit<Placed, "dataset"> {
  readonly text: string;
  readonly format: ImportFormat;
  /** Undefined: as the schema calls it. */
  readonly dataset: string | undefined;
}

/** A first contract from a schema file. @throws SchemaFileInvalid where the file, or what comes of it, cannot be used */
export async function importContract({ text, format, ...placed }: ImportRequest): Promise<ImportedContract> {
  return placeImported(await readers[format](text, placed.file), placed);
}

export interface ImportedContract {
  readonly dataset: string;
  /** YAML. */
  readonly text: string;
  /** What `check` says of it. */
  readonly problems: readonly string[];
}

/** The contract of what was read. @throws SchemaFileInvalid where nothing can be made of it */
export function placeImported(
  imported: Imported,
  { dataset, ...placed }: Omit<ImportRequest, "text" | "format">,
): ImportedContract {
  const { columns } = imported;
  if (columns.every(({ type }) => type === undefined)) {
    const each = columns.map(({ name, evidence, remarks }) => `${name} (${[evidence, ...remarks].join(": ")})`);
    throw new SchemaFileInvalid(`${placed.file} has no columns that a table can hold: ${each.join(", ")}.`);
  }
  const twice = columns.find(({ name }, at) => columns.findIndex((other) => other.name === name) < at);
  if (twice !== undefined) {
    throw new SchemaFileInvalid(
      `${placed.file} has the column '${twice.name}' twice. Remove one of them, or rename it.`,
    );
  }
  const name = dataset ?? asName(imported.name).slice(0, 40);
  if (name === "")
    throw new SchemaFileInvalid(`${placed.file} does not contain a name. Name the dataset with --dataset.`);
  const contract = importedText(imported, { ...placed, dataset: name });
  const errors = readDatasetText(contract, `datasets/${name}.yaml`).findings.filter(
    ({ severity }) => severity === "error",
  );
  return { dataset: name, text: contract, problems: errors.map(describeFinding) };
}
