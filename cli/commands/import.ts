import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Command, Option } from "commander";
import { DatasetFile } from "../../contract/schema.js";
import { type ProjectOptions, withProject } from "../arguments/options.js";
import { type ImportFormat, importContract, importFormats } from "../exchange/import.js";
import { SchemaFileInvalid } from "../exchange/imported.js";
import { CommandFailed, exitCodes, UsageWrong } from "../output/exit-codes.js";
import { print, say } from "../output/terminal.js";
import { projectFolder } from "../project/project.js";
import type { SetExit } from "./command.js";

interface ImportOptions extends ProjectOptions {
  readonly from: ImportFormat;
  readonly write?: boolean;
  readonly dataset?: string;
  readonly source: string;
  readonly partition: "hour" | "day";
}

/** `sluice import <file> --from <format>`: a first contract from a schema that is there already. */
export function addImport(program: Command, setExit: SetExit): void {
  const command = program.command("import");
  withProject(command)
    .argument("<file>", "a schema: of one table, or of one kind of record")
    .addOption(new Option("--from <format>", "what the file is").choices(importFormats).makeOptionMandatory())
    .option("--write", "write to the project's datasets/<dataset>.yaml instead of stdout")
    .option("--dataset <name>", "the dataset's name (default: as the schema calls it)")
    .option("--source <name>", "the source", "source-name")
    .addOption(
      new Option("--partition <length>", "the folders that files arrive in").choices(["hour", "day"]).default("day"),
    )
    .action(async (file: string, options: ImportOptions) => setExit(await importFile(file, options)));
}

async function importFile(file: string, { from, write, dataset, source, partition, project }: ImportOptions) {
  refuseUnfit("dataset", dataset);
  refuseUnfit("source", source);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UsageWrong(`'${file}' is not a file. Pass a schema file.`);
  const folder = write ? projectFolder(project) : undefined;
  const text = readFileSync(file, "utf8");
  const request = { text, format: from, file: basename(file), dataset, source, partition };
  const imported = await importContract(request).catch((error: unknown) => {
    throw error instanceof SchemaFileInvalid ? new CommandFailed(error.message) : error;
  });
  if (folder === undefined) print(imported.text.trimEnd());
  else writeContract(folder, imported);
  for (const problem of imported.problems) say(`To correct: ${problem}`);
  say("Read its comments and the lines that say 'look', then: sluice check");
  return imported.problems.length === 0 ? exitCodes.done : exitCodes.refused;
}

function writeContract(folder: string, { dataset, text }: { readonly dataset: string; readonly text: string }): void {
  const path = join("datasets", `${dataset}.yaml`);
  if (existsSync(join(folder, path))) {
    throw new UsageWrong(`${path} is there already. Name another with --dataset, or leave --write out and compare.`);
  }
  mkdirSync(join(folder, "datasets"), { recursive: true });
  writeFileSync(join(folder, path), text, { flag: "wx" });
  print(path);
}

function refuseUnfit(key: "dataset" | "source", name: string | undefined): void {
  const problem = name === undefined ? undefined : DatasetFile.shape[key].safeParse(name).error?.issues[0]?.message;
  if (problem !== undefined) throw new UsageWrong(`--${key} '${name}': ${problem}.`);
}
