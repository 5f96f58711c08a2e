import { type Cdk, createCdk } from "./cdk.js";
import { type Assembly, type AssemblyOptions, makeAssembly } from "./make-assembly.js";

/** What the commands around a deployment work with; tests bring their own. */
export interface CdkTools {
  readonly cdk: Cdk;
  readonly assemble: (project: string, options: AssemblyOptions) => Promise<Assembly>;
}

/** Made when a command runs: no other needs the CDK. */
export const cdkTools = (): CdkTools => ({ cdk: createCdk(), assemble: makeAssembly });
