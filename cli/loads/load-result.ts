import { z } from "zod";
import { isRefusalName } from "../../contract/refusals.js";
import { readFailure } from "../../functions/shared/cause-text.js";

export const countNames = [
  "read",
  "written",
  "deduplicated",
  "rejected",
  "inserted",
  "updated",
  "deleted",
  "outdated",
  "removed",
] as const;
export type CountName = (typeof countNames)[number];
export type Counts = Readonly<Record<CountName, number | null>>;

/** What became of a load, as `--json` prints it. */
export interface LoadResult {
  readonly dataset: string;
  readonly partition: string | null;
  readonly batch_id: string | null;
  /** `running` only in lists: a load that is followed has ended. */
  readonly outcome: "loaded" | "already_loaded" | "refused" | "failed" | "running";
  readonly error?: string;
  readonly message?: string;
  readonly counts: Counts;
  readonly warnings: readonly string[];
  /** Of a replay: how many rejected records were read again. */
  readonly replayed?: number;
  /** What the checks of the batch found, one text each; absent where the contract has none. */
  readonly batch_checks?: readonly string[];
  /** The execution's ARN. */
  readonly execution: string;
  readonly seconds: number | null;
}

const Output = z.object({
  outcome: z.enum(["loaded", "already_loaded"]),
  counts: z.record(z.string(), z.unknown()),
  warnings: z.array(z.string()).nullish(),
  batchChecks: z.array(z.string()).nullish(),
});

/** What Step Functions says about an execution of load-partition. */
export interface Execution {
  readonly executionArn: string;
  readonly status: string;
  readonly startDate: Date;
  readonly stopDate: Date | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
}

/** What is known of the batch beside its execution. */
export interface BatchFacts {
  readonly dataset: string;
  readonly partition: string | null;
  readonly batchId: string | null;
  /** Of the run's report, where there is one. */
  readonly counts: Partial<Counts>;
}

export function loadResult(execution: Execution, batch: BatchFacts): LoadResult {
  const { startDate, stopDate } = execution;
  const common = {
    dataset: batch.dataset,
    partition: batch.partition,
    batch_id: batch.batchId,
    execution: execution.executionArn,
    seconds: stopDate === null ? null : (stopDate.getTime() - startDate.getTime()) / 1000,
  };
  if (execution.status === "SUCCEEDED") {
    const { outcome, counts, warnings, batchChecks } = Output.parse(JSON.parse(execution.output ?? "null"));
    const checks = (batchChecks ?? []).length === 0 ? {} : { batch_checks: batchChecks ?? [] };
    return { ...common, outcome, counts: completeCounts(counts), warnings: warnings ?? [], ...checks };
  }
  const unfinished = { ...common, counts: completeCounts(batch.counts), warnings: [] };
  if (stopDate === null) return { ...unfinished, outcome: "running" };
  const failure = readFailure(execution.error ?? execution.status, execution.cause);
  return { ...unfinished, outcome: isRefusalName(failure.error) ? "refused" : "failed", ...failure };
}

function completeCounts(counts: Readonly<Record<string, unknown>>): Counts {
  const count = (name: CountName) => {
    const value = counts[name];
    // bigints may travel as text.
    return value === null || value === undefined ? null : Number(value);
  };
  return {
    read: count("read"),
    written: count("written"),
    deduplicated: count("deduplicated"),
    rejected: count("rejected"),
    inserted: count("inserted"),
    updated: count("updated"),
    deleted: count("deleted"),
    outdated: count("outdated"),
    removed: count("removed"),
  };
}
