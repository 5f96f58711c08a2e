import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeStatementCommand, ExecuteStatementCommand } from "@aws-sdk/client-redshift-data";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { App, DefaultStackSynthesizer } from "aws-cdk-lib";
import { z } from "zod";
import { type Clients, createClients } from "../../cli/account/clients.js";
import { bootstrapStatements, runBootstrap } from "../../cli/bootstrap/bootstrap.js";
import { planSnapshotSchedule } from "../../cli/bootstrap/snapshot-schedule.js";
import { runStatement } from "../../cli/warehouse/statements.js";
import { readerWarehouse } from "../../cli/warehouse/warehouse.js";
import { statementsInput } from "../../contract/definition.js";
import { expectedResourcesKey } from "../../contract/layout.js";
import { readSoundProject, type SoundProject } from "../../contract/read.js";
import { Bundle } from "../../infra/bundle.js";
import { featureFlags } from "../../infra/feature-flags.js";
import { addStacks, synthesize } from "../../infra/synthesize.js";
import { type OpenAccount, openAccount } from "../../local/account.js";
import type { Shape } from "../../local/call/call.js";
import { VirtualClock } from "../../local/call/virtual-clock.js";
import type { RequiredPermission } from "../../local/iam/evaluate.js";
import { soundProject, writeProject } from "../contract/projects.js";
import { companysWorkgroup } from "../infra/warehouses.js";

jest.setTimeout(180_000);

/** Warehouses of Serverless under the templates' permissions: bootstrap, statements and snapshots by the deployed machines, and a
 * whole load; one that was there before, and one that the stack makes. */

interface World {
  readonly folder: string;
  readonly project: SoundProject;
  readonly account: OpenAccount;
  readonly clients: Clients;
  readonly asked: RequiredPermission[];
}

/** The templates of a project as `sluice synth` makes them; the Lambda's wheels are those of this machine. */
const bySluice = (files: string, output: string) => synthesize(files, output, { validate: false, wheels: false });

/** Those of an app of one's own, whose account was bootstrapped with other roles and another bucket. */
function byOwnApp(files: string, outdir: string): void {
  const bundle = new Bundle({ hasWheels: false });
  try {
    const own = (name: string) => `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/platform/${name}`;
    const defaultStackSynthesizer = new DefaultStackSynthesizer({
      qualifier: "acme",
      fileAssetsBucketName: "acme-assets",
      bucketPrefix: "sluice/",
      deployRoleArn: own("deployer"),
      cloudFormationExecutionRole: own("cloudformation"),
      fileAssetPublishingRoleArn: own("publisher"),
      generateBootstrapVersionRule: false,
    });
    const app = new App({ context: featureFlags, analyticsReporting: false, outdir, defaultStackSynthesizer });
    addStacks(app, readSoundProject(files), bundle);
    app.synth();
  } finally {
    bundle.remove();
  }
}

/** Opens an account on a project of the templates, and runs bootstrap. */
async function worldOf(
  declared: Readonly<Record<string, string>>,
  make: (files: string, output: string) => unknown,
): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-serverless-"));
  const files = writeProject(declared);
  make(files, join(folder, "cdk.out"));
  const project = readSoundProject(files);
  rmSync(files, { recursive: true, force: true });
  const asked: RequiredPermission[] = [];
  const account = await openAccount({
    assemblyFolder: join(folder, "cdk.out"),
    stateFolder: join(folder, "state"),
    clock: new VirtualClock(Date.now()),
    metadataKey: expectedResourcesKey,
    python: ".venv",
    onDecision: (decided) => asked.push(decided),
  });
  const { accessKeyId, secretAccessKey } = account.credentials;
  const local = { endpoint: account.endpoint, accessKeyId, secretAccessKey };
  const clients = createClients({ region: "eu-west-1", local });
  const statements = await bootstrapStatements(clients, project.project, project.contracts);
  await runBootstrap(clients, project.project, statements, () => {});
  return { folder, project, account, clients, asked };
}

async function close(world: World | undefined): Promise<void> {
  await world?.account.close();
  if (world !== undefined) rmSync(world.folder, { recursive: true, force: true });
}

/** The machines' calls of one account. */
class Machines {
  readonly #account: OpenAccount;
  constructor({ account }: World) {
    this.#account = account;
  }

  /** Runs a machine of the templates to its end. */
  async run(machine: string, input: Shape): Promise<unknown> {
    const { executionArn } = await this.call("StartExecution", {
      stateMachineArn: machineArn(machine),
      input: JSON.stringify(input),
    });
    return this.end(executionArn);
  }

  call = (operation: string, input: Shape) =>
    this.#account.call({ service: "states", operation, input, principal: this.#account.root });

  /** What an execution ends with. */
  async end(executionArn: unknown): Promise<unknown> {
    for (;;) {
      const { status, output, error, cause } = Ended.parse(await this.call("DescribeExecution", { executionArn }));
      if (status === "SUCCEEDED") return JSON.parse(output ?? "null");
      if (status !== "RUNNING") throw new Error(`${executionArn} ended as ${status}: ${error}: ${cause}`);
      // Every look holds the virtual clock for a moment: between two it must be able to jump.
      await sleep(50);
    }
  }
}

const machineArn = (machine: string) => `arn:aws:states:eu-west-1:000000000000:stateMachine:${machine}`;

const Ended = z.looseObject({
  status: z.string(),
  output: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
});

const Executions = z.object({ executions: z.array(z.looseObject({ executionArn: z.string() })) });

/** Lands a file of orders and its manifest. @returns what the load that its event starts ends with */
async function load({ account }: World, machines: Machines, hour: string, lines: readonly string[]): Promise<unknown> {
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
    const { executions } = Executions.parse(await machines.call("ListExecutions", { stateMachineArn }));
    const started = executions.find(({ executionArn }) => executionArn.includes(`orders-20261122${hour}`));
    if (started !== undefined) return machines.end(started.executionArn);
    await sleep(50);
  }
}

/** The newest version of a key wins. */
async function expectMerged(world: World, machines: Machines): Promise<void> {
  const [old, newer] = ["2026-11-22T04:00:00,1.00,I", "2026-11-22T05:00:00,2.50,U"];
  expect(await load(world, machines, "05", [`1,${newer}`, `2,${newer}`])).toMatchObject({
    outcome: "loaded",
    counts: { read: 2, written: 2, inserted: 2 },
  });
  expect(await load(world, machines, "06", [`1,${old}`, `3,${old}`])).toMatchObject({
    outcome: "loaded",
    counts: { read: 2, written: 2, inserted: 1, outdated: 1 },
  });
  const reader = readerWarehouse(world.project.project);
  const { rows } = await runStatement(world.clients, reader, "select id, amount from shop.orders order by id");
  expect(rows.map(([id, amount]) => [id, String(amount)])).toEqual([
    [1, "2.50"],
    [2, "2.50"],
    [3, "1.00"],
  ]);
}

describe("a workgroup that was there before", () => {
  let world: World;
  let machines: Machines;
  beforeAll(async () => {
    world = await worldOf({ ...soundProject, "sluice.yaml": companysWorkgroup }, byOwnApp);
    machines = new Machines(world);
  });
  afterAll(() => close(world));

  test("the loading and the reading user are made, and work in the workgroup", async () => {
    const who = ["select current_user::varchar(32) as who"];
    const step = statementsInput({ statements: who, transaction: true, label: "who", timeoutSeconds: 60 });
    expect(await machines.run("shop-run-statements", step)).toEqual({
      outcome: "done",
      results: [{ rows: [["sluice_loader"]] }],
    });
    expect(world.asked).toContainEqual(
      expect.objectContaining({
        action: "redshift-data:BatchExecuteStatement",
        resource: "arn:aws:redshift-serverless:eu-west-1:000000000000:workgroup/6b8bc4a5-0f5b-4a52-8a3c-5d4b1c2a9f10",
      }),
    );
    const { rows } = await runStatement(
      world.clients,
      readerWarehouse(world.project.project),
      "select count(*) as n from sluice.loads",
    );
    expect(rows).toEqual([[0]]);
  });

  test("a snapshot is one of the namespace; a young one stands for the next; there is no schedule to set", async () => {
    expect(await machines.run("shop-take-snapshot", { identifier: "sluice-a", retentionDays: 7 })).toEqual({
      identifier: "sluice-a",
    });
    const next = { identifier: "sluice-b", retentionDays: 7, minimumDistanceSeconds: 3600 };
    expect(await machines.run("shop-take-snapshot", next)).toEqual({ identifier: "sluice-a" });
    const call = { service: "redshift-serverless", operation: "ListSnapshots", principal: world.account.root } as const;
    expect(await world.account.call({ ...call, input: { namespaceName: "numbers" } })).toEqual({
      snapshots: [
        expect.objectContaining({ snapshotName: "sluice-a", status: "AVAILABLE", snapshotRetentionPeriod: 7 }),
      ],
    });
    expect(await planSnapshotSchedule(world.clients, world.project.project)).toBeUndefined();
  });

  test("Spectrum's schemas are there for the readers, and what they would read is refused by name", async () => {
    const read = runStatement(world.clients, readerWarehouse(world.project.project), "select * from web_lake.orders");
    await expect(read).rejects.toThrow(/not supported in the local account: Spectrum, which reads web_lake\.orders/);
  });

  test("what lands is converted, copied and merged, by roles of the company's names", async () => {
    await expectMerged(world, machines);
    const templates = readdirSync(join(world.folder, "cdk.out")).filter((name) => name.endsWith(".template.json"));
    const text = templates.map((name) => readFileSync(join(world.folder, "cdk.out", name), "utf8")).join();
    expect(text).toContain("role/platform/cloudformation");
    expect(text).not.toMatch(/hnb659fds|cdk-acme-/);
    expect(text).not.toMatch(/"RoleName": "(?!acme-)/);
  });

  test("the workgroup is no cluster, and has no users by name", async () => {
    const ask = { Database: "dw", Sql: "select 1" };
    const asCluster = new ExecuteStatementCommand({ ...ask, ClusterIdentifier: "analytics" });
    await expect(world.clients.redshiftData.send(asCluster)).rejects.toThrow("endpoint doesn't exist");
    const asUser = new ExecuteStatementCommand({ ...ask, WorkgroupName: "analytics", DbUser: "sluice_loader" });
    await expect(world.clients.redshiftData.send(asUser)).rejects.toThrow("DbUser cannot be given");
    const { Id } = await world.clients.redshiftData.send(
      new ExecuteStatementCommand({ ...ask, WorkgroupName: "analytics" }),
    );
    expect(await world.clients.redshiftData.send(new DescribeStatementCommand({ Id }))).toMatchObject({
      WorkgroupName: "analytics",
      Database: "dw",
    });
  });
});

/** Small batches are converted by the Lambda: no Spark. */
const created = {
  ...soundProject,
  "sluice.yaml": soundProject["sluice.yaml"]
    .replace("{ nodeType: ra3.large, nodes: 2 }", "{ serverless: { baseCapacity: 8, maxCapacity: 64 } }")
    .replace("landing: create", "landing: create, engine: lambda"),
};

describe("a workgroup and namespace that the stack makes", () => {
  let world: World;
  let machines: Machines;
  beforeAll(async () => {
    world = await worldOf(created, bySluice);
    machines = new Machines(world);
  });
  afterAll(() => close(world));

  test("what lands is converted, copied and merged", () => expectMerged(world, machines));

  test("a snapshot is taken of its namespace, and the roles may do it by the ids that the stack gives", async () => {
    expect(await machines.run("shop-take-snapshot", { identifier: "sluice-a", retentionDays: 7 })).toEqual({
      identifier: "sluice-a",
    });
    const call = { service: "redshift-serverless", operation: "GetNamespace", principal: world.account.root } as const;
    const { namespace } = await world.account.call({ ...call, input: { namespaceName: "shop" } });
    const { namespaceArn } = z.looseObject({ namespaceArn: z.string() }).parse(namespace);
    expect(namespaceArn).toMatch(/:namespace\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(namespace).toMatchObject({ dbName: "analytics", adminUsername: "sluice_admin", status: "AVAILABLE" });
    const actions = world.asked.map(
      ({ action, resource }) => `${action} ${resource.replace(/[0-9a-f-]{36}$/, "<id>")}`,
    );
    const own = "arn:aws:redshift-serverless:eu-west-1:000000000000";
    expect(world.asked).toContainEqual(
      expect.objectContaining({ action: "redshift-serverless:CreateSnapshot", resource: namespaceArn }),
    );
    expect(actions).toContain(`redshift-data:BatchExecuteStatement ${own}:workgroup/<id>`);
    expect(await planSnapshotSchedule(world.clients, world.project.project)).toBeUndefined();
  });
});
