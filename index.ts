/** For teams with a CDK app of their own: the stacks of a Sluice project, added to it. docs/own-cdk-app.md has an example. */
export { ProjectInvalid, readSoundProject as readProject, type SoundProject as Project } from "./contract/read.js";
export { featureFlags } from "./infra/feature-flags.js";
export { SourceStack } from "./infra/stacks/source-stack.js";
export { WarehouseStack } from "./infra/stacks/warehouse-stack.js";
