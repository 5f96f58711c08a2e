import type { Attempt, Run } from "../../console/model/api.js";
import { type Actor, isRefusalName, refusals } from "../../contract/refusals.js";
import { resultOf } from "../loads/describe.js";
import type { LoadExecution } from "../loads/executions.js";
import type { LoadResult } from "../loads/load-result.js";
import { nameOf } from "../loads/report-load.js";
import { findRunFolder } from "../loads/run-folder.js";
import type { Session } from "../session.js";
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
export async function readRun({ clients, deployment }: Session, execution: LoadExecution): Promise<Run> {
  const [result, folder, machine] = await Promise.all([
    resultOf(clients, deployment, execution),
    findRunFolder(clients, deployment.bucket(execution.source, "processed"), execution),
    readMachineRun(clients, execution.executionArn),
  ]);
  const { report } = folder ?? {};
  return {
    attempt: attemptOf(execution, result),
    dataset: execution.dataset,
    source: execution.source,
    partition: execution.partition,
    message: result.message ?? null,
    next: nextStep(execution, result),
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

const acts: Readonly<Record<Actor, string>> = {
  producer: "The producer corrects the delivery and writes the manifest again: a new revision starts a load by itself.",
  "contract owner": "The contract's owner corrects the declaration, deploys it, and reruns the load.",
  operator: "You decide: a newer version is loaded already.",
  ours: "Sluice's own check stopped it. Keep the run's files, and report it.",
};
const failed = "The infrastructure was in the way, not the data. What was done before need not be repeated.";

function nextStep({ name, dataset, partition }: LoadExecution, { outcome, error = "" }: LoadResult): Run["next"] {
  if (outcome === "failed") return { who: failed, commands: [`sluice rerun ${name}`], runbook: error };
  if (outcome !== "refused" || !isRefusalName(error)) return null;
  const rejects = `sluice rejects ${dataset}${partition === null ? "" : ` --partition ${partition}`}`;
  const commands = {
    ...{ TooManyRejected: [rejects], Superseded: [`sluice rerun ${name} --force`] },
    ...{
      SchemaDrift: ["sluice check", `sluice rerun ${name}`],
      DependentViews: ["sluice check", `sluice rerun ${name}`],
    },
  } as Readonly<Record<string, readonly string[]>>;
  return {
    who: acts[refusals[error]],
    commands: [...(commands[error] ?? [`sluice show ${nameOf(name)}`])],
    runbook: error,
  };
}
