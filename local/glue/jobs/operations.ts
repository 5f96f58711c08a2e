import { z } from "zod";
import { type Account, AwsError, type Operation } from "../../call/call.js";
import { entityNotFound, page, parseInput } from "../parse-input.js";
import { findJob, jobShape } from "./definition.js";
import type { JobRuns } from "./job-runs.js";
import { isActive, type JobRun, jobRunShape } from "./run.js";
import type { RunStore } from "./run-store.js";

const NOT_SUPPORTED = "is not supported in the local account";
const Page = { MaxResults: z.number().int().min(1).max(1000).optional(), NextToken: z.string().optional() };

const StartJobRun = z.strictObject({
  JobName: z.string(),
  Arguments: z.record(z.string(), z.string()).default({}),
  Timeout: z.number().int().min(1).max(10_080).optional(),
  WorkerType: z.string().optional(),
  NumberOfWorkers: z.number().int().optional(),
  MaxCapacity: z.number().optional(),
  AllocatedCapacity: z.number().optional(),
  ExecutionClass: z.string().optional(),
  SecurityConfiguration: z.string().optional(),
  NotificationProperty: z.unknown().optional(),
  JobRunId: z.undefined(`JobRunId (retry of a run) ${NOT_SUPPORTED}`).optional(),
  JobRunQueuingEnabled: z.literal(false, `JobRunQueuingEnabled ${NOT_SUPPORTED}`).optional(),
});
const GetJobRun = z.object({ JobName: z.string(), RunId: z.string() });
const GetJobRuns = z.object({ JobName: z.string(), ...Page });
const BatchStopJobRun = z.object({ JobName: z.string(), JobRunIds: z.array(z.string()).min(1).max(25) });
const GetJob = z.object({ JobName: z.string() });

/** E2 of the API: arguments of a run are at most 260 KB (E1.11). */
const LONGEST_ARGUMENTS_BYTES = 260 * 1024;

/** The API's operations on jobs and their runs. */
export function jobOperations(account: Account, store: RunStore, runs: JobRuns): Readonly<Record<string, Operation>> {
  return {
    async StartJobRun(input) {
      const request = parseInput(StartJobRun, input);
      if (Buffer.byteLength(JSON.stringify(request.Arguments)) > LONGEST_ARGUMENTS_BYTES)
        throw new AwsError("InvalidInputException", "Arguments are longer than 260 KB");
      const run = runs.begin(findJob(account, request.JobName), {
        arguments: request.Arguments,
        timeoutMinutes: request.Timeout,
        workerType: request.WorkerType,
        numberOfWorkers: request.NumberOfWorkers,
      });
      return { JobRunId: run.id };
    },
    async GetJobRun(input) {
      const request = parseInput(GetJobRun, input);
      const run = store.find(request.JobName, request.RunId);
      if (run === undefined) throw entityNotFound(`Job Run with id ${request.RunId} of ${request.JobName} not found`);
      return { JobRun: jobRunShape(run, account.clock.now()) };
    },
    async GetJobRuns(input) {
      const request = parseInput(GetJobRuns, input);
      findJob(account, request.JobName);
      const { items, next } = page(store.ofJob(request.JobName), request, 200);
      return { JobRuns: items.map((run) => jobRunShape(run, account.clock.now())), ...next };
    },
    async BatchStopJobRun(input) {
      const request = parseInput(BatchStopJobRun, input);
      const asked = request.JobRunIds.map((id) => stop(runs, request.JobName, id, store.find(request.JobName, id)));
      return {
        SuccessfulSubmissions: asked.filter((answer) => answer.ErrorDetail === undefined),
        Errors: asked.filter((answer) => answer.ErrorDetail !== undefined),
      };
    },
    async GetJob(input) {
      return { Job: jobShape(findJob(account, parseInput(GetJob, input).JobName)) };
    },
  };
}

interface Stopped {
  readonly JobName: string;
  readonly JobRunId: string;
  readonly ErrorDetail?: { readonly ErrorCode: string; readonly ErrorMessage: string };
}

function stop(runs: JobRuns, JobName: string, JobRunId: string, run: JobRun | undefined): Stopped {
  const refused = (ErrorCode: string, ErrorMessage: string) => ({
    JobName,
    JobRunId,
    ErrorDetail: { ErrorCode, ErrorMessage },
  });
  if (run === undefined) return refused("EntityNotFoundException", `Job Run ${JobRunId} not found`);
  if (!isActive(run)) return refused("IllegalStateException", `Job Run ${JobRunId} is ${run.state}`);
  if (run.state !== "STOPPING") runs.halt(run);
  return { JobName, JobRunId };
}
