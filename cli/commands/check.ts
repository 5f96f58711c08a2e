import type { Command } from "commander";
import { describeFinding } from "../../contract/read.js";
import { type JsonOption, type ProjectOptions, withJson, withProject } from "../arguments/options.js";
import { checkProject } from "../check/check-project.js";
import { checkKeys, keyTable } from "../check/keys.js";
import { exitCodes } from "../output/exit-codes.js";
import { print, printJson } from "../output/terminal.js";
import { projectFolder } from "../project/project.js";
import type { SetExit } from "./command.js";

interface CheckOptions extends ProjectOptions, JsonOption {
  readonly keys?: string;
}

/** `sluice check`: everything that is wrong with the declarations, in one pass; with --keys also whose the keys of a bucket are. */
export function addCheck(program: Command, setExit: SetExit): void {
  const command = program.command("check");
  withJson(withProject(command))
    .option(
      "--keys <file>",
      "say of each key in this file (one a line) whose it is: dataset, partition, batch, or why none",
    )
    .action(async (options: CheckOptions) => {
      const { findings, contracts, notes } = await checkProject(projectFolder(options.project));
      const keys = options.keys === undefined ? undefined : await checkKeys(contracts, options.keys);
      const all = [...findings, ...(keys?.findings ?? [])];
      if (options.json) printJson(keys === undefined ? all : { keys: keys.keys, findings: all });
      else {
        if (keys !== undefined) print(keyTable(keys.keys));
        for (const finding of all) print(`${finding.severity}: ${describeFinding(finding)}`);
        if (all.length === 0) print(`${contracts.length} dataset(s), no findings.`);
        for (const note of notes) print(note);
      }
      setExit(all.some(({ severity }) => severity === "error") ? exitCodes.refused : exitCodes.done);
    });
}
