import {
  CreateSnapshotScheduleCommand,
  DescribeClustersCommand,
  DescribeSnapshotSchedulesCommand,
  ModifyClusterSnapshotScheduleCommand,
  ModifySnapshotScheduleCommand,
  RedshiftClient,
} from "@aws-sdk/client-redshift";
import { afterAll, beforeEach, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { lakeOf } from "../../../cli/bootstrap/bootstrap.js";
import {
  describeSchedulePlan,
  planSnapshotSchedule,
  setSnapshotSchedule,
} from "../../../cli/bootstrap/snapshot-schedule.js";
import { ProjectFile } from "../../../contract/schema.js";
import { defaultUsers, warehouseStatements } from "../../../sql/warehouse.js";

const projectOn = (warehouse: object) =>
  ProjectFile.parse({ name: "shop", region: "eu-west-1", warehouse, sources: { "web-shop": {}, erp: {} } });
const created = projectOn({ create: {} });
const theirs = {
  clusterIdentifier: "theirs",
  database: "dw",
  secretArn: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:theirs-AbCdEf",
  copyRoleArn: "arn:aws:iam::111111111111:role/copy",
};

const redshift = mockClient(RedshiftClient);
const clients = { redshift: new RedshiftClient({ region: "eu-west-1" }) };
afterAll(() => redshift.restore());
beforeEach(() => {
  redshift.reset();
  redshift.onAnyCommand().rejects(new Error("a call that nobody foresaw"));
});

/** What bootstrap says and calls where the cluster has one schedule and ours has these definitions. */
async function bootstrapWith(project: ProjectFile, SnapshotScheduleIdentifier?: string, ours?: string[]) {
  redshift.on(DescribeClustersCommand).resolves({ Clusters: [{ SnapshotScheduleIdentifier }] });
  redshift
    .on(DescribeSnapshotSchedulesCommand)
    .resolves({ SnapshotSchedules: ours === undefined ? [] : [{ ScheduleDefinitions: ours }] });
  redshift.on(CreateSnapshotScheduleCommand).resolves({});
  redshift.on(ModifySnapshotScheduleCommand).resolves({});
  redshift.on(ModifyClusterSnapshotScheduleCommand).resolves({});
  const plan = await planSnapshotSchedule(clients, project);
  if (plan === undefined) return undefined;
  await setSnapshotSchedule(clients, plan);
  const changes = redshift
    .calls()
    .map(({ args: [command] }) => ({ name: command.constructor.name.replace("Command", ""), input: command.input }))
    .filter(({ name }) => !name.startsWith("Describe"));
  return { said: describeSchedulePlan(plan), changes };
}

test("the first time the schedule is made and given to the cluster", async () => {
  expect(await bootstrapWith(created)).toEqual({
    said: ["create the snapshot schedule shop-automated: rate(8 hours)", "attach shop-automated to the cluster shop"],
    changes: [
      {
        name: "CreateSnapshotSchedule",
        input: expect.objectContaining({
          ScheduleIdentifier: "shop-automated",
          ScheduleDefinitions: ["rate(8 hours)"],
        }),
      },
      {
        name: "ModifyClusterSnapshotSchedule",
        input: { ClusterIdentifier: "shop", ScheduleIdentifier: "shop-automated" },
      },
    ],
  });
});

test("the second time nothing is left to do, whatever the order of the definitions", async () => {
  const twice = projectOn({ create: { snapshotSchedule: ["cron(2 * *)", "rate(12 hours)"] } });
  expect(await bootstrapWith(twice, "shop-automated", ["rate(12 hours)", "cron(2 * *)"])).toEqual({
    said: [],
    changes: [],
  });
});

test("a schedule that changed is modified; one that others gave their cluster is named before it is given up", async () => {
  const project = projectOn({ existing: { ...theirs, snapshotSchedule: ["rate(6 hours)"] } });
  const { said, changes } = (await bootstrapWith(project, "nightly", ["rate(8 hours)"])) ?? {};
  expect(said).toEqual([
    "modify the snapshot schedule shop-automated: rate(6 hours)",
    "attach shop-automated to the cluster theirs, replacing nightly, which somebody else created",
  ]);
  expect(changes?.map(({ name }) => name)).toEqual(["ModifySnapshotSchedule", "ModifyClusterSnapshotSchedule"]);
});

test("a cluster whose snapshots are others' business is not even looked at", async () => {
  expect(await bootstrapWith(projectOn({ existing: theirs }))).toBeUndefined();
  expect(redshift.calls()).toEqual([]);
});

test("a created cluster has an external schema a source, read as its Spectrum role; an existing one only with such a role", () => {
  const lake = lakeOf(created, "111111111111");
  const made = warehouseStatements([], defaultUsers(), lake).filter(({ name }) => name.includes("_lake"));
  expect(made.map(({ name }) => name)).toEqual([
    "external schema web_shop_lake over shop_web_shop",
    "sluice_readers look into web_shop_lake",
    "external schema erp_lake over shop_erp",
    "sluice_readers look into erp_lake",
  ]);
  expect(made[0]?.sql).toMatch(
    /DATABASE 'shop_web_shop'\nREGION 'eu-west-1'\nIAM_ROLE 'arn:aws:iam::111111111111:role\/shop-spectrum-role'/,
  );
  expect(lakeOf(projectOn({ existing: theirs }), "111111111111")).toBeUndefined();
});
