import { environmentsOf, localEnvironment } from "./environments.js";
import { type Finding, findingAt, type Located } from "./finding.js";
import { rejectsEnding, rejectsTable } from "./layout.js";
import { nearest } from "./nearest.js";
import type { DatasetFile, ProjectFile } from "./schema.js";
import { arrivalFindings } from "./semantics/arrival.js";
import { batchCheckFindings } from "./semantics/batch-checks.js";
import { columnFindings } from "./semantics/columns.js";
import { deliveryFindings } from "./semantics/deliveries.js";
import { deploymentFindings } from "./semantics/deployment.js";
import { datasetEngineFindings } from "./semantics/engine.js";
import { evolutionFindings } from "./semantics/evolution.js";
import { expressionFindings } from "./semantics/expressions.js";
import { historyFindings } from "./semantics/history.js";
import { keyFindings } from "./semantics/keys.js";
import { originFindings } from "./semantics/origins.js";
import { protectionFindings, replacedFindings } from "./semantics/protection.js";
import { referenceFindings } from "./semantics/references.js";
import { rescueFindings } from "./semantics/rescue.js";
import { sourceFindings } from "./semantics/sources.js";
import { sqlTrapFindings } from "./semantics/sql-traps.js";
import { timeFindings } from "./semantics/times.js";
import { unloadedFindings } from "./semantics/unloaded.js";
import { valueFindings } from "./semantics/values.js";
import { maintenanceFindings, warehouseFindings } from "./semantics/warehouse.js";
import { widthFindings } from "./semantics/width.js";

/** The rules that no schema can hold: names that must exist, options that must fit, things that are not built yet. */

/** What is wrong in `sluice.yaml` beyond its shape. */
export function projectFindings(project: ProjectFile, located: Located): Finding[] {
  const findings: Finding[] = [];
  findings.push(...sourceFindings(project, located));
  if (Object.keys(project.sources).length === 0) {
    findings.push(
      findingAt(located, ["sources"], {
        found: "no source",
        expected: "at least one source",
        remedy: "Add one, such as 'sources: { crm: { landing: create } }'.",
      }),
    );
  }
  findings.push(...warehouseFindings(project, located), ...deploymentFindings(project, located));
  findings.push(...replacedFindings(project, located));
  return findings;
}

/** An environment that does not exist: the file's default, or the one that is asked for. */
export function environmentFindings(project: ProjectFile, located: Located, asked?: string): Finding[] {
  const names = [...environmentsOf(project), localEnvironment];
  const meant = [project.environment, asked].filter((name) => name !== undefined && !names.includes(name));
  return meant.map((name = "") => {
    const near = nearest(name, names);
    return findingAt(located, name === project.environment ? ["environment"] : ["environments"], {
      found: name === project.environment ? `'${name}'` : `no environment '${name}'`,
      expected: `one of ${names.join(", ")}`,
      remedy:
        near === undefined ? `Write one of ${names.join(", ")}, or add it to 'environments'.` : `Write '${near}'.`,
    });
  });
}

/**
 * Environments whose resources have one name: in one account each deployment would change the other's, also in another region,
 * since names of roles are an account's. Without an account only whoever deploys knows, so that is a warning.
 * @param views the project as each environment means it
 */
export function sameNameFindings(
  views: readonly { readonly environment: string; readonly project: ProjectFile }[],
  located: Located,
): Finding[] {
  return views.flatMap(({ environment, project: { name, account } }, index) => {
    const twin = views
      .slice(0, index)
      .find(({ project: other }) => other.name === name && (other.account === account || !other.account || !account));
    if (twin === undefined) return [];
    const isKnown = account !== undefined && twin.project.account === account;
    return [
      findingAt(located, ["environments", environment], {
        found: `resources named ${name}-…, as in the environment '${twin.environment}'${isKnown ? ` of the same account ${account}` : ""}`,
        expected:
          "other names, or another account: otherwise each deployment would overwrite the other's stacks, roles and secrets",
        remedy: isKnown
          ? "Write another 'prefix', or another 'account'."
          : "Write the 'account' of both, or another 'prefix'.",
        severity: isKnown ? "error" : "warning",
      }),
    ];
  });
}

/** What is wrong in one dataset's file beyond its shape. */
export function datasetFindings(
  file: DatasetFile,
  located: Located,
  project: ProjectFile | undefined,
  aggregates: ReadonlyMap<string, string>,
): Finding[] {
  return [
    ...arrivalFindings(file, located),
    ...columnFindings(file, located),
    ...widthFindings(file, located),
    ...referenceFindings(file, located, project, aggregates),
    ...keyFindings(file, located),
    ...unloadedFindings(file, located),
    ...rescueFindings(file, located),
    ...evolutionFindings(file, located, project),
    ...historyFindings(file, located),
    ...originFindings(file, located),
    ...valueFindings(file, located),
    ...expressionFindings(file, located),
    ...sqlTrapFindings(file, located),
    ...batchCheckFindings(file, located),
    ...protectionFindings(file, located),
    ...timeFindings(file, located),
    ...datasetEngineFindings(file, located, project),
    ...maintenanceFindings(file, located, project?.warehouse),
  ];
}

/** What is wrong between datasets: a name twice, a table twice, a key that two of them would take. */
export function acrossDatasets(
  datasets: readonly { file: DatasetFile; located: Located }[],
  project: ProjectFile | undefined,
): Finding[] {
  const findings: Finding[] = [...deliveryFindings(datasets, project)];
  const tables = new Map<string, string>();
  const names = new Map<string, string>();
  for (const { file, located } of datasets) {
    const namesake = names.get(file.dataset);
    if (namesake !== undefined) {
      findings.push(
        findingAt(located, ["dataset"], {
          found: `'${file.dataset}', which ${namesake} is too`,
          expected: "a different name for every dataset",
          remedy: "Give this dataset another name, or remove one of the two files.",
        }),
      );
    }
    names.set(file.dataset, located.file);
    const rejecting = datasets.find((other) => rejectsTable(other.file.dataset) === file.dataset);
    if (rejecting !== undefined && rejecting.file.source === file.source) {
      findings.push(
        findingAt(located, ["dataset"], {
          found: `'${file.dataset}', the name of the catalogue's table of what ${rejecting.file.dataset} rejects`,
          expected: `a name that is not another dataset's with '${rejectsEnding}' behind it`,
          remedy: "Give this dataset another name.",
        }),
      );
    }
    const first = tables.get(file.table.name);
    if (first !== undefined) {
      findings.push(
        findingAt(located, ["table", "name"], {
          found: `'${file.table.name}', which ${first} loads too`,
          expected: "a different table for every dataset",
          remedy: "Give this dataset another table.",
        }),
      );
    }
    tables.set(file.table.name, located.file);
  }
  return findings;
}
