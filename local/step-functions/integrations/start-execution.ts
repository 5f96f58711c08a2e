import { createHash } from "node:crypto";
import { AwsError, type Shape } from "../../call/call.js";
import {
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
  type Task,
  TaskFailure,
  TaskStopped,
} from "../../interpreter/index.js";
import { executionArn } from "../names.js";
import { argumentsOf } from "./arguments.js";
import { optimisedFailure } from "./failures.js";
import { call, type Host, type Integration } from "./host.js";
import { sdkMetadata } from "./metadata.js";
import { objectToJson, pascal, renamed } from "./sdk-values.js";
import { poll } from "./waiting.js";

const STATES = { prefix: "StepFunctions", catchAll: "AWSStepFunctionsException", title: "AWSStepFunctions" };

/** The members of DescribeExecution that a parent sees (A8.7, A8.10). */
const SEEN = [
  "cause",
  "error",
  "executionArn",
  "input",
  "inputDetails",
  "name",
  "output",
  "outputDetails",
  "startDate",
  "stateMachineArn",
  "status",
  "stopDate",
];

/** `states:startExecution`: the child goes its own way. */
export const startExecution: Integration = async (host, task) => {
  const { StateMachineArn, Name, Input } = argumentsOf(task, ["StateMachineArn", "Name", "Input"]);
  const input = {
    stateMachineArn: StateMachineArn,
    name: Name ?? childName(host, task),
    input: typeof Input === "string" ? Input : JSON.stringify(Input ?? {}),
  };
  try {
    const output = await call(host, "states", "StartExecution", input);
    const { executionArn, startDate } = await objectToJson(output, "epochMillis");
    return { ExecutionArn: executionArn ?? null, ...sdkMetadata(), StartDate: startDate ?? null };
  } catch (error) {
    const isOurs = task.isRepeated && error instanceof AwsError && error.name === "ExecutionAlreadyExists";
    if (isOurs) return adopt(host, String(StateMachineArn), String(input.name));
    throw optimisedFailure(STATES, error);
  }
};

/** The name of a child that has none: another for each attempt, and the same when a restart repeats the attempt, so
 * that it finds the child it started. A UUID in form, as the service makes them (A1.1). */
function childName(host: Host, task: Task): string {
  const hex = createHash("sha256").update(`${host.executionArn} ${task.attemptId}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

/** The child that this attempt had started before the process ended; it may have ended since. */
async function adopt(host: Host, machineArn: string, name: string): Promise<Json> {
  const ExecutionArn = executionArn(machineArn, name);
  const { startDate } = await call(host, "states", "DescribeExecution", { executionArn: ExecutionArn });
  return { ExecutionArn, ...sdkMetadata(), StartDate: startDate instanceof Date ? startDate.getTime() : null };
}

/** `.sync`: the child's output as text; `.sync:2`: as JSON (A8.7). The child is stopped when the parent's Task is. */
export const runExecution =
  (isParsed: boolean): Integration =>
  async (host, task) => {
    const started = task.resumed ?? (await startExecution(host, task));
    const childArn = isJsonObject(started) ? started.ExecutionArn : null;
    try {
      task.signal.throwIfAborted();
      if (task.resumed === undefined) task.submitted(started);
      return await untilEnded(host, task, childArn, isParsed);
    } catch (error) {
      if (error instanceof TaskStopped) await stopChild(host, error, childArn);
      throw optimisedFailure(STATES, error);
    }
  };

async function untilEnded(host: Host, task: Task, childArn: Json | undefined, isParsed: boolean): Promise<Json> {
  if (typeof childArn === "string") await host.ended(childArn, task.signal);
  const described = await poll(host.account.clock, task.signal, async () => {
    const output = await call(host, "states", "DescribeExecution", { executionArn: childArn });
    return output.status === "RUNNING" ? undefined : output;
  });
  const result = await childResult(described, isParsed);
  if (described.status === "SUCCEEDED") return result;
  throw new TaskFailure("States.TaskFailed", JSON.stringify(result));
}

async function childResult(described: Shape, isParsed: boolean): Promise<JsonObject> {
  const seen = Object.fromEntries(SEEN.map((name) => [name, described[name]]));
  const result = renamed(await objectToJson(seen, "epochMillis"), pascal);
  if (!isJsonObject(result)) return {};
  const parsed = (text: Json | undefined) => (isParsed && typeof text === "string" ? parseJson(text) : text);
  const texts = { Input: parsed(result.Input), Output: parsed(result.Output) };
  return Object.fromEntries(
    Object.entries({ ...result, ...texts }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

async function stopChild(host: Host, stopped: TaskStopped, childArn: Json | undefined): Promise<void> {
  if (stopped.reason === "suspended") return;
  try {
    await call(host, "states", "StopExecution", { executionArn: childArn });
  } catch {
    // Best effort: a child that has ended cannot be stopped, and need not be.
  }
}
