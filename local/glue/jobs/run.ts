import { z } from "zod";

/** States in which a run counts against MaxConcurrentRuns. */
export const ACTIVE_STATES = ["STARTING", "RUNNING", "STOPPING"] as const;
export const END_STATES = ["SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"] as const;

/** A job run as it lies on disk. Times are ms since 1970. */
export const JobRun = z.object({
  id: z.string(),
  jobName: z.string(),
  state: z.enum([...ACTIVE_STATES, ...END_STATES]),
  startedOn: z.number(),
  /** Its place among all runs of the account, from 1, for those that began in one millisecond; 0 of runs from before it was kept. */
  ordinal: z.number().default(0),
  /** When it became RUNNING. */
  runningSince: z.number().nullable(),
  lastModifiedOn: z.number(),
  completedOn: z.number().nullable(),
  /** The run's own arguments. */
  arguments: z.record(z.string(), z.string()),
  errorMessage: z.string().nullable(),
  timeoutMinutes: z.number(),
  workerType: z.string().nullable(),
  numberOfWorkers: z.number().nullable(),
  glueVersion: z.string().nullable(),
  /** The state of which the event is not yet known to be out. */
  eventOwed: z.boolean(),
});
export type JobRun = z.infer<typeof JobRun>;

export function isActive(run: JobRun): boolean {
  return ACTIVE_STATES.some((state) => state === run.state);
}

/** The run in the API's shape (A6.4). */
export function jobRunShape(run: JobRun, now: number): Record<string, unknown> {
  const until = run.completedOn ?? now;
  return {
    Id: run.id,
    Attempt: 0,
    JobName: run.jobName,
    JobMode: "SCRIPT",
    JobRunQueuingEnabled: false,
    JobRunState: run.state,
    StartedOn: new Date(run.startedOn),
    LastModifiedOn: new Date(run.lastModifiedOn),
    ...(run.completedOn === null ? {} : { CompletedOn: new Date(run.completedOn) }),
    Arguments: run.arguments,
    ...(run.errorMessage === null ? {} : { ErrorMessage: run.errorMessage }),
    PredecessorRuns: [],
    ExecutionTime: run.runningSince === null ? 0 : Math.max(0, Math.round((until - run.runningSince) / 1000)),
    // With auto scaling Glue counts what ran: here a driver and one worker, of one unit each.
    ...(run.completedOn === null || run.runningSince === null
      ? {}
      : { DPUSeconds: (2 * (run.completedOn - run.runningSince)) / 1000 }),
    ExecutionClass: "STANDARD",
    Timeout: run.timeoutMinutes,
    ...(run.workerType === null ? {} : { WorkerType: run.workerType }),
    ...(run.numberOfWorkers === null ? {} : { NumberOfWorkers: run.numberOfWorkers }),
    ...(run.glueVersion === null ? {} : { GlueVersion: run.glueVersion }),
    LogGroupName: "/aws-glue/jobs",
  };
}
