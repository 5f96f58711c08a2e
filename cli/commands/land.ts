import type { Command } from "commander";
import { openTarget, withTarget } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { land, planLanding } from "../loads/landing.js";
import { print, printJson } from "../output/terminal.js";

export interface LandOptions extends AccountOptions, JsonOption {
  readonly partition?: string;
  readonly manifest?: string;
}

export const withLanding = (command: Command) =>
  withJson(withAccount(command))
    .argument("<dataset>", "a dataset of the project")
    .argument("[file...]", "the batch's files")
    .option("--partition <partition>", "the hour 2026-11-22T05 or the day 2026-11-22, UTC (default: the present one)")
    .option("--manifest <file>", "land this manifest; {folder} in it becomes the folder's URL");

/** `sluice land`: uploads a batch as a producer would, the manifest last. */
export function addLand(program: Command): void {
  const command = program.command("land");
  withLanding(command).action(async (dataset: string, files: readonly string[], options: LandOptions) => {
    const target = openTarget(options);
    const landing = await planLanding(target.project.contracts, dataset, files, options, new Date());
    await withTarget(target, options, async ({ clients, deployment }) => {
      const landed = await land(clients, deployment.bucket(landing.contract.source, "landing"), landing);
      if (options.json) printJson({ folder: landed.folder, manifest: landed.manifest.url, files: landed.files });
      else print(landed.manifest.url);
    });
  });
}
