import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { type AccountOptions, type JsonOption, withJson } from "../arguments/options.js";
import { handOver, settle } from "../catalogue/around-deploy.js";
import { isTerminal, openForAws, requireAgreement, requireOwnAccount, withAwsEnvironment } from "../cdk/account.js";
import { runLong } from "../cdk/cdk.js";
import { findDataLoss, refuseDataLoss, requireBothSwitches } from "../cdk/data-loss.js";
import { refuseOverLimits } from "../cdk/limits.js";
import { refuseOtherProject } from "../cdk/same-name.js";
import { type CdkTools, cdkTools } from "../cdk/tools.js";
import { columns, print, printJson, progress, say } from "../output/terminal.js";

interface DeployOptions extends AccountOptions, JsonOption {
  readonly yes?: boolean;
  readonly allowDataLoss?: string;
  readonly takeOver?: string;
}

/** `sluice deploy`: every stack of the project into the account that the credentials are of. */
export function addDeploy(program: Command, tools = cdkTools): void {
  const command = program.command("deploy");
  withJson(withAwsEnvironment(command))
    .option("--yes", "skip all prompts, also when permissions widen")
    .option(
      "--allow-data-loss <project>",
      "allow deleting or replacing a bucket, key, cluster or secret; takes the project's name",
    )
    .option("--take-over <project>", "allow stacks of this name that have other datasets; takes the project's name")
    .action((options: DeployOptions) => deploy(options, tools()));
}

async function deploy(options: DeployOptions, { cdk, assemble }: CdkTools): Promise<void> {
  const { allowDataLoss } = options;
  const target = openForAws("deploy", options);
  requireAgreement("deploy", options);
  const { project, contracts } = target;
  if (allowDataLoss !== undefined) requireBothSwitches("--allow-data-loss", project, allowDataLoss);
  await requireOwnAccount(target);
  progress("making the templates");
  const assembly = await assemble(options.project, { environment: target.environment });
  refuseOverLimits(assembly.stacks, project.name, "Nothing was deployed.");
  await refuseOtherProject(assembly, project, options.takeOver);
  refuseDataLoss(await findDataLoss(assembly, project.region), project.name, allowDataLoss !== undefined);
  const handedOver = await handOver(assembly, project.region);
  const scratch = mkdtempSync(join(tmpdir(), "sluice-deploy-"));
  try {
    const outputsFile = join(scratch, "outputs.json");
    const approval = options.yes ? "never" : "broadening";
    const app = ["--app", assembly.folder, "--all"];
    await runLong(cdk, ["deploy", ...app, "--require-approval", approval, "--outputs-file", outputsFile], isTerminal());
    const outputs = Outputs.parse(JSON.parse(readFileSync(outputsFile, "utf8")));
    if (options.json) printJson(outputs);
    else print(columns(["stack", "output", "value"], rowsOf(outputs)));
    if (handedOver) await settle(project, contracts);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  say("\nNext: sluice bootstrap   (the warehouse's users, schemas and ledgers; idempotent)");
}

/** The file that the CDK writes: stack → output → value. */
const Outputs = z.record(z.string(), z.record(z.string(), z.string()));

const rowsOf = (outputs: z.infer<typeof Outputs>) =>
  Object.entries(outputs).flatMap(([stack, values]) =>
    Object.entries(values).map(([name, value]) => [stack, name, value] as const),
  );
