import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { z } from "zod";
import type { Dialect, FileForm } from "../../run-folder/file-form.js";
import type { RescueCounts } from "../../run-folder/report.js";
import type { Session } from "../account/session.js";
import { type Conversion, conversionOf } from "./conversion.js";
import { resultOf } from "./describe.js";
import type { LoadExecution } from "./executions.js";
import { type StateTime, stateTimes } from "./history.js";
import type { LoadResult } from "./load-result.js";
import { type NextStep, nextStep, runbookPlace } from "./next-step.js";
import { findRunFolder, readTextIfThere } from "./run-folder.js";
import { type SqlStatement, sqlSteps } from "./sql-steps.js";

export interface Attempt extends LoadResult {
  readonly started: string;
  /** How often it was taken up again where it had failed. */
  readonly redrives: number;
}

/** Everything about a batch, as `sluice show --json` prints it; the result is that of its newest execution. */
export interface BatchLife extends LoadResult {
  readonly manifest: string;
  readonly revision: string | null;
  readonly run_folder: string | null;
  readonly files: readonly {
    readonly key: string;
    /** Bytes, of the file as it was noted. */
    readonly size: number | null;
    readonly read: number | null;
    readonly written: number | null;
    readonly deduplicated: number | null;
    readonly rejected: number | null;
    /** How it was read: compression, encoding, lines that are no records, an archive's members. */
    readonly form: FileForm | null;
  }[];
  readonly dialect: Dialect | null;
  /** Null until the batch is converted. */
  readonly conversion: Conversion | null;
  readonly rejected_by_code: Readonly<Record<string, number>>;
  /** What the records have in _rescued; null where the contract rescues nothing. */
  readonly rescued: RescueCounts | null;
  readonly states: readonly StateTime[];
  readonly statements: readonly SqlStatement[];
  readonly executions: readonly Attempt[];
  readonly next: (NextStep & { readonly runbook_page: string }) | null;
}

const BatchFile = z.object({ files: z.array(z.object({ key: z.string(), content_length: z.number() })) });

/** @param earlier the batch's other executions, newest first */
export async function readLife(
  session: Session,
  newest: LoadExecution,
  earlier: readonly LoadExecution[],
): Promise<BatchLife> {
  const { clients, deployment } = session;
  const bucket = deployment.bucket(newest.source, "processed");
  const [executions, run, states, statements] = await Promise.all([
    Promise.all([newest, ...earlier].map((execution) => attemptOf(session, execution))),
    findRunFolder(clients, bucket, newest),
    stateTimes(clients, newest.executionArn),
    sqlSteps(clients, newest.executionArn),
  ]);
  const { started, redrives, ...result } = executions[0] ?? (await attemptOf(session, newest));
  const noted = run === undefined ? undefined : await readTextIfThere(clients, run.bucket, `${run.folder}batch.json`);
  const sizes = noted === undefined ? [] : (BatchFile.safeParse(JSON.parse(noted)).data?.files ?? []);
  const reported = new Map((run?.report?.files ?? []).map((file) => [file.key, file]));
  const next = nextStep(newest, result, session.flags);
  return {
    ...result,
    manifest: newest.manifest,
    revision: run?.revision ?? null,
    run_folder: run === undefined ? null : `s3://${run.bucket}/${run.folder}`,
    files: sizes.map(({ key, content_length }) => {
      const {
        read = null,
        written = null,
        deduplicated = null,
        rejected = null,
        form = null,
      } = reported.get(key) ?? {};
      return { key, size: content_length, read, written, deduplicated, rejected, form };
    }),
    dialect: run?.report?.dialect ?? null,
    conversion: run?.report === undefined ? null : await conversionOf(session, newest, run.report, noted),
    rejected_by_code: run?.report?.rejected_by_code ?? {},
    rescued: run?.report?.rescued ?? null,
    states,
    statements,
    executions,
    next: next === null ? null : { ...next, runbook_page: runbookPlace(next.runbook) },
  };
}

async function attemptOf({ clients, deployment }: Session, execution: LoadExecution): Promise<Attempt> {
  const { executionArn } = execution;
  const [result, { redriveCount = 0 }] = await Promise.all([
    resultOf(clients, deployment, execution),
    clients.stepFunctions.send(new DescribeExecutionCommand({ executionArn })),
  ]);
  return { ...result, started: execution.startDate.toISOString(), redrives: redriveCount };
}
