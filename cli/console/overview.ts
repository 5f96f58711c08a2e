import type { Overview, Row } from "../../console/model/api.js";
import type { Session } from "../account/session.js";
import { listKeys } from "../loads/run-folder.js";
import { cellsOf, expectedPartitions, type KnownExecution } from "./cells.js";

/** Of a row; an hourly dataset's last 41 days. */
const mostCells = 1000;
const overdueFolder = "overdue/";

/** The rows of the heat map, in the order of the datasets' names. */
export function rowsOf(
  contracts: Session["project"]["contracts"],
  executions: readonly KnownExecution[],
  overdue: ReadonlySet<string>,
  now: Date,
): Row[] {
  const byDataset = new Map<string, KnownExecution[]>();
  for (const execution of executions) {
    const own = byDataset.get(execution.dataset);
    if (own === undefined) byDataset.set(execution.dataset, [execution]);
    else own.push(execution);
  }
  return contracts
    .map((contract): Row => {
      const own = byDataset.get(contract.dataset) ?? [];
      const cells = new Map<string, Row["cells"][number][1]>();
      for (const partition of expectedPartitions(contract, now)) cells.set(partition, "expected");
      for (const key of overdue) {
        const [dataset, partition] = key.split("/");
        if (dataset === contract.dataset && partition !== undefined) cells.set(partition, "overdue");
      }
      for (const [partition, state] of cellsOf(own)) cells.set(partition, state);
      const newestFirst = [...cells].sort(([a], [b]) => (a < b ? 1 : -1)).slice(0, mostCells);
      return {
        dataset: contract.dataset,
        source: contract.source,
        description: contract.description ?? "",
        granularity: contract.partition,
        cells: newestFirst,
        freshness: freshnessOf(own),
      };
    })
    .sort((a, b) => (a.dataset < b.dataset ? -1 : 1));
}

function freshnessOf(executions: readonly KnownExecution[]): Row["freshness"] {
  let newest: { readonly partition: string; readonly loadedAt: string } | null = null;
  for (const { status, partition, stopDate } of executions) {
    if (status !== "SUCCEEDED" || partition === null || stopDate === null) continue;
    const loadedAt = stopDate.toISOString();
    const isNewer =
      newest === null || partition > newest.partition || (partition === newest.partition && loadedAt > newest.loadedAt);
    if (isNewer) newest = { partition, loadedAt };
  }
  return newest;
}

/** What the overdue watch has raised: `<dataset>/<partition>`. */
export async function readOverdue({ clients, deployment }: Session): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    Object.keys(deployment.project.sources).map((source) =>
      listKeys(clients, deployment.bucket(source, "processed"), overdueFolder),
    ),
  );
  return new Set(found.flat().map(({ key }) => key.slice(overdueFolder.length).replace(/\.json$/, "")));
}

export const placeOf = (
  { deployment }: Session,
  isLocal: boolean,
): Pick<Overview, "project" | "region" | "account" | "isLocal"> => ({
  project: deployment.project.name,
  region: deployment.project.region,
  account: deployment.account,
  isLocal,
});
