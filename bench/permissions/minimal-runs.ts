import { setTimeout as sleep } from "node:timers/promises";
import { ownDatabase, sourceResource } from "../../contract/layout.js";
import { s3EventOf } from "../../examples/demo/deliver.js";
import type { Call, Shape } from "../../local/call/call.js";
import { isShape } from "../../local/call/input.js";
import { projectName, source, type Variant, variants } from "../faults/variants.js";
import { announce, type Delivered, deliver, expectEnd, type MinimalRun, messages, statusOf } from "./delivered.js";
import type { World } from "./world.js";

const heartbeatMinutes = 10;

/** Loaded, and no statement waited for its heartbeat: its event came. */
async function expectPrompt(world: World, delivered: Delivered): Promise<string | undefined> {
  const problem = await expectEnd(world, delivered, "SUCCEEDED");
  if (problem !== undefined) return problem;
  const minutes = await minutesOf(world, delivered);
  return minutes < heartbeatMinutes ? undefined : `took ${minutes} minutes: a statement's event did not come`;
}

async function minutesOf(world: World, { name }: Delivered): Promise<number> {
  const { startDate, stopDate } = (await world.ended("load-partition", name)) ?? {};
  return startDate instanceof Date && stopDate instanceof Date ? (+stopDate - +startDate) / 60_000 : 0;
}

/** One tiny batch. */
const load =
  (dataset: string): MinimalRun =>
  async (world) =>
    expectPrompt(world, (await deliver(world, dataset)).delivered);

/** A second revision of a batch takes the place of the first one's files in the lake. */
const reload: MinimalRun = async (world) => {
  const { delivered, partition } = await deliver(world, "merged");
  const problem = await expectPrompt(world, delivered);
  if (problem !== undefined) return problem;
  // Revisions are ordered by whole seconds.
  await world.clock.sleep(2000);
  return expectPrompt(world, await announce(world, "merged", partition, ["rows.json"]));
};

/** The first batch of a dataset whose table is not in the catalogue. */
const firstCrawl: MinimalRun = async (world) => {
  await world.call("glue", "DeleteTable", { DatabaseName: ownDatabase(projectName, source), Name: "appended" });
  return expectPrompt(world, (await deliver(world, "appended")).delivered);
};

/** A dataset whose table is not in the warehouse: it is made. */
const firstLoad: MinimalRun = async (world) => {
  await world.sql("DROP TABLE IF EXISTS sales.replaced");
  return expectPrompt(world, (await deliver(world, "replaced")).delivered);
};

/** A column that is narrower than in the contract: it is widened by a statement that no transaction takes. */
const widening: MinimalRun = async (world) => {
  const { delivered } = await deliver(world, "replaced");
  const problem = await expectPrompt(world, delivered);
  if (problem !== undefined) return problem;
  await world.sql("ALTER TABLE sales.replaced ALTER COLUMN note TYPE varchar(20)");
  return expectPrompt(world, (await deliver(world, "replaced")).delivered);
};

/** A partition that somebody moved is moved back. */
const movedPartition: MinimalRun = async (world) => {
  const { delivered, partition } = await deliver(world, "merged");
  const problem = await expectPrompt(world, delivered);
  if (problem !== undefined) return problem;
  const table = { DatabaseName: ownDatabase(projectName, source), TableName: "merged" };
  const { Partitions } = await world.call("glue", "GetPartitions", table);
  const newest: unknown = Array.isArray(Partitions) ? Partitions.at(-1) : undefined;
  if (!isShape(newest) || !isShape(newest.StorageDescriptor)) return "no partition is registered";
  const { Values, StorageDescriptor } = newest;
  const elsewhere = { ...StorageDescriptor, Location: "s3://elsewhere/" };
  const moved = { Values, StorageDescriptor: elsewhere };
  await world.call("glue", "UpdatePartition", { ...table, PartitionValueList: Values, PartitionInput: moved });
  await world.clock.sleep(2000);
  return expectPrompt(world, await announce(world, "merged", partition, ["rows.json"]));
};

/** The event of a manifest that comes twice: the load that it started is looked at. */
const eventTwice: MinimalRun = async (world) => {
  const { delivered } = await deliver(world, "merged");
  const problem = await expectPrompt(world, delivered);
  if (problem !== undefined) return problem;
  const event = s3EventOf({ ...delivered, bucket: world.bucket("landing"), key: delivered.key });
  const FunctionName = sourceResource(projectName, source, "start-load");
  const answer = await world.call("lambda", "Invoke", { FunctionName, Payload: Buffer.from(JSON.stringify(event)) });
  return answer.FunctionError === undefined ? undefined : "start-load failed at the second event";
};

/** The end of a load is told on the bus: whoever subscribes would miss it, and nobody else would notice. */
const eventOfAnEnd: MinimalRun = async (world) => {
  const { delivered } = await deliver(world, "merged");
  const problem = await expectPrompt(world, delivered);
  if (problem !== undefined) return problem;
  const ended = await world.ended("load-partition", delivered.name);
  const { executionArn, name, status, input, output } = ended ?? {};
  const event = {
    region: world.account.region,
    time: new Date().toISOString(),
    detail: { executionArn, name, status, input, output },
  };
  const FunctionName = sourceResource(projectName, source, "send-events");
  const answer = await world.call("lambda", "Invoke", { FunctionName, Payload: Buffer.from(JSON.stringify(event)) });
  return answer.FunctionError === undefined ? undefined : "send-events failed";
};

/** Datasets with a column that either engine hashes. */
export const hashed: readonly Variant[] = (["merged", "by_lambda"] as const).flatMap((name) =>
  variants
    .filter(({ dataset }) => dataset === name)
    .map((variant) => ({ ...variant, dataset: `hashed_${name}`, note: "varchar(64), protect: hash" })),
);

/** A job that leaves no report: noticed as that, and not as something that may not be read. */
const noReport: MinimalRun = async (world) => {
  world.nextJob = "silent";
  return expectEnd(world, (await deliver(world, "merged")).delivered, "FAILED ReportMissing");
};

/** A statement that fails is said at once. */
const failedStatement: MinimalRun = async (world) => {
  world.intervene = (call) => {
    const { Sqls } = call.input;
    const isLoad = call.operation === "BatchExecuteStatement" && JSON.stringify(Sqls).includes("sluice.guard");
    if (isLoad && Array.isArray(Sqls)) Sqls.push("SELECT 1 FROM sales.nowhere");
    return undefined;
  };
  try {
    const { delivered } = await deliver(world, "merged");
    const status = await statusOf(world, delivered);
    const minutes = await minutesOf(world, delivered);
    return status.startsWith("FAILED") && minutes < heartbeatMinutes
      ? undefined
      : `ended ${status} after ${minutes} min`;
  } finally {
    world.intervene = () => undefined;
  }
};

/** A manifest that names a file that is not there: refused, written down, and told. */
const refuse: MinimalRun = async (world) => {
  const before = messages(world);
  const problem = await expectEnd(
    world,
    (await deliver(world, "merged", ["absent.json"])).delivered,
    "FAILED FileMissing",
  );
  return problem ?? (messages(world) > before ? undefined : "nobody was told");
};

/** A load is stopped while its Glue job runs: everything below it stops. */
const stop: MinimalRun = async (world) => {
  world.holdsJobs = true;
  try {
    const { delivered } = await deliver(world, "merged");
    const running = await until(async () => (await world.executions("convert-partition")).find(isRunning));
    const run = running && (await until(async () => (await jobRuns(world)).find(isActive)));
    if (running === undefined || run === undefined) return `the job did not start: ${await statusOf(world, delivered)}`;
    const parent = (await world.executions("load-partition")).find(({ name }) => name === delivered.name);
    await world.call("states", "StopExecution", { executionArn: parent?.executionArn });
    const problem = await expectEnd(world, delivered, "ABORTED");
    const hasEnded = await until(async () => !isRunning(await childOf(world, running)) || undefined, 2000);
    const state =
      (await until(async () => ended((await jobRuns(world)).find(({ Id }) => Id === run.Id)), 2000)) ?? "RUNNING";
    return problem ?? (hasEnded && state === "STOPPED" ? undefined : `a child ran on, or the job did: ${state}`);
  } finally {
    world.holdsJobs = false;
    await stopAll(world);
  }
};

/** Every event of a statement is lost: its end is found by asking. */
const lostEvents: MinimalRun = async (world) => {
  world.intervene = (call) => (isAnswer(call) ? { StatusCode: 202 } : undefined);
  try {
    return await expectEnd(world, (await deliver(world, "merged")).delivered, "SUCCEEDED");
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
    const status = await statusOf(world, (await deliver(world, "replaced")).delivered);
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

const jobName = (world: World) => String(world.account.resourcesOf("AWS::Glue::Job")[0]?.ref);
const isActive = ({ JobRunState }: Shape) => JobRunState === "RUNNING" || JobRunState === "STOPPING";
const ended = (run: Shape | undefined) => (run === undefined || isActive(run) ? undefined : String(run.JobRunState));

async function jobRuns(world: World): Promise<readonly Shape[]> {
  const { JobRuns } = await world.call("glue", "GetJobRuns", { JobName: jobName(world) });
  return Array.isArray(JobRuns) ? JobRuns.filter(isShape) : [];
}

/** What a run left that could not stop what it had started. */
async function stopAll(world: World): Promise<void> {
  for (const { executionArn } of (await world.executions("convert-partition")).filter(isRunning)) {
    await world.call("states", "StopExecution", { executionArn });
  }
  const JobRunIds = (await jobRuns(world)).filter(isActive).map(({ Id }) => Id);
  if (JobRunIds.length > 0) await world.call("glue", "BatchStopJobRun", { JobName: jobName(world), JobRunIds });
  await until(async () => !(await jobRuns(world)).some(isActive) || undefined);
}

async function until<Value>(poll: () => Promise<Value | undefined>, patienceMs = 10_000): Promise<Value | undefined> {
  for (const giveUpAt = Date.now() + patienceMs; Date.now() < giveUpAt; await sleep(10)) {
    const found = await poll();
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Runs of an account whose clock jumps as it likes. */
export const minimalRuns: Readonly<Record<string, MinimalRun>> = {
  ...Object.fromEntries([...variants, ...hashed].map(({ dataset, mode }) => [`${mode}: ${dataset}`, load(dataset)])),
  "another revision": reload,
  "a first crawl": firstCrawl,
  "a first load": firstLoad,
  "a column that gets wider": widening,
  "a partition that was moved": movedPartition,
  "an event that comes twice": eventTwice,
  "the event of an end": eventOfAnEnd,
  "a job without a report": noReport,
  "a statement that fails": failedStatement,
  "a refusal": refuse,
  "a stop": stop,
  "lost events": lostEvents,
  "a timeout": timeOut,
};
