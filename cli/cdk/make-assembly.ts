import { join } from "node:path";
import { readProject } from "../../contract/read.js";
import { knowSparkNeeds } from "../check/engines.js";
import { projectFolder } from "../project/project.js";

export interface Assembly {
  readonly folder: string;
  readonly stacks: readonly { readonly name: string; readonly template: unknown }[];
}

/** Synthesizes the project into its cdk.out. @param deleteData the project's name, when its data is to go with it */
export async function makeAssembly(project: string, deleteData?: string): Promise<Assembly> {
  const folder = projectFolder(project);
  const output = join(folder, "cdk.out");
  await knowSparkNeeds(readProject(folder).contracts);
  // The CDK takes a second to load; no other command needs it.
  const { synthesize } = await import("../../infra/synthesize.js");
  const { stacks } = synthesize(folder, output, { deleteData });
  return { folder: output, stacks: stacks.map(({ stackName: name, template }) => ({ name, template })) };
}
