import { type Command, Option } from "commander";
import { localEnvironment } from "../../contract/environments.js";
import type { SoundProject } from "../../contract/read.js";
import { requireAccount } from "../account/require-account.js";
import { type AccountOptions, withEnvironment } from "../arguments/options.js";
import { UsageWrong } from "../output/exit-codes.js";
import { chooseAwsEnvironment } from "../project/environment.js";
import { openProject, projectFolder } from "../project/project.js";

/** `--project` and `--env`; `--local` is understood, so that it can be refused with a reason. */
export const withAwsEnvironment = (command: Command) =>
  withEnvironment(command).addOption(new Option("--local").hideHelp());

/** A project as the environment means it that a command for AWS is asked for. */
export interface AwsProject extends SoundProject {
  readonly environment: string | undefined;
}

/** @throws UsageWrong, ProjectInvalid, also for a local account */
export function openForAws(verb: string, options: AccountOptions): AwsProject {
  const environment = chooseAwsEnvironment(projectFolder(options.project), options);
  refuseLocalAccount(verb, environment === localEnvironment);
  return { ...openProject(options.project, environment), environment };
}

/** @throws CommandFailed when the credentials are of another account than the declarations say */
export async function requireOwnAccount({ project, environment }: AwsProject): Promise<void> {
  if (project.account !== undefined) await requireAccount(project, project.account, environment);
}

/** CloudFormation has no local body: the local account follows the templates by itself. @throws UsageWrong */
function refuseLocalAccount(verb: string, isLocal: boolean): void {
  if (isLocal) {
    throw new UsageWrong(
      `sluice ${verb} works only on AWS: the local account always follows the project's files. \`sluice local up\` starts it, \`sluice local reset\` deletes its data.${process.env.SLUICE_ENV === localEnvironment ? " SLUICE_ENV is 'local' here: unset it, or pass --env." : ""}`,
    );
  }
  const endpoint = process.env.AWS_ENDPOINT_URL ?? process.env.AWS_ENDPOINT_URL_CLOUDFORMATION;
  if (endpoint !== undefined && endpoint !== "") {
    throw new UsageWrong(
      `AWS_ENDPOINT_URL is set (${endpoint}), but sluice ${verb} works only on AWS, since the local account has no CloudFormation. Unset it.`,
    );
  }
}

/** Whether a person can be asked. */
export const isTerminal = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** @throws UsageWrong when nobody can be asked, and nobody has agreed beforehand */
export function requireAgreement(verb: string, { yes = false }: { readonly yes?: boolean }): void {
  if (yes || isTerminal()) return;
  throw new UsageWrong(
    `There is no terminal for questions. Look at what \`sluice ${verb === "deploy" ? "diff" : "synth"}\` says, then add --yes.`,
  );
}
