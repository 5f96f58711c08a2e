import { Command, CommanderError } from "commander";
import { describeFinding, ProjectInvalid } from "../contract/read.js";
import { helpExamples } from "./arguments/help-examples.js";
import { addBackfill } from "./commands/backfill.js";
import { addBootstrap } from "./commands/bootstrap.js";
import { addCheck } from "./commands/check.js";
import type { SetExit } from "./commands/command.js";
import { addCompletion } from "./commands/completion.js";
import { addConsole } from "./commands/console.js";
import { addDemo } from "./commands/demo.js";
import { addDeploy } from "./commands/deploy.js";
import { addDestroy } from "./commands/destroy.js";
import { addDiff } from "./commands/diff.js";
import { addHistory } from "./commands/history.js";
import { addInfer } from "./commands/infer.js";
import { addInit } from "./commands/init.js";
import { addLand } from "./commands/land.js";
import { addLoad } from "./commands/load.js";
import { addLocal } from "./commands/local.js";
import { addQuery } from "./commands/query.js";
import { addRejects } from "./commands/rejects.js";
import { addRerun } from "./commands/rerun.js";
import { addRollback } from "./commands/rollback.js";
import { addShow } from "./commands/show.js";
import { addStatus } from "./commands/status.js";
import { addSynth } from "./commands/synth.js";
import { InferenceRefused } from "./infer/refusal.js";
import { CommandFailed, DataLossRefused, type ExitCode, exitCodes, UsageWrong } from "./output/exit-codes.js";
import { complain } from "./output/terminal.js";

/** Runs the command line. @returns what the process ends with: 0 done, 1 failed, 2 refused, 64 wrong usage. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    return exitCodeOf(error);
  }
}

/** Every command, with its help. */
export function createProgram(setExit: SetExit): Command {
  const program = new Command("sluice")
    .description("Loads files that land in S3 into Amazon Redshift, batch by batch.")
    .usage("<command> [options]");
  addInit(program);
  addInfer(program);
  addCheck(program, setExit);
  addSynth(program);
  addDiff(program);
  addDeploy(program);
  addDestroy(program);
  addBootstrap(program);
  addLand(program);
  addLoad(program, setExit);
  addStatus(program);
  addHistory(program);
  addShow(program);
  addRejects(program);
  addQuery(program);
  addRerun(program, setExit);
  addBackfill(program, setExit);
  addRollback(program, setExit);
  addConsole(program);
  addLocal(program);
  addDemo(program, setExit);
  addCompletion(program);
  for (const command of [program, ...everyCommand(program)]) finish(command);
  return program;
}

/** What all commands have: an example, one more line after wrong usage, and an exit code that is ours. */
function finish(command: Command): void {
  const path = pathOf(command);
  const examples = helpExamples[path] ?? [];
  const [only] = examples;
  const help = `${path === "sluice" ? path : `sluice ${path}`} --help`;
  command
    .exitOverride()
    .showHelpAfterError(only === undefined ? `See: ${help}` : `Example: ${only}\nSee: ${help}`)
    .addHelpText(
      "after",
      `\n${examples.length > 1 ? "Examples" : "Example"}:\n${examples.map((example) => `  $ ${example}`).join("\n")}`,
    );
}

/** `local up`; `sluice` for the program itself. */
export function pathOf(command: Command): string {
  const { parent } = command;
  if (parent === null) return command.name();
  return parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

export const everyCommand = (command: Command): readonly Command[] =>
  command.commands.flatMap((child) => [child, ...everyCommand(child)]);

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof ProjectInvalid) {
    for (const finding of error.findings) complain(describeFinding(finding));
    return exitCodes.refused;
  }
  if (error instanceof InferenceRefused || error instanceof DataLossRefused) {
    complain(`${error.name}: ${error.message}`);
    return exitCodes.refused;
  }
  if (error instanceof UsageWrong) {
    complain(error.message);
    return exitCodes.usage;
  }
  complain(describe(error));
  return exitCodes.failed;
}

/** What we foresaw has its own sentence; for the rest the stack is what helps. */
function describe(error: unknown): string {
  if (error instanceof CommandFailed) return error.message;
  if (!(error instanceof Error)) return String(error);
  return "$metadata" in error ? `${error.name}: ${error.message}` : (error.stack ?? error.message);
}
