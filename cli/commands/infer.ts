import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { readProject } from "../../contract/read.js";
import { DatasetFile } from "../../contract/schema.js";
import { type ProjectOptions, withProject } from "../arguments/options.js";
import { inferContract } from "../infer/infer.js";
import { InferenceRefused } from "../infer/refusal.js";
import { UsageWrong } from "../output/exit-codes.js";
import { print, say } from "../output/terminal.js";
import { projectFolder } from "../project/project.js";

interface InferOptions extends ProjectOptions {
  readonly write?: boolean;
  readonly dataset?: string;
  readonly source?: string;
  readonly partition: "hour" | "day";
  readonly delimiter?: string;
  readonly header?: "yes" | "no";
  readonly encoding?: string;
  readonly records?: string;
}

/** `sluice infer <files…>`: a first contract from sample files, with the evidence for every guess. */
export function addInfer(program: Command): void {
  const command = program.command("infer");
  withProject(command)
    .argument("<files...>", "files of one dataset, such as one delivery")
    .option("--write", "into datasets/<dataset>.yaml of the project, instead of stdout")
    .option("--dataset <name>", "the dataset's name (default: from the first file's name)")
    .option("--source <name>", "the source (default: the project's, where it has one)")
    .addOption(
      new Option("--partition <length>", "the folders that files arrive in").choices(["hour", "day"]).default("day"),
    )
    .option("--delimiter <character>", "of CSV, where it cannot be told; tab is written \\t")
    .addOption(
      new Option("--header <yes|no>", "whether the first line of CSV names the columns").choices(["yes", "no"]),
    )
    .option("--encoding <name>", "utf-8, iso-8859-1 or windows-1252")
    .option("--records <path|element>", "where the records are in a JSON document, or their element in XML")
    .action(infer);
}

async function infer(files: readonly string[], options: InferOptions): Promise<void> {
  const { dataset, partition, delimiter, header, encoding, records } = options;
  refuseUnfit("dataset", dataset);
  const hints = {
    ...(delimiter === undefined ? {} : { delimiter: oneCharacter(delimiter) }),
    ...(header === undefined ? {} : { header: header === "yes" }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(records === undefined ? {} : { records }),
  };
  const inferred = await inferContract({ files, dataset, partition, hints, source: sourceOf(options) });
  if (!options.write) return print(inferred.text.trimEnd());
  const folder = projectFolder(options.project);
  const file = join("datasets", `${inferred.dataset}.yaml`);
  if (existsSync(join(folder, file))) {
    throw new UsageWrong(`${file} is there already. Name another with --dataset, or leave --write out and compare.`);
  }
  mkdirSync(join(folder, "datasets"), { recursive: true });
  writeFileSync(join(folder, file), inferred.text, { flag: "wx" });
  print(file);
  say(`${inferred.columns} columns from ${inferred.records} records. Read its comments, then: sluice check`);
}

function refuseUnfit(key: "dataset" | "source", name: string | undefined): void {
  const problem = name === undefined ? undefined : DatasetFile.shape[key].safeParse(name).error?.issues[0]?.message;
  if (problem !== undefined) throw new UsageWrong(`--${key} '${name}': ${problem}.`);
}

function oneCharacter(text: string): string {
  const character = text === "\\t" ? "\t" : text;
  if (character.length !== 1) throw new UsageWrong(`--delimiter '${text}': a delimiter is one character.`);
  return character;
}

/** @throws UsageWrong, InferenceRefused when the project has several sources */
function sourceOf({ source, project, write }: InferOptions): string {
  refuseUnfit("source", source);
  if (source !== undefined) return source;
  const folder = write ? projectFolder(project) : resolve(project);
  const declared = existsSync(join(folder, "sluice.yaml")) ? readProject(folder).project : undefined;
  const sources = Object.keys(declared?.sources ?? {});
  const [only] = sources;
  if (only === undefined) return "source-name";
  if (sources.length === 1) return only;
  throw new InferenceRefused(
    "NameUnknown",
    `The project has the sources ${sources.join(", ")}. Choose one with --source.`,
  );
}
