import type { CellState } from "../../console/model/api.js";
import { worst } from "../../console/model/grid.js";
import type { Contract } from "../../contract/contract.js";
import { expectedPartitionAt, partitionsPerStep } from "../../contract/expected.js";
import { readExecutionName } from "../../contract/layout.js";
import { isPartition, partitionBehind, partitionStart } from "../../contract/partition.js";
import { isRefusalName } from "../../contract/refusals.js";
import type { ListedExecution } from "../loads/executions.js";

/** An execution with what its name and, where it was described, its input and end say. */
export interface KnownExecution extends ListedExecution {
  readonly source: string;
  readonly dataset: string;
  readonly partition: string | null;
  readonly batchId: string | null;
  readonly error: string | null;
  readonly isDescribed: boolean;
  readonly hasOurName: boolean;
}

/**
 * Dataset and partition of an execution's name (contract/layout.ts).
 * @returns undefined when a person named it, or the dataset is not of this project.
 */
export function readName(
  name: string,
  contracts: ReadonlyMap<string, Pick<Contract, "partition">>,
): { readonly dataset: string; readonly partition: string } | undefined {
  const { dataset = "", digits = "" } = readExecutionName(name) ?? {};
  const contract = contracts.get(dataset);
  if (contract === undefined) return undefined;
  const date = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].filter((part) => part !== "").join("-");
  const partition = digits.length <= 8 ? date : `${date}T${digits.slice(8)}`;
  return isPartition(partition, contract.partition) ? { dataset, partition } : undefined;
}

/** The name without the number of its rerun: one revision of one batch. */
export const revisionName = (name: string) => name.replace(/-r\d+$/, "");

const place = ({ dataset, partition }: Pick<KnownExecution, "dataset" | "partition">) => `${dataset}\n${partition}`;

/** The newest execution of each revision; the rest is history. */
export function newestOfRevisions(executions: readonly KnownExecution[]): readonly KnownExecution[] {
  const newest = new Map<string, KnownExecution>();
  for (const execution of executions) {
    const key = `${execution.source}\n${revisionName(execution.name)}`;
    const known = newest.get(key);
    if (known === undefined || execution.startDate > known.startDate) newest.set(key, execution);
  }
  return [...newest.values()];
}

const hasEndedBadly = ({ status }: ListedExecution) => status !== "SUCCEEDED" && status !== "RUNNING";

/**
 * Those that a list cannot judge: a foreign name, an end whose error matters, and what shares a partition with such an
 * end, since only the batch tells whether a later revision made it good.
 */
export function toDescribe(executions: readonly KnownExecution[]): readonly KnownExecution[] {
  const newest = newestOfRevisions(executions);
  const troubled = new Set(newest.filter(hasEndedBadly).map(place));
  return newest.filter(
    (execution) => !execution.isDescribed && (!execution.hasOurName || troubled.has(place(execution))),
  );
}

export function stateOfExecution({ status, error }: Pick<KnownExecution, "status" | "error">): CellState {
  if (status === "SUCCEEDED") return "loaded";
  if (status === "RUNNING" || status === "PENDING_REDRIVE") return "running";
  return error !== null && isRefusalName(error) ? "refused" : "failed";
}

/** When each revision was tried first: the order of a batch's revisions, whichever is rerun last. */
function firstStarts(executions: readonly KnownExecution[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { source, name, startDate } of executions) {
    const key = `${source}\n${revisionName(name)}`;
    first.set(key, Math.min(first.get(key) ?? Number.POSITIVE_INFINITY, startDate.getTime()));
  }
  return first;
}

/** What a partition is, and the execution that says so. */
export interface Outcome {
  readonly state: CellState;
  readonly execution: KnownExecution;
}

/** What became of each partition: of each of its batches the newest revision counts, and of the batches the worst. */
export function outcomesOf(executions: readonly KnownExecution[]): ReadonlyMap<string, Outcome> {
  const begun = firstStarts(executions);
  const order = ({ source, name }: KnownExecution) => begun.get(`${source}\n${revisionName(name)}`) ?? 0;
  const newest = new Map<string, Map<string, KnownExecution>>();
  for (const execution of newestOfRevisions(executions)) {
    const { partition, batchId, name } = execution;
    if (partition === null) continue;
    const batches = newest.get(partition) ?? new Map<string, KnownExecution>();
    newest.set(partition, batches);
    const key = batchId ?? revisionName(name);
    const known = batches.get(key);
    if (known === undefined || order(execution) > order(known)) batches.set(key, execution);
  }
  const outcomes = new Map<string, Outcome>();
  for (const [partition, batches] of newest) {
    const found = [...batches.values()].map((execution) => ({ state: stateOfExecution(execution), execution }));
    const state = worst(found.map((outcome) => outcome.state));
    const outcome = found.find((each) => each.state === state);
    if (outcome !== undefined) outcomes.set(partition, outcome);
  }
  return outcomes;
}

/**
 * The partitions that a contract's `expect` waits for and that have time yet: begun, nothing of them seen, and the
 * deadline not passed. Those that are late are the overdue watch's to tell.
 */
export function expectedPartitions(
  { partition, timezone, expect }: Pick<Contract, "partition" | "timezone" | "expect">,
  now: Date,
): string[] {
  if (expect === null) return [];
  const within = expect.within_seconds * 1000;
  const partitions: string[] = [];
  let text = expectedPartitionAt({ partition, timezone, expect }, now);
  while (partitions.length < 1000 && Date.parse(partitionStart(text, timezone)) + within > now.getTime()) {
    partitions.push(text);
    text = partitionBehind(text, -partitionsPerStep({ partition, expect }));
  }
  return partitions;
}
