import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { localEnvironment } from "../../contract/environments.js";
import { type ProjectOptions, withProject } from "../arguments/options.js";
import { type ExportedFile, type ExportFormat, exportContracts, exportFormats } from "../exchange/export.js";
import { UsageWrong } from "../output/exit-codes.js";
import { print, say } from "../output/terminal.js";
import { findContract } from "../project/find-contract.js";
import { openProject } from "../project/project.js";

interface ExportOptions extends ProjectOptions {
  readonly to: ExportFormat;
  readonly all?: boolean;
  readonly output?: string;
  readonly overwrite?: boolean;
}

/** `sluice export <dataset|--all> --to <format>`: contracts for the tools of others. */
export function addExport(program: Command): void {
  const command = program.command("export");
  withProject(command)
    .argument("[dataset]", "a dataset of the project")
    .addOption(new Option("--to <format>", "the format to write").choices(exportFormats).makeOptionMandatory())
    .option("--all", "every dataset of the project")
    .option("--output <path>", "a file; with --all a folder, except for dbt (default: stdout)")
    .option("--overwrite", "replace existing files")
    .action(exportDatasets);
}

async function exportDatasets(dataset: string | undefined, options: ExportOptions): Promise<void> {
  if ((dataset === undefined) === (options.all !== true)) throw new UsageWrong("Name one dataset, or all with --all.");
  const isFolder = options.all === true && options.to !== "dbt";
  if (isFolder && options.output === undefined) {
    throw new UsageWrong(`--all writes one ${options.to} file per dataset. Give a folder for them with --output.`);
  }
  refuseUnfit(options.output, isFolder);
  const { contracts, project } = openProject(options.project, localEnvironment);
  const chosen = dataset === undefined ? contracts : [findContract(contracts, dataset)];
  const files = await exportContracts({ contracts: chosen, project }, options.to);
  if (options.output === undefined) for (const { text } of files) print(text.trimEnd());
  else writeFiles(files, (name) => join(options.output ?? "", isFolder ? name : ""), options.overwrite === true);
  for (const file of files) sayLeftOut(file, options.to);
}

function refuseUnfit(output: string | undefined, isFolder: boolean): void {
  const there = output === undefined ? undefined : statSync(output, { throwIfNoEntry: false });
  if (there === undefined || there.isDirectory() === isFolder) return;
  const [found, wanted] = isFolder ? ["file", "folder"] : ["folder", "file"];
  throw new UsageWrong(`${output} is a ${found}. Name a ${wanted} with --output.`);
}

/** All or none: nothing is written when one of the files is there already. @throws UsageWrong */
function writeFiles(files: readonly ExportedFile[], pathOf: (name: string) => string, overwrite: boolean): void {
  const placed = files.map(({ name, text }) => ({ path: pathOf(name), text }));
  const there = placed.filter(({ path }) => existsSync(path)).map(({ path }) => path);
  if (there.length > 0 && !overwrite) {
    throw new UsageWrong(
      `${there.join(", ")} exists already. Name another --output, or add --overwrite to replace it.`,
    );
  }
  for (const { path, text } of placed) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: overwrite ? "w" : "wx" });
    print(path);
  }
}

function sayLeftOut({ name, leftOut }: ExportedFile, format: ExportFormat): void {
  if (leftOut.length === 0) return;
  say(`${name}: ${format} cannot express these, so they are listed as comments:`);
  for (const text of leftOut) say(`  ${text}`);
}
