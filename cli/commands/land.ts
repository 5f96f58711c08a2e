import { type Command, InvalidArgumentError } from "commander";
import { openTarget, withTarget } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { land, planLanding } from "../loads/landing.js";
import { print, printJson } from "../output/terminal.js";

export interface LandOptions extends AccountOptions, JsonOption {
  readonly partition?: string;
  readonly manifest?: string;
  readonly part?: Readonly<Record<string, string>>;
  readonly key?: string;
}

export const withLanding = (command: Command) =>
  withJson(withAccount(command))
    .argument("<dataset>", "a dataset of the project")
    .argument("[file...]", "the batch's files")
    .option(
      "--partition <partition>",
      "the hour 2026-11-22T05, the day 2026-11-22 or the month 2026-11 (default: the current one)",
    )
    .option("--part <name=value>", "the value of a named part of the dataset's path; repeatable", addPart)
    .option("--key <key>", "upload the file under this key")
    .option("--manifest <file>", "upload this manifest or control file; {folder} in it becomes the folder's URL");

function addPart(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, name, value] = /^([a-z][a-z0-9_]*)=(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("write it as name=value");
  return { ...before, [name]: value };
}

/** `sluice land`: uploads a batch as a producer would, the manifest or marker last. */
export function addLand(program: Command): void {
  const command = program.command("land");
  withLanding(command).action(async (dataset: string, files: readonly string[], options: LandOptions) => {
    const target = openTarget(options);
    const landing = await planLanding(target.project.contracts, dataset, files, options, new Date());
    await withTarget(target, options, async ({ clients, deployment }) => {
      const landed = await land(clients, deployment.bucket(landing.contract.source, "landing"), landing);
      const urls = landed.files.map(({ url }) => url);
      if (options.json) printJson({ folder: landed.folder, manifest: landed.manifest?.url ?? null, files: urls });
      else for (const url of landed.manifest === null ? urls : [landed.manifest.url]) print(url);
    });
  });
}
