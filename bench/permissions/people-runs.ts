import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Clients, createClients } from "../../cli/account/clients.js";
import { findLeftTables, removeTables, waitForCrawlers } from "../../cli/catalogue/hand-over.js";
import { AccountBackend } from "../../cli/console/account-backend.js";
import type { Person } from "../../cli/permissions/policies.js";
import { landingFolder, ownDatabase, snapshotScheduleName } from "../../contract/layout.js";
import { isShape } from "../../local/call/input.js";
import { baseRows, fileOf, projectName, source } from "../faults/variants.js";
import type { Caller } from "./caller.js";
import { type Delivered, deliver, expectEnd } from "./delivered.js";
import { partnersBucket, scheduledDataset } from "./people-world.js";
import type { World } from "./world.js";

/** What is there before anybody comes: loads of which the commands tell. */
export interface Prepared {
  readonly loaded: Delivered & { readonly partition: string };
  readonly withRejects: Delivered & { readonly partition: string };
}

/** A command of a person. @returns what did not happen; undefined when all did */
export type PersonRun = (world: World, as: Caller, prepared: Prepared) => Promise<string | undefined>;

/** The command ends well, and says what it must. */
const says =
  (expected: string | ((prepared: Prepared) => string), args: (prepared: Prepared) => readonly string[]): PersonRun =>
  async (_, as, prepared) => {
    const { code, text } = await as.sluice(...args(prepared));
    const part = typeof expected === "string" ? expected : expected(prepared);
    return code === 0 && text.includes(part) ? undefined : `exit ${code}: ${text.trim().slice(-300)}`;
  };

export async function prepare(world: World): Promise<Prepared> {
  const { delivered, partition } = await deliver(world, "merged");
  await expectEnd(world, delivered, "SUCCEEDED");
  const rejecting = await deliverWithRejects(world);
  await expectEnd(world, rejecting, "SUCCEEDED");
  return { loaded: { ...delivered, partition }, withRejects: rejecting };
}

async function deliverWithRejects(world: World) {
  const partition = "2026-05-05T05";
  const folder = landingFolder("by_marker", partition);
  const wrong = '{"id":"x","part":1,"version":"not a time","op":"U","note":"wrong"}\n';
  await world.put("landing", `${folder}rows.json`, `${fileOf(baseRows)}${wrong}`);
  const { VersionId } = await world.put("landing", `${folder}_SUCCESS`, "");
  await world.settled();
  const execution = (await world.executions("load-partition")).find(({ name }) => String(name).startsWith("by_marker"));
  return { name: String(execution?.name), key: `${folder}_SUCCESS`, versionId: String(VersionId), partition };
}

/** Every question of the console's page. */
const consoleLooks: PersonRun = (_, as, prepared) => as.within(() => lookAround(as, prepared));

async function lookAround(as: Caller, { loaded, withRejects }: Prepared): Promise<string | undefined> {
  const session = await as.session();
  const backend = new AccountBackend(session, { isLocal: false, environment: null, isReadOnly: true });
  const overview = await backend.overview();
  const datasets = overview.rows.map(({ dataset }) => dataset);
  await backend.map();
  await backend.trends(datasets);
  await backend.dataset("merged");
  await backend.search(loaded.name);
  await backend.attempts("merged", loaded.partition);
  const run = await backend.run(loaded.name);
  const arn = session.deployment.loadPartition(source).replace(":stateMachine:", ":execution:");
  await backend.state(`${arn}:${loaded.name}`, "Validate the manifest");
  const { total } = await backend.rejects("by_marker", withRejects.partition, null);
  return run !== undefined && total > 0 ? undefined : "the console shows less than there is";
}

const readerRuns: Readonly<Record<string, PersonRun>> = {
  status: says("loaded", () => ["status"]),
  "status --unclaimed": says("", () => ["status", "--unclaimed"]),
  history: says("merged-", () => ["history", "merged"]),
  // What it cost is said only to who may read the job's run.
  show: says("DPU-seconds", ({ loaded }) => ["show", loaded.name]),
  "rejects of a partition": says("not a time", ({ withRejects }) => [
    "rejects",
    "by_marker",
    "--partition",
    withRejects.partition,
    "--json",
  ]),
  "rejects of a load": says("not a time", ({ withRejects }) => ["rejects", "--execution", withRejects.name, "--json"]),
  console: consoleLooks,
};

let next = 0;
const freshPartition = () =>
  `2026-07-${String(1 + (next++ % 28)).padStart(2, "0")}T${String(next % 24).padStart(2, "0")}`;

function rowsFile(world: World): string {
  const file = join(world.folder, "rows.json");
  writeFileSync(file, fileOf(baseRows));
  return file;
}

/** A load that failed at a statement, to be rerun. */
async function failedLoad(world: World): Promise<Delivered> {
  world.intervene = (call) => {
    const { Sqls } = call.input;
    if (
      call.operation === "BatchExecuteStatement" &&
      JSON.stringify(Sqls).includes("sluice.guard") &&
      Array.isArray(Sqls)
    )
      Sqls.push("SELECT 1 FROM sales.nowhere");
    return undefined;
  };
  try {
    const { delivered } = await deliver(world, "merged");
    await world.ended("load-partition", delivered.name);
    await world.settled();
    return delivered;
  } finally {
    world.intervene = () => undefined;
  }
}

const rerunRedrives: PersonRun = async (world, as) => {
  const { name } = await failedLoad(world);
  const { code, text } = await as.sluice("rerun", name);
  return code === 0 && text.includes("redrive") ? undefined : `exit ${code}: ${text.trim().slice(-300)}`;
};

const rollBack: PersonRun = async (world, as) => {
  for (let n = 0; n < 2; n++) {
    const problem = await expectEnd(world, (await deliver(world, "swapped")).delivered, "SUCCEEDED");
    if (problem !== undefined) return problem;
  }
  const { code, text } = await as.sluice("rollback", "swapped");
  return code === 0 ? undefined : `exit ${code}: ${text.trim().slice(-300)}`;
};

const landing =
  (command: "land" | "load"): PersonRun =>
  async (world, as) => {
    const { code, text } = await as.sluice(command, "merged", rowsFile(world), "--partition", freshPartition());
    await world.settled();
    return code === 0 ? undefined : `exit ${code}: ${text.trim().slice(-300)}`;
  };

const backfill: PersonRun = async (_, as, { loaded }) => {
  const { code, text } = await as.sluice("backfill", "merged", "--from", loaded.partition, "--to", loaded.partition);
  const forced = await as.sluice("backfill", "merged", "--from", loaded.partition, "--to", loaded.partition, "--force");
  return code === 0 && forced.code === 0
    ? undefined
    : `exit ${code}, ${forced.code}: ${text} ${forced.text}`.slice(-300);
};

/** Once more where an earlier try could not resume it: a pause that is there is left as it is. */
const pauseAndResume: PersonRun = async (_, as) => {
  const paused = await as.sluice("pause", scheduledDataset);
  const resumed = await as.sluice("resume", scheduledDataset);
  return paused.code === 0 && resumed.code === 0
    ? undefined
    : `exit ${paused.code}, ${resumed.code}: ${paused.text} ${resumed.text}`.slice(-300);
};

const operatorRuns: Readonly<Record<string, PersonRun>> = {
  ...readerRuns,
  land: landing("land"),
  load: landing("load"),
  "rerun by a redrive": rerunRedrives,
  "rerun by a new execution": says("already_loaded", ({ loaded }) => ["rerun", loaded.name, "--json"]),
  "replay --dry-run": says("would", ({ withRejects }) => ["replay", withRejects.name, "--dry-run"]),
  replay: says("", ({ withRejects }) => ["replay", withRejects.name]),
  backfill,
  rollback: rollBack,
  "pause and resume": pauseAndResume,
  query: says("4", () => ["query", "select count(*) from sales.merged"]),
};

const ciRuns: Readonly<Record<string, PersonRun>> = {
  "check --against deployed": says("", () => ["check", "--against", "deployed"]),
};

/** Bootstrap, after something was taken away that it has to put back. */
const bootstrapAfter =
  (change: (world: World) => Promise<unknown>, expected: string): PersonRun =>
  async (world, as) => {
    await change(world);
    const { code, text } = await as.sluice("bootstrap");
    return code === 0 && text.includes(expected) ? undefined : `exit ${code}: ${text.trim().slice(-400)}`;
  };

const schedule = { ScheduleIdentifier: snapshotScheduleName(projectName) };
const catalogued = { DatabaseName: ownDatabase(projectName, source), TableName: "merged" };

async function partitionsOf(world: World) {
  const { Partitions } = await world.call("glue", "GetPartitions", catalogued);
  return Array.isArray(Partitions) ? Partitions.filter(isShape) : [];
}

const deployerRuns: Readonly<Record<string, PersonRun>> = {
  bootstrap: bootstrapAfter(async () => {}, "o"),
  "bootstrap --force": async (_, as) => {
    const { code, text } = await as.sluice("bootstrap", "--force");
    return code === 0 ? undefined : `exit ${code}: ${text.trim().slice(-300)}`;
  },
  "bootstrap of notifications": bootstrapAfter(
    (world) =>
      world.call("s3", "PutBucketNotificationConfiguration", { Bucket: partnersBucket, NotificationConfiguration: {} }),
    "add the notification",
  ),
  "bootstrap of a snapshot schedule": bootstrapAfter(async (world) => {
    await world
      .call("redshift", "ModifyClusterSnapshotSchedule", {
        ClusterIdentifier: projectName,
        ScheduleIdentifier: schedule.ScheduleIdentifier,
        DisassociateSchedule: true,
      })
      .catch(() => {});
    await world.call("redshift", "DeleteSnapshotSchedule", schedule).catch(() => {});
  }, "create the snapshot schedule"),
  "bootstrap of another snapshot schedule": bootstrapAfter(
    (world) =>
      world.call("redshift", "ModifySnapshotSchedule", { ...schedule, ScheduleDefinitions: ["rate(6 hours)"] }),
    "modify the snapshot schedule",
  ),
  "bootstrap of a partition": bootstrapAfter(async (world) => {
    const [first] = await partitionsOf(world);
    await world.call("glue", "DeletePartition", { ...catalogued, PartitionValues: first?.Values });
  }, "register 1 partition"),
  "bootstrap of a partition's columns": bootstrapAfter(async (world) => {
    const [first] = await partitionsOf(world);
    const storage = isShape(first?.StorageDescriptor) ? first.StorageDescriptor : {};
    const PartitionInput = {
      Values: first?.Values,
      StorageDescriptor: { ...storage, Columns: [{ Name: "id", Type: "string" }] },
    };
    await world.call("glue", "UpdatePartition", { ...catalogued, PartitionValueList: first?.Values, PartitionInput });
  }, "update the columns of 1 partition"),
  "bootstrap of a crawled table": bootstrapAfter(async (world) => {
    const problem = await expectEnd(world, (await deliver(world, "appended")).delivered, "SUCCEEDED");
    if (problem !== undefined) throw new Error(problem);
    await world.call("glue", "DeleteTable", { DatabaseName: catalogued.DatabaseName, Name: "appended" });
  }, "start the crawler"),
  "a table that is taken over": async (world, as) => {
    const problem = await expectEnd(world, (await deliver(world, "appended")).delivered, "SUCCEEDED");
    if (problem !== undefined) return problem;
    return as.within(() => takeOver(createClients({ region: world.account.region })));
  },
};

async function takeOver(clients: Clients): Promise<string | undefined> {
  await waitForCrawlers(clients, [`${projectName}-${source}`], () => {});
  const left = await findLeftTables(clients, [{ database: catalogued.DatabaseName, name: "appended" }]);
  await removeTables(clients, left);
  return left.length === 1 ? undefined : "the crawler's table was not found";
}

export const personRuns: Readonly<Record<Person, Readonly<Record<string, PersonRun>>>> = {
  reader: readerRuns,
  operator: operatorRuns,
  ci: ciRuns,
  deployer: deployerRuns,
};

/** What puts back what the commands of a person take away, where one of them could not. */
export const mends: Readonly<Partial<Record<Person, PersonRun>>> = { deployer: deployerRuns.bootstrap };
