import type { Finding } from "../../contract/finding.js";
import type { Project } from "../../contract/read.js";
import { limitFindings } from "../cdk/limits.js";
import { openProject } from "../project/project.js";
import { stacksOf } from "./templates.js";

/** Below these a project comes near no limit by its size, and making its templates would take most of the time of a check. */
const fewDatasets = 60;
const fewSources = 30;

/** Limits of AWS that a large project would pass when it is deployed; `synth`, `diff` and `deploy` look at every project. */
export async function largeProjectFindings(
  { folder, project, contracts }: Project,
  environment: string | undefined,
): Promise<readonly Finding[]> {
  const sources = Object.keys(project?.sources ?? {});
  const isLarge =
    sources.length > fewSources ||
    sources.some((source) => contracts.filter((contract) => contract.source === source).length > fewDatasets);
  if (!isLarge) return [];
  return limitFindings(await stacksOf(folder, environment), openProject(folder, environment).project.name);
}
