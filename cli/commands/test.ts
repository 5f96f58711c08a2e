import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { localEnvironment } from "../../contract/environments.js";
import { openTarget, withTarget } from "../account/session.js";
import { type JsonOption, type ProjectOptions, seconds, withJson, withProject } from "../arguments/options.js";
import { casesFolder, findCases } from "../cases/find-cases.js";
import { type CaseResult, junit } from "../cases/junit.js";
import { runCase } from "../cases/run-case.js";
import { makeTestProject } from "../cases/test-project.js";
import { exitCodes, UsageWrong } from "../output/exit-codes.js";
import { print, printJson, progress, say } from "../output/terminal.js";
import { openProject } from "../project/project.js";
import type { SetExit } from "./command.js";

interface TestOptions extends ProjectOptions, JsonOption {
  readonly junit?: string;
  readonly write?: boolean;
  readonly keep?: number;
}

/** `sluice test [case…]`: loads the files of each case in a local account, and compares rows and rejects. */
export function addTest(program: Command, setExit: SetExit): void {
  const command = program.command("test");
  withJson(withProject(command))
    .argument("[cases...]", "datasets, or cases such as orders/late-correction (default: all)")
    .option("--write", "write the results of each batch to expected/; review them before you commit")
    .option("--junit <file>", "write a JUnit report too")
    .option("--keep <duration>", "keep the local account of the tests for the next run, such as 10m", seconds)
    .action(async (chosen: readonly string[], options: TestOptions) => {
      const { folder, contracts } = openProject(options.project, localEnvironment);
      const cases = findCases(folder, contracts, chosen);
      if (cases.length === 0) {
        throw new UsageWrong(
          `There are no test cases. Put files into ${casesFolder}/<dataset>/<case>/batches/1/, then run sluice test --write.`,
        );
      }
      const target = openTarget({ project: makeTestProject(folder), local: true });
      const willLoad = [...new Set(cases.map(({ contract }) => contract.dataset))];
      const results = await withTarget(target, { willLoad, keep: options.keep }, async (session) => {
        const ended: CaseResult[] = [];
        for (const each of cases) {
          const result = await runCase(session, each, { isWriting: options.write === true });
          if (!options.json) report(result, options.write === true);
          ended.push(result);
        }
        return ended;
      });
      finish(results, options, setExit);
    });
}

function report({ name, seconds: took, differences }: CaseResult, isWritten: boolean): void {
  const word = isWritten ? "written" : differences.length === 0 ? "ok" : "FAILED";
  print(`${word}  ${name}  ${took.toFixed(1)} s`);
  for (const line of differences) print(`  ${line}`);
}

function finish(results: readonly CaseResult[], options: TestOptions, setExit: SetExit): void {
  const failed = results.filter(({ differences }) => differences.length > 0);
  if (options.junit !== undefined) writeFileSync(options.junit, junit(results));
  if (options.json) printJson(results);
  else if (options.write)
    progress(`${results.length} cases were written. Review them before you commit: git diff ${casesFolder}`);
  else say(`${results.length - failed.length} of ${results.length} cases passed.`);
  setExit(failed.length === 0 ? exitCodes.done : exitCodes.failed);
}
