import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Command, Option } from "commander";
import { DatasetFile } from "../../contract/schema.js";
import { withSession } from "../account/session.js";
import { type AccountOptions, withAccount } from "../arguments/options.js";
import {
  type ImportedContract,
  type ImportFormat,
  importContract,
  importFormats,
  placeImported,
} from "../exchange/import.js";
import { importTable } from "../exchange/import-table.js";
import { SchemaFileInvalid } from "../exchange/imported.js";
import { CommandFailed, exitCodes, UsageWrong } from "../output/exit-codes.js";
import { print, say } from "../output/terminal.js";
import { projectFolder } from "../project/project.js";
import { runStatement } from "../warehouse/statements.js";
import { readerWarehouse } from "../warehouse/warehouse.js";
import type { SetExit } from "./command.js";

interface ImportOptions extends AccountOptions {
  readonly from: ImportFormat | "table";
  readonly write?: boolean;
  readonly dataset?: string;
  readonly source: string;
  readonly partition: "hour" | "day";
}

/** `sluice import <file> --from <format>`: a first contract from a schema that is there already. */
export function addImport(program: Command, setExit: SetExit): void {
  const command = program.command("import");
  withAccount(command)
    .argument(
      "<file|table>",
      "a schema file (of one table or record type), or an existing table of the warehouse, such as shop.orders",
    )
    .addOption(
      new Option("--from <format>", "the kind of schema; table: an existing table")
        .choices([...importFormats, "table"])
        .makeOptionMandatory(),
    )
    .option("--write", "write to the project's datasets/<dataset>.yaml instead of stdout")
    .option("--dataset <name>", "the dataset's name (default: the name in the schema)")
    .option("--source <name>", "the source", "source-name")
    .addOption(new Option("--partition <length>", "how often files arrive").choices(["hour", "day"]).default("day"))
    .action(async (name: string, options: ImportOptions) => {
      const { from } = options;
      setExit(from === "table" ? await importFromTable(name, options) : await importFile(name, { ...options, from }));
    });
}

/** Reads the table as the warehouse's reader: through the Data API, whose account the project and its options say. */
async function importFromTable(name: string, options: ImportOptions) {
  const { dataset, source, partition } = options;
  refuseUnfit("dataset", dataset);
  refuseUnfit("source", source);
  return withSession(options, async ({ clients, project }) => {
    const warehouse = readerWarehouse(project.project);
    const read = importTable((sql) => runStatement(clients, warehouse, sql), name);
    return finish(
      await foreseen(read.then((found) => placeImported(found, { file: name, dataset, source, partition }))),
      options,
    );
  });
}

async function importFile(file: string, options: ImportOptions & { readonly from: ImportFormat }) {
  const { from, dataset, source, partition } = options;
  refuseUnfit("dataset", dataset);
  refuseUnfit("source", source);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UsageWrong(`'${file}' is not a file. Pass a schema file.`);
  const text = utf8(readFileSync(file), file);
  const request = { text, format: from, file: basename(file), dataset, source, partition };
  return finish(await foreseen(importContract(request)), options);
}

/** A byte order mark goes. @throws CommandFailed */
function utf8(bytes: Uint8Array, file: string): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {
    // Said below.
  }
  throw new CommandFailed(
    `${basename(file)} is not text in UTF-8. Pass a schema as text; for data, sluice infer reads the file itself.`,
  );
}

const foreseen = <Value>(work: Promise<Value>): Promise<Value> =>
  work.catch((error: unknown) => {
    throw error instanceof SchemaFileInvalid ? new CommandFailed(error.message) : error;
  });

function finish(imported: ImportedContract, { write, project }: ImportOptions) {
  const folder = write ? projectFolder(project) : undefined;
  if (folder === undefined) print(imported.text.trimEnd());
  else writeContract(folder, imported);
  for (const problem of imported.problems) say(`To correct: ${problem}`);
  say("Read its comments and the lines with 'look', then run: sluice check");
  return imported.problems.length === 0 ? exitCodes.done : exitCodes.refused;
}

function writeContract(folder: string, { dataset, text }: { readonly dataset: string; readonly text: string }): void {
  const path = join("datasets", `${dataset}.yaml`);
  if (existsSync(join(folder, path))) {
    throw new UsageWrong(
      `${path} exists already. Choose another name with --dataset, or run it without --write and compare.`,
    );
  }
  mkdirSync(join(folder, "datasets"), { recursive: true });
  writeFileSync(join(folder, path), text, { flag: "wx" });
  print(path);
}

function refuseUnfit(key: "dataset" | "source", name: string | undefined): void {
  const problem = name === undefined ? undefined : DatasetFile.shape[key].safeParse(name).error?.issues[0]?.message;
  if (problem !== undefined) throw new UsageWrong(`--${key} '${name}': ${problem}.`);
}
