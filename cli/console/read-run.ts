import type { Attempt, Run } from "../../console/model/api.js";
import type { Session } from "../account/session.js";
import { resultOf } from "../loads/describe.js";
import type { LoadExecution } from "../loads/executions.js";
import type { LoadResult } from "../loads/load-result.js";
import { nextStep, runbookPlace } from "../loads/next-step.js";
import { findRunFolder } from "../loads/run-folder.js";
import { readMachineRun } from "./machine-run.js";

export const attemptOf = (execution: LoadExecution, result: LoadResult): Attempt => ({
  execution: execution.name,
  batchId: execution.batchId,
  outcome: result.outcome,
  error: result.error ?? null,
  startedAt: execution.startDate.toISOString(),
  seconds: result.seconds,
});

/** Everything that the console shows of one execution. */
export async function readRun({ clients, deployment, flags }: Session, execution: LoadExecution): Promise<Run> {
  const [result, folder, machine] = await Promise.all([
    resultOf(clients, deployment, execution),
    findRunFolder(clients, deployment.bucket(execution.source, "processed"), execution),
    readMachineRun(clients, execution.executionArn),
  ]);
  const { report } = folder ?? {};
  const next = nextStep(execution, result, flags);
  return {
    attempt: attemptOf(execution, result),
    dataset: execution.dataset,
    source: execution.source,
    partition: execution.partition,
    message: result.message ?? null,
    next: next === null ? null : { ...next, commands: [...next.commands], runbook: runbookPlace(next.runbook) },
    warnings: [...new Set([...result.warnings, ...(report?.warnings ?? [])])],
    // What runs still may have its report already.
    counts:
      result.counts.read === null && report !== undefined ? { ...result.counts, ...report.counts } : result.counts,
    manifest: execution.manifest,
    revision: folder?.revision ?? null,
    runFolder: folder === undefined ? null : `s3://${folder.bucket}/${folder.folder}`,
    files: report?.files ?? [],
    rejectedByCode: report?.rejected_by_code ?? {},
    machine,
  };
}
