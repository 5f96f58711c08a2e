import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeStatementCommand, ExecuteStatementCommand } from "@aws-sdk/client-redshift-data";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { z } from "zod";
import { type Clients, createClients } from "../../cli/account/clients.js";
import { bootstrapStatements, runBootstrap } from "../../cli/bootstrap/bootstrap.js";
import { planSnapshotSchedule } from "../../cli/bootstrap/snapshot-schedule.js";
import { runStatement } from "../../cli/warehouse/statements.js";
import { readerWarehouse } from "../../cli/warehouse/warehouse.js";
import { statementsInput } from "../../contract/definition.js";
import { expectedResourcesKey } from "../../contract/layout.js";
import { readSoundProject, type SoundProject } from "../../contract/read.js";
import { synthesize } from "../../infra/synthesize.js";
import { type OpenAccount, openAccount } from "../../local/account.js";
import type { Shape } from "../../local/call/call.js";
import { VirtualClock } from "../../local/call/virtual-clock.js";
import type { RequiredPermission } from "../../local/iam/evaluate.js";
import { soundProject, writeProject } from "../contract/projects.js";
import { existingWorkgroup } from "../infra/warehouses.js";

jest.setTimeout(180_000);

/** A warehouse of Serverless that was there before: bootstrap, a whole load, statements and snapshots by the deployed
 * machines, under the templates' permissions. */

let folder = "";
let project: SoundProject;
let account: OpenAccount;
let clients: Clients;
let spark: Promise<void> | undefined;
const asked: RequiredPermission[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-serverless-"));
  const files = writeProject({ ...soundProject, "sluice.yaml": existingWorkgroup });
  synthesize(files, join(folder, "cdk.out"), { validate: false });
  project = readSoundProject(files);
  rmSync(files, { recursive: true, force: true });
  account = await openAccount({
    assemblyFolder: join(folder, "cdk.out"),
    stateFolder: join(folder, "state"),
    clock: new VirtualClock(Date.now()),
    metadataKey: expectedResourcesKey,
    python: ".venv",
    onDecision: (decided) => asked.push(decided),
  });
  const { accessKeyId, secretAccessKey } = account.credentials;
  clients = createClients({ region: "eu-west-1", local: { endpoint: account.endpoint, accessKeyId, secretAccessKey } });
  // Spark starts while the rest is tried.
  spark = account.warm();
  // Whoever waits for it hears of it.
  spark.catch(() => {});
  const statements = await bootstrapStatements(clients, project.project, project.contracts);
  await runBootstrap(clients, project.project, statements, () => {});
});
afterAll(async () => {
  await account?.close();
  rmSync(folder, { recursive: true, force: true });
});

const Ended = z.looseObject({ status: z.string(), output: z.string().optional(), error: z.string().optional() });

/** Runs a machine of the templates to its end. */
async function run(machine: string, input: Shape): Promise<unknown> {
  const { executionArn } = await states("StartExecution", {
    stateMachineArn: machineArn(machine),
    input: JSON.stringify(input),
  });
  return end(executionArn);
}

const states = (operation: string, input: Shape) =>
  account.call({ service: "states", operation, input, principal: account.root });
const machineArn = (machine: string) => `arn:aws:states:eu-west-1:000000000000:stateMachine:${machine}`;

/** What an execution ends with. */
async function end(executionArn: unknown): Promise<unknown> {
  for (;;) {
    const { status, output, error } = Ended.parse(await states("DescribeExecution", { executionArn }));
    if (status === "SUCCEEDED") return JSON.parse(output ?? "null");
    if (status !== "RUNNING") throw new Error(`${executionArn} ended as ${status}: ${error}`);
    // Every look holds the virtual clock for a moment: between two it must be able to jump.
    await sleep(50);
  }
}

test("the loading and the reading user are made, and work in the workgroup", async () => {
  const who = ["select current_user::varchar(32) as who"];
  const step = statementsInput({ statements: who, transaction: true, label: "who", timeoutSeconds: 60 });
  expect(await run("shop-run-statements", step)).toEqual({ outcome: "done", results: [{ rows: [["sluice_loader"]] }] });
  expect(asked).toContainEqual(
    expect.objectContaining({
      action: "redshift-data:BatchExecuteStatement",
      resource: "arn:aws:redshift-serverless:eu-west-1:000000000000:workgroup/6b8bc4a5-0f5b-4a52-8a3c-5d4b1c2a9f10",
    }),
  );
  const { rows } = await runStatement(
    clients,
    readerWarehouse(project.project),
    "select count(*) as n from sluice.loads",
  );
  expect(rows).toEqual([[0]]);
});

test("a snapshot is one of the namespace; a young one stands for the next; there is no schedule to set", async () => {
  expect(await run("shop-take-snapshot", { identifier: "sluice-a", retentionDays: 7 })).toEqual({
    identifier: "sluice-a",
  });
  const next = { identifier: "sluice-b", retentionDays: 7, minimumDistanceSeconds: 3600 };
  expect(await run("shop-take-snapshot", next)).toEqual({ identifier: "sluice-a" });
  const call = { service: "redshift-serverless", operation: "ListSnapshots", principal: account.root } as const;
  expect(await account.call({ ...call, input: { namespaceName: "numbers" } })).toEqual({
    snapshots: [expect.objectContaining({ snapshotName: "sluice-a", status: "AVAILABLE", snapshotRetentionPeriod: 7 })],
  });
  expect(await planSnapshotSchedule(clients, project.project)).toBeUndefined();
});

test("Spectrum's schemas are there for the readers, and what they would read is refused by name", async () => {
  const read = runStatement(clients, readerWarehouse(project.project), "select * from web_lake.orders");
  await expect(read).rejects.toThrow(/not supported in the local account: Spectrum, which reads web_lake\.orders/);
});

const Executions = z.object({ executions: z.array(z.looseObject({ executionArn: z.string() })) });

/** Lands a file of orders and its manifest. @returns what the load that its event starts ends with */
async function load(hour: string, lines: readonly string[]): Promise<unknown> {
  const Bucket = "shop-web-landing-000000000000-eu-west-1";
  const put = (name: string, text: string) => {
    const input = { Bucket, Key: `orders/2026/11/22/${hour}/${name}`, Body: Buffer.from(text) };
    return account.call({ service: "s3", operation: "PutObject", input, principal: account.root });
  };
  await put("orders.csv", `id,placed_at,amount,op\n${lines.join("\n")}\n`);
  const url = `s3://${Bucket}/orders/2026/11/22/${hour}/orders.csv`;
  await put("manifest.json", JSON.stringify({ entries: [{ url, mandatory: true }] }));
  for (;;) {
    const stateMachineArn = machineArn("shop-web-load-partition");
    const { executions } = Executions.parse(await states("ListExecutions", { stateMachineArn }));
    const started = executions.find(({ executionArn }) => executionArn.includes(`orders-20261122${hour}`));
    if (started !== undefined) return end(started.executionArn);
    await sleep(50);
  }
}

test("what lands is converted, copied and merged; the newest version of a key wins", async () => {
  await spark;
  const [old, newer] = ["2026-11-22T04:00:00,1.00,I", "2026-11-22T05:00:00,2.50,U"];
  expect(await load("05", [`1,${newer}`, `2,${newer}`])).toMatchObject({
    outcome: "loaded",
    counts: { read: 2, written: 2, inserted: 2 },
  });
  expect(await load("06", [`1,${old}`, `3,${old}`])).toMatchObject({
    outcome: "loaded",
    counts: { read: 2, written: 2, inserted: 1, outdated: 1 },
  });
  const reader = readerWarehouse(project.project);
  const { rows } = await runStatement(clients, reader, "select id, amount from shop.orders order by id");
  expect(rows.map(([id, amount]) => [id, String(amount)])).toEqual([
    [1, "2.50"],
    [2, "2.50"],
    [3, "1.00"],
  ]);
});

test("the workgroup is no cluster, and has no users by name", async () => {
  const ask = { Database: "dw", Sql: "select 1" };
  const asCluster = new ExecuteStatementCommand({ ...ask, ClusterIdentifier: "analytics" });
  await expect(clients.redshiftData.send(asCluster)).rejects.toThrow("endpoint doesn't exist");
  const asUser = new ExecuteStatementCommand({ ...ask, WorkgroupName: "analytics", DbUser: "sluice_loader" });
  await expect(clients.redshiftData.send(asUser)).rejects.toThrow("DbUser cannot be given");
  const { Id } = await clients.redshiftData.send(new ExecuteStatementCommand({ ...ask, WorkgroupName: "analytics" }));
  expect(await clients.redshiftData.send(new DescribeStatementCommand({ Id }))).toMatchObject({
    WorkgroupName: "analytics",
    Database: "dw",
  });
});
