import type { CellState, Row } from "../../console/model/api.js";
import type { LoadLine, Overview, Summary, Trouble } from "../../console/model/overview.js";
import { urgentState } from "../../console/model/trouble.js";
import type { Contract } from "../../contract/contract.js";
import type { Session } from "../account/session.js";
import { listKeys } from "../loads/run-folder.js";
import { expectedPartitions, type KnownExecution, outcomesOf, stateOfExecution } from "./cells.js";
import type { DatasetLoads, KnownLoads } from "./known-loads.js";

/** Of a row; an hourly dataset's last 41 days. */
const mostCells = 1000;
const overdueFolder = "overdue/";

/** What the overdue watch has raised: dataset → partition → when, in milliseconds. */
export type Overdue = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What is known of the datasets beside their loads. */
export interface Raised {
  readonly overdue: Overdue;
  /** Dataset → since when its schedule is paused. */
  readonly paused: ReadonlyMap<string, string>;
}

/** What is shown of a dataset. */
export interface DatasetView {
  readonly row: Row;
  readonly summary: Summary;
  readonly troubles: readonly Trouble[];
}

/** The views of all datasets; what did not change since the last time is the same object. */
export class DatasetViews {
  readonly #contracts: readonly Contract[];
  readonly #made = new Map<string, { readonly key: string; readonly view: DatasetView }>();

  constructor(contracts: readonly Contract[]) {
    this.#contracts = contracts.toSorted((a, b) => (a.dataset < b.dataset ? -1 : 1));
  }

  /** In the order of the datasets' names. */
  at(loads: KnownLoads, { overdue, paused }: Raised, now: Date): readonly DatasetView[] {
    return this.#contracts.map((contract) => {
      const own = loads.of(contract.dataset);
      const late = overdue.get(contract.dataset) ?? new Map<string, number>();
      const expected = expectedPartitions(contract, now);
      const pausedAt = paused.get(contract.dataset) ?? null;
      const key = `${own.revision} ${expected[0]} ${expected.length} ${pausedAt} ${[...late.keys()].join()}`;
      const known = this.#made.get(contract.dataset);
      if (known?.key === key) return known.view;
      const view = viewOf(contract, own, { late, expected, pausedAt });
      this.#made.set(contract.dataset, { key, view });
      return view;
    });
  }
}

function viewOf(
  contract: Contract,
  { executions, revision }: DatasetLoads,
  {
    late,
    expected,
    pausedAt,
  }: {
    readonly late: ReadonlyMap<string, number>;
    readonly expected: readonly string[];
    readonly pausedAt: string | null;
  },
): DatasetView {
  const own = executions;
  const outcomes = outcomesOf(own);
  const cells = new Map<string, CellState>();
  for (const partition of expected) cells.set(partition, "expected");
  for (const partition of late.keys()) cells.set(partition, "overdue");
  for (const [partition, { state }] of outcomes) cells.set(partition, state);
  const { dataset, source, owner, description, partition, expect } = contract;
  const common = {
    ...{ dataset, source, owner, description: description ?? "", granularity: partition },
    freshness: freshnessOf(own),
  };
  const newestFirst = [...cells].sort(([a], [b]) => (a < b ? 1 : -1)).slice(0, mostCells);
  const failed = [...outcomes].flatMap(([partition, { state, execution }]): Trouble[] =>
    state === "refused" || state === "failed" ? [troubleOf(execution, partition, state)] : [],
  );
  const raised = [...late].flatMap(([partition, at]): Trouble[] =>
    cells.get(partition) === "overdue"
      ? [{ ...{ dataset, source, kind: "overdue", partition, since: new Date(at).toISOString() }, ...nothingMore }]
      : [],
  );
  return {
    row: { ...common, cells: newestFirst },
    summary: {
      ...common,
      state: urgentState({ cells: [...cells] }),
      expect: expect === null ? null : { every: expect.every_seconds, within: expect.within_seconds },
      pausedAt,
      loads: own.length,
      revision,
    },
    troubles: [...failed, ...raised],
  };
}

export const nothingMore = { error: null, execution: null, files: null };

function troubleOf(execution: KnownExecution, partition: string, kind: "refused" | "failed"): Trouble {
  const { dataset, source, name, error, startDate, stopDate } = execution;
  const since = (stopDate ?? startDate).toISOString();
  return { ...{ dataset, source, kind, partition, since, error }, execution: name, files: null };
}

export function lineOf(execution: KnownExecution): LoadLine {
  const { dataset, source, partition, name, error, startDate, stopDate } = execution;
  return {
    ...{ dataset, source, partition, error, execution: name, state: stateOfExecution(execution) },
    startedAt: startDate.toISOString(),
    seconds: stopDate === null ? null : (stopDate.getTime() - startDate.getTime()) / 1000,
  };
}

function freshnessOf(executions: readonly KnownExecution[]): Row["freshness"] {
  let newest: { readonly partition: string; readonly stopDate: Date } | undefined;
  for (const { status, partition, stopDate } of executions) {
    if (status !== "SUCCEEDED" || partition === null || stopDate === null) continue;
    const isNewer =
      newest === undefined ||
      partition > newest.partition ||
      (partition === newest.partition && stopDate > newest.stopDate);
    if (isNewer) newest = { partition, stopDate };
  }
  return newest === undefined ? null : { partition: newest.partition, loadedAt: newest.stopDate.toISOString() };
}

export async function readOverdue({ clients, deployment }: Session): Promise<Overdue> {
  const found = await Promise.all(
    Object.keys(deployment.project.sources).map((source) =>
      listKeys(clients, deployment.bucket(source, "processed"), overdueFolder),
    ),
  );
  const overdue = new Map<string, Map<string, number>>();
  for (const { key, time } of found.flat()) {
    const [dataset = "", partition] = key
      .slice(overdueFolder.length)
      .replace(/\.json$/, "")
      .split("/");
    if (partition === undefined) continue;
    const partitions = overdue.get(dataset) ?? new Map<string, number>();
    overdue.set(dataset, partitions.set(partition, time));
  }
  return overdue;
}

export const placeOf = (
  { deployment, project, flags = "" }: Session,
  isLocal: boolean,
): Pick<Overview, "project" | "region" | "account" | "isLocal" | "flags"> => ({
  flags,
  project: deployment.project.name,
  region: project.project.region,
  account: deployment.account,
  isLocal,
});
