import type { Construct } from "constructs";
import type { SoundProject } from "./contract/read.js";
import { Bundle } from "./infra/bundle.js";
import { addStacks as addStacksWith, type ProjectStacks, type StackOptions } from "./infra/synthesize.js";

/** For teams with a CDK app of their own: the stacks of a Sluice project, added to it. docs/own-cdk-app.md shows how. */
export { ProjectInvalid, readSoundProject as readProject, type SoundProject as Project } from "./contract/read.js";
export { NetworkEndpoints, type NetworkEndpointsProps } from "./infra/constructs/network-endpoints.js";
export { featureFlags } from "./infra/feature-flags.js";
export { SourceStack } from "./infra/stacks/source-stack.js";
export { WarehouseStack } from "./infra/stacks/warehouse-stack.js";
export type { ProjectStacks, StackOptions };

/**
 * Adds the stacks of a project to an app, or to a stage of one: the warehouse's, and one a source.
 * @param project what `readProject(folder)` gives
 */
export function addStacks(scope: Construct, project: SoundProject, options: StackOptions = {}): ProjectStacks {
  const bundle = new Bundle();
  try {
    return addStacksWith(scope, project, bundle, options);
  } finally {
    // The CDK copies an asset as soon as it is told of it.
    bundle.remove();
  }
}
