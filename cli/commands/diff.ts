import { type Command, Option } from "commander";
import type { AccountOptions } from "../arguments/options.js";
import { openForAws, requireOwnAccount, withAwsEnvironment } from "../cdk/account.js";
import { findDataLoss, refuseDataLoss, requireBothSwitches } from "../cdk/data-loss.js";
import { refuseOverLimits } from "../cdk/limits.js";
import { type CdkTools, cdkTools } from "../cdk/tools.js";
import { CommandFailed } from "../output/exit-codes.js";
import { complain, print, progress } from "../output/terminal.js";

interface DiffOptions extends AccountOptions {
  readonly failOn?: string;
  readonly allowDataLoss?: string;
}

/** `sluice diff`: what a deployment would change. */
export function addDiff(program: Command, tools = cdkTools): void {
  const command = program.command("diff");
  withAwsEnvironment(command)
    .addOption(
      new Option("--fail-on <kind>", "exit 1 if there is a change of this kind").choices([
        "any-change",
        "broadening",
        "destructive",
      ]),
    )
    .option(
      "--allow-data-loss <project>",
      "allow deleting or replacing a bucket, key, cluster or secret; takes the project's name",
    )
    .action((options: DiffOptions) => diff(options, tools()));
}

async function diff(options: DiffOptions, { cdk, assemble }: CdkTools): Promise<void> {
  const { allowDataLoss } = options;
  const target = openForAws("diff", options);
  const { project } = target;
  if (allowDataLoss !== undefined) requireBothSwitches("--allow-data-loss", project, allowDataLoss);
  await requireOwnAccount(target);
  progress("making the templates");
  const assembly = await assemble(options.project, { environment: target.environment });
  refuseOverLimits(assembly.stacks, project.name, "Nothing was compared.");
  const failOn = options.failOn === undefined ? [] : ["--fail-on", options.failOn];
  const color = process.stdout.isTTY ? ["--color"] : [];
  const ended = await cdk(["diff", "--app", assembly.folder, ...failOn, ...color], () => {});
  if (ended.isDone) {
    print(ended.output.trim());
    return refuseDataLoss(await findDataLoss(assembly, project.region), project.name, allowDataLoss !== undefined);
  }
  // A change that was not wanted and a call that failed end alike; the CDK's words tell which.
  complain(ended.output);
  throw new CommandFailed(
    options.failOn === undefined
      ? "The CDK's diff failed: its message is above."
      : `There is a change of the kind ${options.failOn}, or the diff failed: see above.`,
  );
}
