import type { Contract } from "../../contract/contract.js";
import type { Finding } from "../../contract/finding.js";
import { type Project, readProject } from "../../contract/read.js";
import { judgeSql, mayNeedSpark, withSparkNeeds } from "../../infra/needs-spark.js";
import { hasPython } from "../../infra/python.js";
import { aggregateFindings } from "./aggregates.js";
import { batchCheckSqlFindings } from "./batch-checks.js";
import { engineFindings, engineNote, notAsked } from "./engines.js";
import { stateMachineFindings } from "./state-machines.js";
import { unusedFindings } from "./unused.js";
import { mayBeWrong, wrongSqlFindings } from "./wrong-sql.js";

export interface CheckedProject extends Project {
  /** For a person: what becomes of each dataset's batches, and what was not looked at. */
  readonly notes: readonly string[];
}

/**
 * Everything that can be wrong before a deploy, in one pass: declarations, SQL of aggregates and for the engine, files nobody
 * names. The core is asked about SQL where its Python environment is at hand; none is set up for that.
 */
export async function checkProject(folder: string, asksCore = hasPython()): Promise<CheckedProject> {
  const project = readProject(folder);
  const isAsked = (contract: Contract) => mayNeedSpark(contract) || mayBeWrong(contract);
  const [aggregates, batchChecks] = await Promise.all([
    aggregateFindings(project),
    batchCheckSqlFindings(project),
    asksCore ? judgeSql(project.contracts.filter(isAsked)) : undefined,
  ]);
  const contracts = asksCore ? withSparkNeeds(project.contracts) : project.contracts;
  const found = [
    ...aggregates,
    ...batchChecks,
    ...engineFindings(folder, contracts),
    ...(asksCore ? wrongSqlFindings(folder, project.contracts) : []),
    ...unusedFindings(project),
    ...stateMachineFindings(),
  ];
  return {
    ...project,
    contracts,
    findings: [...project.findings, ...found].toSorted(byPlace),
    notes: [
      ...contracts.filter((contract) => asksCore || !mayNeedSpark(contract)).flatMap(engineNote),
      ...shareNotes(project),
      ...(asksCore ? [] : notAsked(contracts.filter(isAsked))),
    ],
  };
}

/** Who owns a warehouse that was there before is known to the account alone. */
function shareNotes({ project, contracts }: Project): readonly string[] {
  if (project === undefined || !("existing" in project.warehouse)) return [];
  return contracts
    .filter(({ load }) => load.mode === "swap")
    .map(
      ({ dataset }) =>
        `${dataset}: a swap is refused if the table is in a datashare. Sluice sees that only if the user of warehouse.existing.secretArn is a superuser; sluice bootstrap --dry-run says whether it is.`,
    );
}

const byPlace = (a: Finding, b: Finding) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1);
