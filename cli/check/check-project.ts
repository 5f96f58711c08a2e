import type { Finding } from "../../contract/finding.js";
import { type Project, readProject } from "../../contract/read.js";
import { aggregateFindings } from "./aggregates.js";
import { engineFindings, knowSparkNeeds } from "./engines.js";
import { stateMachineFindings } from "./state-machines.js";
import { unusedFindings } from "./unused.js";
import { wrongSqlFindings } from "./wrong-sql.js";

/** Everything that can be wrong before a deploy, in one pass: declarations, SQL of aggregates and for the engine, files nobody names. */
export async function checkProject(folder: string): Promise<Project> {
  const read = readProject(folder);
  const project = { ...read, contracts: await knowSparkNeeds(read.contracts) };
  const found = [
    ...(await aggregateFindings(project)),
    ...engineFindings(folder, project.contracts),
    ...wrongSqlFindings(folder, project.contracts),
    ...unusedFindings(project),
    ...stateMachineFindings(),
  ];
  return { ...project, findings: [...project.findings, ...found].toSorted(byPlace) };
}

const byPlace = (a: Finding, b: Finding) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1);
