import type { Shape } from "../../call/call.js";
import { isShape } from "../../call/input.js";
import {
  isJsonObject,
  type Json,
  type JsonObject,
  type Task,
  TaskFailure,
  TaskStopped,
} from "../../interpreter/index.js";
import { argumentsOf } from "./arguments.js";
import { optimisedFailure } from "./failures.js";
import { call, type Host, type Integration } from "./host.js";
import { objectToJson } from "./sdk-values.js";
import { poll } from "./waiting.js";

const GLUE = { prefix: "Glue", catchAll: "AWSGlueException", title: "AWSGlue" };

/** The members that Step Functions hands on (A6.3). */
const KNOWN = [
  "JobName",
  "JobRunId",
  "Arguments",
  "AllocatedCapacity",
  "MaxCapacity",
  "Timeout",
  "SecurityConfiguration",
  "NotificationProperty",
  "WorkerType",
  "NumberOfWorkers",
  "ExecutionClass",
  "JobRunQueuingEnabled",
];
const FAILED: ReadonlySet<string> = new Set(["FAILED", "TIMEOUT", "ERROR", "EXPIRED"]);
const ENDED: ReadonlySet<string> = new Set([...FAILED, "SUCCEEDED", "STOPPED"]);

/** `glue:startJobRun`: the run's id, and the job's name, which Step Functions adds (A6.6). */
export const startJobRun: Integration = async (host, task) => {
  const given = argumentsOf(task, KNOWN);
  try {
    const { JobRunId } = await call(host, "glue", "StartJobRun", given);
    return { JobRunId: typeof JobRunId === "string" ? JobRunId : null, JobName: given.JobName ?? null };
  } catch (error) {
    throw optimisedFailure(GLUE, error);
  }
};

/** `glue:startJobRun.sync`: the JobRun as it ended (A6.4). A stopped run is a result like a good one: what AWS makes of
 * it is not known, so a machine has to look at JobRunState in any case (A6.8). */
export const runJob: Integration = async (host, task) => {
  const started = task.resumed ?? (await startJobRun(host, task));
  const ids = isJsonObject(started) ? started : {};
  try {
    task.signal.throwIfAborted();
    if (task.resumed === undefined) task.submitted(started);
    return await untilEnded(host, task, ids);
  } catch (error) {
    if (error instanceof TaskStopped) await stopRun(host, error, ids);
    throw optimisedFailure(GLUE, error);
  }
};

async function untilEnded(host: Host, task: Task, { JobName, JobRunId }: JsonObject): Promise<Json> {
  const run = await poll(host.account.clock, task.signal, async () => {
    const { JobRun } = await call(host, "glue", "GetJobRun", { JobName, RunId: JobRunId });
    return isShape(JobRun) && ENDED.has(stateOf(JobRun)) ? JobRun : undefined;
  });
  const result = await objectToJson({ ...run, JobName }, "epochMillis");
  if (FAILED.has(stateOf(run))) throw new TaskFailure("States.TaskFailed", JSON.stringify(result));
  return result;
}

function stateOf(run: Shape): string {
  return typeof run.JobRunState === "string" ? run.JobRunState : "";
}

/** Best effort, as on AWS (A6.12). */
async function stopRun(host: Host, stopped: TaskStopped, { JobName, JobRunId }: JsonObject): Promise<void> {
  if (stopped.reason === "suspended" || typeof JobRunId !== "string") return;
  try {
    await call(host, "glue", "BatchStopJobRun", { JobName, JobRunIds: [JobRunId] });
  } catch {
    // The run goes on; its own timeout ends it.
  }
}
