import { join, resolve } from "node:path";
import type { Command } from "commander";
import { readProject } from "../../contract/read.js";
import { type AccountOptions, withAccount } from "../arguments/options.js";
import { refuseOverLimits } from "../cdk/limits.js";
import { knowSparkNeeds } from "../check/engines.js";
import { print } from "../output/terminal.js";
import { chooseAwsEnvironment } from "../project/environment.js";
import { openProject, projectFolder } from "../project/project.js";

/** `sluice synth`: the CloudFormation templates; needs no credentials. */
export function addSynth(program: Command): void {
  const command = program.command("synth");
  withAccount(command)
    .option("--output <folder>", "where the cloud assembly goes (default: cdk.out in the project)")
    .option("--no-wheels", "omit the Python wheels of Lambda and Glue job: for inspecting templates, not for deploying")
    .action(async (options: AccountOptions & { readonly output?: string; readonly wheels: boolean }) => {
      const folder = projectFolder(options.project);
      const output = options.output === undefined ? join(folder, "cdk.out") : resolve(options.output);
      const environment = chooseAwsEnvironment(folder, options);
      await knowSparkNeeds(readProject(folder, environment).contracts);
      // The CDK takes a second to load; no other command needs it.
      const { synthesize } = await import("../../infra/synthesize.js");
      const { stacks } = synthesize(folder, output, { wheels: options.wheels, environment });
      for (const stack of stacks) print(stack.templateFullPath);
      const { name } = openProject(folder, environment).project;
      const made = stacks.map(({ stackName, template }) => ({ name: stackName, template: template as unknown }));
      refuseOverLimits(made, name, "The templates are written, but cannot be deployed.");
    });
}
