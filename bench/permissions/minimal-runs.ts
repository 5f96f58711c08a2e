import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { executionName, landingFolder, partitionAt } from "../../contract/layout.js";
import type { Call, Shape } from "../../local/call/call.js";
import { baseRows, fileOf, variants } from "../faults/variants.js";
import type { World } from "./world.js";

/** Something small that a deployment does. @returns what did not happen; undefined when all did */
export type MinimalRun = (world: World) => Promise<string | undefined>;

const hour = 3_600_000;
const firstPartition = Date.UTC(2026, 0, 1);
let next = 0;

interface Delivered {
  readonly name: string;
  readonly folder: string;
}

async function deliver(world: World, dataset: string, more: readonly string[] = []): Promise<Delivered> {
  const partition = partitionAt(new Date(firstPartition + next++ * hour), "hour");
  const folder = landingFolder(dataset, partition);
  await world.put("landing", `${folder}rows.json`, fileOf(baseRows));
  return announce(world, dataset, partition, ["rows.json", ...more]);
}

async function announce(world: World, dataset: string, partition: string, files: readonly string[]) {
  const folder = landingFolder(dataset, partition);
  const url = (file: string) => `s3://${world.bucket("landing")}/${folder}${file}`;
  const manifest = { entries: files.map((file) => ({ url: url(file), mandatory: true })) };
  const { VersionId } = await world.put("landing", `${folder}_manifest.json`, JSON.stringify(manifest));
  return { name: executionName(dataset, partition, `${folder}_manifest.json`, String(VersionId)), folder };
}

async function statusOf(world: World, { name }: Delivered): Promise<string> {
  const ended = await world.ended("load-partition", name);
  await world.settled();
  return ended === undefined ? "not started" : [ended.status, ended.error].filter(Boolean).join(" ");
}

const expectEnd = async (world: World, delivered: Delivered, expected: string) => {
  const status = await statusOf(world, delivered);
  return status === expected ? undefined : `ended ${status}, expected ${expected}`;
};

/** One tiny batch, and a second revision of it, which replaces the first one's files in the lake. */
const load =
  (dataset: string): MinimalRun =>
  async (world) => {
    const first = await deliver(world, dataset);
    const problem = await expectEnd(world, first, "SUCCEEDED");
    if (problem !== undefined) return problem;
    // Revisions are ordered by whole seconds.
    await world.clock.sleep(2000);
    const partition = partitionAt(new Date(firstPartition + (next - 1) * hour), "hour");
    return expectEnd(world, await announce(world, dataset, partition, ["rows.json"]), "SUCCEEDED");
  };

/** A manifest that names a file that is not there: refused, written down, and told. */
const refuse: MinimalRun = async (world) => {
  const before = messages(world);
  const problem = await expectEnd(world, await deliver(world, "merged", ["absent.json"]), "FAILED FileMissing");
  return problem ?? (messages(world) > before ? undefined : "nobody was told");
};

/** A load is stopped while its Glue job runs: everything below it stops. */
const stop: MinimalRun = async (world) => {
  world.holdsJobs = true;
  try {
    const delivered = await deliver(world, "merged");
    const running = await until(async () => (await world.executions("convert-partition")).find(isRunning));
    if (running === undefined) return `the job did not start: ${await statusOf(world, delivered)}`;
    const parent = (await world.executions("load-partition")).find(({ name }) => name === delivered.name);
    await until(async () => ((await jobRun(world))?.JobRunState === "RUNNING" ? true : undefined));
    await world.call("states", "StopExecution", { executionArn: parent?.executionArn });
    const problem = await expectEnd(world, delivered, "ABORTED");
    const stopped = await until(async () => (isRunning(await childOf(world, running)) ? undefined : true), 2000);
    if (stopped === undefined) await world.call("states", "StopExecution", { executionArn: running.executionArn });
    const state = (await until(async () => stateOf(await jobRun(world)), 2000)) ?? "RUNNING";
    return problem ?? (stopped && state === "STOPPED" ? undefined : `a child ran on, the job is ${state}`);
  } finally {
    world.holdsJobs = false;
    await stopJobs(world);
  }
};

/** Every event of a statement is lost: its end is found by asking. */
const lostEvents: MinimalRun = async (world) => {
  world.intervene = (call) => (isAnswer(call) ? { StatusCode: 202 } : undefined);
  try {
    return await expectEnd(world, await deliver(world, "merged"), "SUCCEEDED");
  } finally {
    world.intervene = () => undefined;
  }
};

/** A statement that does not end: it is cancelled at its deadline, and the load fails. */
const timeOut: MinimalRun = async (world) => {
  let isCancelled = false;
  world.intervene = (call) => {
    if (isAnswer(call)) return { StatusCode: 202 };
    if (call.principal.kind === "root") return undefined;
    if (call.operation === "CancelStatement") {
      isCancelled = true;
      return { Status: true };
    }
    if (call.operation !== "DescribeStatement") return undefined;
    return { Id: call.input.Id, Status: isCancelled ? "ABORTED" : "STARTED", HasResultSet: false };
  };
  try {
    const status = await statusOf(world, await deliver(world, "replaced"));
    return isCancelled && status.startsWith("FAILED") ? undefined : `ended ${status}, the statement was not cancelled`;
  } finally {
    world.intervene = () => undefined;
  }
};

const isAnswer = (call: Call) =>
  call.service === "lambda" && String(call.input.FunctionName).includes("answer-statement");
const isRunning = (execution: Shape | undefined) => execution?.status === "RUNNING";

const childOf = async (world: World, child: Shape) =>
  (await world.executions("convert-partition")).find(({ name }) => name === child.name);

async function jobRun(world: World): Promise<Shape | undefined> {
  const { JobRuns } = await world.call("glue", "GetJobRuns", { JobName: jobName(world) });
  return Array.isArray(JobRuns) ? JobRuns[0] : undefined;
}
const jobName = (world: World) => String(world.account.resourcesOf("AWS::Glue::Job")[0]?.ref);
const stateOf = (run: Shape | undefined) =>
  run?.JobRunState === "RUNNING" || run?.JobRunState === "STOPPING" ? undefined : String(run?.JobRunState);

async function stopJobs(world: World): Promise<void> {
  const run = await jobRun(world);
  if (stateOf(run) !== undefined) return;
  await world.call("glue", "BatchStopJobRun", { JobName: jobName(world), JobRunIds: [run?.Id] });
}

function messages(world: World): number {
  const file = join(world.account.stateFolder, "sns", "messages.jsonl");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").length : 0;
}

async function until<Value>(look: () => Promise<Value | undefined>, patienceMs = 10_000): Promise<Value | undefined> {
  for (const giveUpAt = Date.now() + patienceMs; Date.now() < giveUpAt; await sleep(10)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Runs of an account whose clock jumps as it likes. */
export const minimalRuns: Readonly<Record<string, MinimalRun>> = {
  ...Object.fromEntries(variants.map(({ dataset, mode }) => [`${mode}: ${dataset}`, load(dataset)])),
  "a refusal": refuse,
  "a stop": stop,
  "lost events": lostEvents,
  "a timeout": timeOut,
};

/** A dataset's file lands without a manifest, and its time comes. */
const schedule: MinimalRun = async (world) => {
  const before = (await loaded(world)).length;
  const at = nextHour(world);
  await world.put(
    "landing",
    `${landingFolder("appended", partitionAt(new Date(at), "hour"))}rows.json`,
    fileOf(baseRows),
  );
  await world.clock.runTo(at + 2 * hour + 30 * 60_000);
  await world.settled();
  return (await loaded(world)).length > before ? undefined : "no load came of the schedule";
};

/** A partition does not come in time, and then it does: somebody is told both times. */
const overdue: MinimalRun = async (world) => {
  const at = nextHour(world);
  const before = messages(world);
  await world.clock.runTo(at + 3 * hour);
  await world.settled();
  const told = messages(world);
  if (told === before) return "nobody was told of a partition that is overdue";
  const partition = partitionAt(new Date(at), "hour");
  const folder = landingFolder("appended", partition);
  await world.put("landing", `${folder}rows.json`, fileOf(baseRows));
  await announce(world, "appended", partition, ["rows.json"]);
  await world.clock.runTo(world.clock.now() + hour);
  await world.settled();
  return messages(world) > told ? undefined : "nobody was told that it has come";
};

const nextHour = (world: World) => Math.ceil(world.clock.now() / hour) * hour;
const loaded = async (world: World) =>
  (await world.executions("load-partition")).filter(({ status }) => status === "SUCCEEDED");

/** Runs of an account with schedules. */
export const timedRuns: Readonly<Record<string, MinimalRun>> = {
  "a schedule": schedule,
  "an overdue partition": overdue,
};

export const timing =
  'schedule: { cron: "20 * * * ? *", lag: 1h, settle: 10m, manifests: composed }\nexpect: { every: 1h, within: 90m }\n';
