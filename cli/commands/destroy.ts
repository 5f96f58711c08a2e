import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import type { ProjectFile } from "../../contract/schema.js";
import { createClients } from "../account/clients.js";
import { findDeployment } from "../account/deployment.js";
import type { AccountOptions } from "../arguments/options.js";
import { isTerminal, openForAws, requireAgreement, requireOwnAccount, withAwsEnvironment } from "../cdk/account.js";
import { runLong } from "../cdk/cdk.js";
import { requireBothSwitches } from "../cdk/data-loss.js";
import { bucketsThatGo, emptyBucket } from "../cdk/empty-buckets.js";
import type { Assembly } from "../cdk/make-assembly.js";
import { type CdkTools, cdkTools } from "../cdk/tools.js";
import { CommandFailed } from "../output/exit-codes.js";
import { progress, say } from "../output/terminal.js";

interface DestroyOptions extends AccountOptions {
  readonly yes?: boolean;
  readonly deleteData?: string;
}

/** `sluice destroy`: removes the stacks; the data stays unless two switches say otherwise. */
export function addDestroy(program: Command, tools = cdkTools): void {
  const command = program.command("destroy");
  withAwsEnvironment(command)
    .option("--yes", "skip all prompts")
    .option("--delete-data <project>", "also delete the buckets and their contents; takes the project's name")
    .action((options: DestroyOptions) => destroy(options, tools()));
}

async function destroy(options: DestroyOptions, { cdk, assemble }: CdkTools): Promise<void> {
  const target = openForAws("destroy", options);
  requireAgreement("destroy", options);
  const { project } = target;
  const { deleteData } = options;
  if (deleteData !== undefined) requireBothSwitches("--delete-data", project, deleteData);
  await requireOwnAccount(target);
  progress("making the templates");
  const assembly = await assemble(options.project, { environment: target.environment, deleteData });
  say(`This removes ${assembly.stacks.map(({ name }) => name).join(", ")} in ${project.region}.`);
  say(
    deleteData === undefined
      ? "Buckets and their contents are kept. A cluster that Sluice created is deleted, and a last snapshot of it is kept; of Serverless the namespace is kept."
      : "The buckets are deleted, with every version of every object in them.",
  );
  if (!options.yes) await confirm(project.name);
  const app = ["--app", assembly.folder, "--all"];
  if (deleteData !== undefined) {
    // What CloudFormation does with a bucket stands in the template that is deployed, not in the one at hand.
    await runLong(cdk, ["deploy", ...app, "--require-approval", "never"], isTerminal());
    await empty(assembly, project);
  }
  await runLong(cdk, ["destroy", ...app, "--force"], isTerminal());
  say(`${project.name} was removed.`);
}

async function empty({ stacks }: Assembly, project: ProjectFile): Promise<void> {
  const clients = createClients({ region: project.region });
  const { account } = await findDeployment(clients, project);
  const templates = stacks.map(({ template }) => template);
  for (const bucket of bucketsThatGo(templates, account, project.region)) {
    progress(`emptying ${bucket}`);
    progress(`${await emptyBucket(clients.s3, bucket)} versions were deleted`);
  }
}

async function confirm(name: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Type the project's name to continue: `);
    if (answer.trim() !== name) throw new CommandFailed("That is not the project's name. Nothing was done.");
  } finally {
    terminal.close();
  }
}
