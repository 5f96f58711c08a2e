import { Command, CommanderError, Help } from "commander";
import { credentialsSentence, isCredentialError, unreachableSentence } from "./account/credentials.js";
import { helpExamples } from "./arguments/help-examples.js";
import type { SetExit } from "./commands/command.js";
import { type CommandEntry, commands } from "./commands.js";
import {
  CommandFailed,
  DataLossRefused,
  type ExitCode,
  exitCodes,
  ReplayRefused,
  UsageWrong,
} from "./output/exit-codes.js";
import { complain } from "./output/terminal.js";
import { version } from "./output/version.js";

/** Runs the command line. @returns what the process ends with: 0 done, 1 failed, 2 refused, 64 wrong usage. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const setExit = (code: ExitCode) => {
    exitCode = code;
  };
  try {
    const program = await createProgram(setExit, ({ name }) => argv.includes(name) || argv.includes("completion"));
    // Nothing at all is a question, too.
    if (argv.length <= 2) program.outputHelp();
    else await program.parseAsync(withSqlAsArgument(argv));
    return exitCode;
  } catch (error) {
    return await exitCodeOf(error);
  }
}

/** SQL that begins with a comment (`sluice query "$(cat report.sql)"`) is no option: it goes behind `--`. */
function withSqlAsArgument(argv: readonly string[]): string[] {
  const isComment = (text: string, at: number) => at > 2 && /^--?\s|^--[^=]*\s[^=]*$|^--.*\n/s.test(text);
  const sql = argv[2] === "query" ? argv.filter(isComment) : [];
  return sql.length === 0 ? [...argv] : [...argv.filter((text) => !sql.includes(text)), "--", ...sql];
}

/** Every command, with its help. @param isMeant whose work is loaded too: the others are only named */
export async function createProgram(
  setExit: SetExit,
  isMeant: (command: CommandEntry) => boolean = () => true,
): Promise<Command> {
  const program = new Command("sluice")
    .description("Loads files that land in S3 into Amazon Redshift, batch by batch.")
    .usage("<command> [options]")
    .version(version(), "--version", "print the version")
    .configureHelp({ subcommandTerm });
  for (const entry of commands) {
    if (isMeant(entry)) (await entry.load())(program, setExit);
    else program.command(entry.name);
    program.commands.find((command) => command.name() === entry.name)?.description(entry.summary);
  }
  for (const command of [program, ...everyCommand(program)]) finish(command);
  return program;
}

/** How the list of commands writes one. */
function subcommandTerm(command: Command): string {
  const entry = commands.find(({ name }) => name === command.name());
  return entry === undefined ? new Help().subcommandTerm(command) : `${entry.name} ${entry.takes}`.trim();
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

async function exitCodeOf(error: unknown): Promise<ExitCode> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof UsageWrong) {
    complain(error.message);
    return exitCodes.usage;
  }
  // What reads declarations takes a while to load; whoever threw this has loaded it.
  const [{ describeFinding, ProjectInvalid }, { InferenceRefused }, { diskErrorOf }] = await Promise.all([
    import("../contract/read.js"),
    import("./infer/refusal.js"),
    import("./output/disk-errors.js"),
  ]);
  if (error instanceof ProjectInvalid) {
    for (const finding of error.findings) complain(describeFinding(finding));
    return exitCodes.refused;
  }
  if (error instanceof ReplayRefused) {
    complain(error.message);
    return exitCodes.refused;
  }
  if (error instanceof InferenceRefused || error instanceof DataLossRefused) {
    complain(`${error.name}: ${error.message}`);
    return exitCodes.refused;
  }
  if (isCredentialError(error)) {
    complain(credentialsSentence(error));
    return exitCodes.failed;
  }
  complain(diskErrorOf(error) ?? describe(error));
  return exitCodes.failed;
}

/** What we foresaw has its own sentence; for the rest the stack is what helps. */
function describe(error: unknown): string {
  if (error instanceof CommandFailed) return error.message;
  if (!(error instanceof Error)) return String(error);
  const cannotReach = unreachableSentence(error);
  if (cannotReach !== undefined) return cannotReach;
  return "$metadata" in error ? `${error.name}: ${error.message}` : (error.stack ?? error.message);
}
