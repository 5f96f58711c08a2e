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
import type { Preview } from "../preview/preview.js";
import { showPreview } from "../preview/show.js";
import { projectFolder } from "../project/project.js";

interface InferOptions extends ProjectOptions {
  readonly write?: boolean;
  readonly dataset?: string;
  readonly source?: string;
  readonly partition?: "hour" | "day";
  readonly preview?: boolean;
  readonly delimiter?: string;
  readonly header?: "yes" | "no";
  readonly encoding?: string;
  readonly fixed?: true | string;
  readonly records?: string;
  readonly deliveries?: string;
}

/** `sluice infer <files…>`: a first contract from sample files, with the evidence for every guess. */
export function addInfer(program: Command): void {
  const command = program.command("infer");
  withProject(command)
    .argument("<files...>", "files of one dataset, such as one delivery")
    .option("--preview", "show the first rows and the rejects of a load, as sluice try does")
    .option("--write", "write to the project's datasets/<dataset>.yaml instead of stdout")
    .option("--dataset <name>", "the dataset's name (default: from the first file's name)")
    .option("--source <name>", "the source (default: the project's, if it has exactly one)")
    .addOption(
      new Option("--partition <length>", "how often files arrive (default: from their names, else day)").choices([
        "hour",
        "day",
      ]),
    )
    .option("--delimiter <characters>", "CSV delimiter, if it cannot be detected; write a tab as \\t")
    .addOption(
      new Option("--header <yes|no>", "whether the first line of CSV or fixed width names the columns").choices([
        "yes",
        "no",
      ]),
    )
    .option("--encoding <name>", "such as windows-1251, if it cannot be detected")
    .option("--fixed [ranges]", "columns at fixed places, if that cannot be detected; their ranges, such as 1-10,11-18")
    .option("--records <path|element>", "where the records are in a JSON document, or their element in XML")
    .option("--deliveries <dataset>", "a second table from the files of this dataset, such as the lines of its orders")
    .action(infer);
}

async function infer(files: readonly string[], options: InferOptions): Promise<void> {
  const { dataset, partition, deliveries, delimiter, header, encoding, fixed, records } = options;
  refuseUnfit("dataset", dataset);
  if (deliveries !== undefined && partition !== undefined) {
    throw new UsageWrong("--deliveries takes the partitions of the other dataset: leave out --partition.");
  }
  const hints = {
    ...(delimiter === undefined ? {} : { delimiter: delimiterOf(delimiter) }),
    ...(header === undefined ? {} : { header: header === "yes" }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(fixed === undefined ? {} : { fixed }),
    ...(records === undefined ? {} : { records }),
  };
  const inferred = await inferContract({ files, dataset, partition, deliveries, hints, source: sourceOf(options) });
  if (!options.write) {
    print(inferred.text.trimEnd());
    return showOutcome(inferred, options);
  }
  const folder = projectFolder(options.project);
  const file = join("datasets", `${inferred.dataset}.yaml`);
  if (existsSync(join(folder, file))) {
    throw new UsageWrong(
      `${file} exists already. Choose another name with --dataset, or run it without --write and compare.`,
    );
  }
  mkdirSync(join(folder, "datasets"), { recursive: true });
  writeFileSync(join(folder, file), inferred.text, { flag: "wx" });
  print(file);
  showOutcome(inferred, options);
  if (inferred.partition !== undefined && options.deliveries === undefined)
    say(`The file's name gives its partition: --partition ${inferred.partition}.`);
  say(`${inferred.columns} columns from ${inferred.records} records. Read its comments, then run: sluice check`);
}

function refuseUnfit(key: "dataset" | "source", name: string | undefined): void {
  const problem = name === undefined ? undefined : DatasetFile.shape[key].safeParse(name).error?.issues[0]?.message;
  if (problem !== undefined) throw new UsageWrong(`--${key} '${name}': ${problem}.`);
}

function delimiterOf(text: string): string {
  const characters = text === "\\t" ? "\t" : text;
  if (characters.length >= 1 && characters.length <= 8) return characters;
  throw new UsageWrong(`--delimiter '${text}': a delimiter has 1 to 8 characters.`);
}

const rowsShown = 10;

function showOutcome({ contract, preview }: Awaited<ReturnType<typeof inferContract>>, options: InferOptions): void {
  if (!options.preview) sayOutcome(preview);
  else {
    print("");
    showPreview(contract, { ...preview, rows: preview.rows.slice(0, rowsShown) });
  }
}

/** What a load of the sample would come to, for the reader of the contract. */
function sayOutcome({ report, rejects }: Preview): void {
  const { read, written, deduplicated, rejected } = report.counts;
  const same = deduplicated === 0 ? "" : `, ${deduplicated} deduplicated`;
  say(
    `A load of the sample with this contract: ${read} ${read === 1 ? "record" : "records"} read, ${written} written${same}, ${rejected} rejected.`,
  );
  for (const [reason, count] of Object.entries(report.rejected_by_code)) {
    const example = rejects.find((reject) => reject.reason === reason);
    const at = example === undefined ? "" : `, such as record ${example.record_number}: ${example.message}`;
    say(`  ${count} ${reason}${at}`);
  }
  for (const warning of report.warnings) say(`  ${warning}`);
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
