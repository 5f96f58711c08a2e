import { App } from "aws-cdk-lib";
import { synthesize } from "./synthesize.js";

/**
 * What the CDK CLI runs (cdk.json). The project's folder is SLUICE_PROJECT, or `-c project=<folder>`, or the current
 * folder; SLUICE_ENV is the environment; the CLI says where the assembly goes.
 */
const context: unknown = new App({ autoSynth: false }).node.tryGetContext("project");
const folder = process.env.SLUICE_PROJECT ?? (typeof context === "string" ? context : ".");
synthesize(folder, process.env.CDK_OUTDIR, {
  deleteData: process.env.SLUICE_DELETE_DATA,
  environment: process.env.SLUICE_ENV || undefined,
});
