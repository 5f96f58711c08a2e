import { join } from "node:path";
import { readProject } from "../../contract/read.js";
import { knowSparkNeeds } from "../check/engines.js";
import { projectFolder } from "../project/project.js";

export interface Assembly {
  readonly folder: string;
  readonly stacks: readonly { readonly name: string; readonly template: unknown }[];
}

export interface AssemblyOptions {
  readonly environment?: string | undefined;
  /** The project's name, when its data is to go with it. */
  readonly deleteData?: string | undefined;
}

/** Synthesizes the project, as an environment means it, into its cdk.out. */
export async function makeAssembly(project: string, options: AssemblyOptions = {}): Promise<Assembly> {
  const folder = projectFolder(project);
  const output = join(folder, "cdk.out");
  await knowSparkNeeds(readProject(folder, options.environment).contracts);
  // The CDK takes a second to load; no other command needs it.
  const { synthesize } = await import("../../infra/synthesize.js");
  const { stacks } = synthesize(folder, output, options);
  return { folder: output, stacks: stacks.map(({ stackName: name, template }) => ({ name, template })) };
}
