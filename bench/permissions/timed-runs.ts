import { landingFolder, partitionAt } from "../../contract/layout.js";
import { baseRows, fileOf } from "../faults/variants.js";
import { announce, expectEnd, hour, type MinimalRun, messages } from "./delivered.js";
import type { World } from "./world.js";

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
  const delivered = await announce(world, "appended", partition, ["rows.json"]);
  await world.clock.runTo(world.clock.now() + hour);
  await world.settled();
  if (messages(world) === told) return "nobody was told that it has come";
  const problem = await expectEnd(world, delivered, "SUCCEEDED");
  if (problem !== undefined) return problem;
  const Bucket = world.bucket("processed");
  const { Contents } = await world.call("s3", "ListObjectsV2", { Bucket, Prefix: "overdue/" });
  return JSON.stringify(Contents ?? []).includes(`/${partition}.json`) ? "it is still noted as overdue" : undefined;
};

/** Files come, one of them for a long past hour, and no more after them. */
const quiet: MinimalRun = async (world) => {
  const before = (await loaded(world)).length;
  const at = nextHour(world);
  for (const time of [at, at - 100 * hour]) {
    const folder = landingFolder("by_quiet", partitionAt(new Date(time), "hour"));
    await world.put("landing", `${folder}rows.json`, fileOf(baseRows));
  }
  await world.clock.runTo(at + hour);
  await world.settled();
  const loads = (await loaded(world)).length - before;
  return loads === 2 ? undefined : `${loads} loads came of two partitions that fell quiet`;
};

const nextHour = (world: World) => Math.ceil(world.clock.now() / hour) * hour;
const loaded = async (world: World) =>
  (await world.executions("load-partition")).filter(({ status }) => status === "SUCCEEDED");

/** Runs of an account with schedules. */
export const timedRuns: Readonly<Record<string, MinimalRun>> = {
  "a schedule": schedule,
  "an overdue partition": overdue,
  "a partition that falls quiet": quiet,
};

export const timing =
  'schedule: { cron: "20 * * * ? *", lag: 1h, settle: 10m, manifests: composed }\nexpect: { every: 1h, within: 90m }\n';
