import type { Command } from "commander";
import { describeFinding } from "../../contract/read.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { checkAgainst } from "../check/against/against.js";
import { changesText } from "../check/against/show.js";
import { checkProject } from "../check/check-project.js";
import { checkKeys, keyTable } from "../check/keys.js";
import { exitCodes } from "../output/exit-codes.js";
import { print, printJson } from "../output/terminal.js";
import { projectFolder } from "../project/project.js";
import type { SetExit } from "./command.js";

interface CheckOptions extends AccountOptions, JsonOption {
  readonly keys?: string;
  readonly against?: string;
}

/**
 * `sluice check`: everything that is wrong with the declarations, in one pass; with --keys also whose the keys of a bucket
 * are, with --against what the changes since another version mean.
 */
export function addCheck(program: Command, setExit: SetExit): void {
  const command = program.command("check");
  withJson(withAccount(command))
    .option(
      "--keys <file>",
      "say of each key in this file (one a line) whose it is: dataset, partition, batch, or why none",
    )
    .option(
      "--against <version>",
      "say what each change means since 'deployed', a git commit or branch, a folder or a file; exit 2 if one breaks readers or needs a decision",
    )
    .action(async (options: CheckOptions) => setExit(exitCodes[(await check(options)) ? "done" : "refused"]));
}

/** @returns whether all is well */
async function check(options: CheckOptions): Promise<boolean> {
  const checked = await checkProject(projectFolder(options.project));
  const keys = options.keys === undefined ? undefined : await checkKeys(checked.contracts, options.keys);
  const all = [...checked.findings, ...(keys?.findings ?? [])];
  const isSound = !all.some(({ severity }) => severity === "error");
  // Declarations with errors are not yet what they will be.
  const against =
    options.against === undefined || !isSound ? undefined : await checkAgainst(checked, options.against, options);
  if (options.json) {
    const asked = { ...(keys && { keys: keys.keys }), ...(against && { changes: against.changes }) };
    printJson(Object.keys(asked).length === 0 ? all : { ...asked, findings: all });
    return isSound && !against?.stops;
  }
  if (keys !== undefined) print(keyTable(keys.keys));
  for (const finding of all) print(`${finding.severity}: ${describeFinding(finding)}`);
  if (all.length === 0) print(`${checked.contracts.length} dataset(s), no findings.`);
  for (const note of checked.notes) print(note);
  if (against !== undefined) print(changesText(against.changes, options.against ?? ""));
  return isSound && !against?.stops;
}
