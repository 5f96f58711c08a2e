import type { Command } from "commander";
import { describeFinding } from "../../contract/read.js";
import { type JsonOption, type ProjectOptions, withJson, withProject } from "../arguments/options.js";
import { checkProject } from "../check/check-project.js";
import { exitCodes } from "../output/exit-codes.js";
import { print, printJson } from "../output/terminal.js";
import { projectFolder } from "../project/project.js";
import type { SetExit } from "./command.js";

/** `sluice check`: everything that is wrong with the declarations, in one pass. */
export function addCheck(program: Command, setExit: SetExit): void {
  const command = program.command("check");
  withJson(withProject(command)).action(async (options: ProjectOptions & JsonOption) => {
    const { findings, contracts, notes } = await checkProject(projectFolder(options.project));
    const errors = findings.filter(({ severity }) => severity === "error");
    if (options.json) printJson(findings);
    else {
      for (const finding of findings) print(`${finding.severity}: ${describeFinding(finding)}`);
      if (findings.length === 0) print(`${contracts.length} dataset(s), no findings.`);
      for (const note of notes) print(note);
    }
    setExit(errors.length > 0 ? exitCodes.refused : exitCodes.done);
  });
}
