import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeStatementCommand, ExecuteStatementCommand } from "@aws-sdk/client-redshift-data";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { z } from "zod";
import { bootstrapStatements, runBootstrap } from "../../cli/bootstrap.js";
import { type Clients, createClients } from "../../cli/clients.js";
import { planSnapshotSchedule } from "../../cli/snapshot-schedule.js";
import { runStatement } from "../../cli/statements.js";
import { readerWarehouse } from "../../cli/warehouse.js";
import { readSoundProject, type SoundProject } from "../../contract/read.js";
import { synthesize } from "../../infra/synthesize.js";
import { type OpenAccount, openAccount } from "../../local/account.js";
import type { Shape } from "../../local/call/call.js";
import { VirtualClock } from "../../local/call/virtual-clock.js";
import type { Want } from "../../local/iam/evaluate.js";
import { soundProject, writeProject } from "../contract/projects.js";
import { existingWorkgroup } from "../infra/warehouses.js";

jest.setTimeout(180_000);

/** A warehouse of Serverless that was there before: bootstrap, statements and snapshots by the deployed machines. */

let folder = "";
let project: SoundProject;
let account: OpenAccount;
let clients: Clients;
const asked: Want[] = [];

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
    onDecision: (decided) => asked.push(decided),
  });
  const { accessKeyId, secretAccessKey } = account.credentials;
  clients = createClients({ region: "eu-west-1", local: { endpoint: account.endpoint, accessKeyId, secretAccessKey } });
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
  const call = (operation: string, given: Shape) =>
    account.call({ service: "states", operation, input: given, principal: account.person });
  const stateMachineArn = `arn:aws:states:eu-west-1:000000000000:stateMachine:${machine}`;
  const { executionArn } = await call("StartExecution", { stateMachineArn, input: JSON.stringify(input) });
  for (;;) {
    const { status, output, error } = Ended.parse(await call("DescribeExecution", { executionArn }));
    if (status === "SUCCEEDED") return JSON.parse(output ?? "null");
    if (status !== "RUNNING") throw new Error(`${machine} ended as ${status}: ${error}`);
    // Every look holds the virtual clock for a moment: between two it must be able to jump.
    await sleep(50);
  }
}

test("the loading and the reading user are made, and work in the workgroup", async () => {
  const who = ["select current_user::varchar(32) as who"];
  const step = { statements: who, transaction: true, label: "who", timeoutSeconds: 60 };
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
  const call = { service: "redshift-serverless", operation: "ListSnapshots", principal: account.person } as const;
  expect(await account.call({ ...call, input: { namespaceName: "numbers" } })).toEqual({
    snapshots: [expect.objectContaining({ snapshotName: "sluice-a", status: "AVAILABLE", snapshotRetentionPeriod: 7 })],
  });
  expect(await planSnapshotSchedule(clients, project.project)).toBeUndefined();
});

test("Spectrum's schemas are there for the readers, and what they would read is refused by name", async () => {
  const read = runStatement(clients, readerWarehouse(project.project), "select * from web_lake.orders");
  await expect(read).rejects.toThrow(/not supported in the local account: Spectrum, which reads web_lake\.orders/);
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
