import { GetJobRunCommand } from "@aws-sdk/client-glue";
import { z } from "zod";
import { sourceResource } from "../../contract/layout.js";
import type { Session } from "../account/session.js";
import type { LoadExecution } from "./executions.js";
import type { Report } from "./run-folder.js";

/** What converted a batch, and what AWS bills for it. */
export interface Conversion {
  readonly engine: "glue" | "lambda";
  /** By which rule it was chosen; null for a batch from before there was a choice. */
  readonly why: string | null;
  /** Why the Lambda left the batch to Glue. */
  readonly handed_over: string | null;
  readonly seconds: number;
  /** Of the Lambda: seconds times the gigabytes of its memory. */
  readonly gb_seconds: number | null;
  /** Of the Glue run, as Glue counts them; null where it does not tell. */
  readonly dpu_seconds: number | null;
}

const Noted = z.object({ engine_why: z.string().min(1).nullable().catch(null) });

/** @param batchFile the text of batch.json */
export async function conversionOf(
  { clients, project }: Session,
  { source }: Pick<LoadExecution, "source">,
  report: Report,
  batchFile: string | undefined,
): Promise<Conversion> {
  const { engine, handed_over, memory_megabytes, run_id } = report;
  const seconds = report.seconds.total;
  const JobName = sourceResource(project.project.name, source, "partition-to-parquet");
  return {
    engine,
    why: batchFile === undefined ? null : Noted.parse(JSON.parse(batchFile)).engine_why,
    handed_over,
    seconds,
    gb_seconds: memory_megabytes === null ? null : (seconds * memory_megabytes) / 1024,
    dpu_seconds: engine === "lambda" || run_id === undefined ? null : await dpuSeconds({ clients }, JobName, run_id),
  };
}

/** Glue forgets runs, and whoever looks at a batch need not be allowed to see them. */
async function dpuSeconds({ clients }: Pick<Session, "clients">, JobName: string, RunId: string) {
  const found = await clients.glue.send(new GetJobRunCommand({ JobName, RunId })).catch(() => undefined);
  return found?.JobRun?.DPUSeconds ?? null;
}

/** One line for a person: `lambda, 0.4 s, 1.5 GB-seconds (…)`. */
export function conversionText({ engine, why, seconds, gb_seconds, dpu_seconds }: Conversion): string {
  const billed = [
    ...(gb_seconds === null ? [] : [`${gb_seconds.toFixed(1)} GB-seconds`]),
    ...(dpu_seconds === null ? [] : [`${dpu_seconds.toFixed(0)} DPU-seconds`]),
  ];
  return `${[engine, `${seconds.toFixed(1)} s`, ...billed].join(", ")}${why === null ? "" : ` (${why})`}`;
}
