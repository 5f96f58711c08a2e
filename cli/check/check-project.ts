import type { Finding } from "../../contract/finding.js";
import { type Project, readProject } from "../../contract/read.js";
import { aggregateFindings } from "./aggregates.js";
import { stateMachineFindings } from "./state-machines.js";
import { unusedFindings } from "./unused.js";

/** Everything that can be wrong before a deploy, in one pass: declarations, SQL of aggregates, files nobody names. */
export async function checkProject(folder: string): Promise<Project> {
  const project = readProject(folder);
  const found = [...(await aggregateFindings(project)), ...unusedFindings(project), ...stateMachineFindings()];
  return { ...project, findings: [...project.findings, ...found].toSorted(byPlace) };
}

const byPlace = (a: Finding, b: Finding) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1);
