import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetCrawlerCommand, GetPartitionsCommand, GetTableCommand, StartCrawlerCommand } from "@aws-sdk/client-glue";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { type Clients, createClients } from "../../cli/account/clients.js";
import { type Deployment, findDeployment } from "../../cli/account/deployment.js";
import { handOverLocally } from "../../cli/catalogue/around-deploy.js";
import { describeCatalogue, planCatalogue, settleCatalogue } from "../../cli/catalogue/lake-partitions.js";
import { dataFolder, expectedResourcesKey } from "../../contract/layout.js";
import { readSoundProject, type SoundProject } from "../../contract/read.js";
import { synthesize } from "../../infra/synthesize.js";
import { type OpenAccount, openAccount } from "../../local/account.js";
import { withDuckDb } from "../../local/parquet/duckdb.js";
import { soundProject, writeProject } from "../contract/projects.js";

jest.setTimeout(180_000);

/** One dataset goes from the crawler to registered partitions, gets another column, and goes back. */

let folder = "";
let files = "";
let account: OpenAccount | undefined;
let clients: Clients;
let project: SoundProject;
let deployment: Deployment;
const where = { DatabaseName: "shop_web", TableName: "orders" };
const batch = { partition: "2026-11-20T05", id: "0".repeat(32) };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-catalogue-"));
  files = writeProject(soundProject);
});
afterEach(async () => {
  await account?.close();
  account = undefined;
});
afterAll(() => {
  for (const each of [folder, files]) rmSync(each, { recursive: true, force: true });
});

/** Synthesizes the project with another contract, and opens the account on it, taking tables over if asked. */
async function deploy(change: (contract: string) => string, isHandedOver = false): Promise<void> {
  const contract = join(files, "datasets", "orders.yaml");
  writeFileSync(contract, change(readFileSync(contract, "utf8")));
  project = readSoundProject(files);
  const assemblyFolder = join(folder, "cdk.out");
  rmSync(assemblyFolder, { recursive: true, force: true });
  synthesize(files, assemblyFolder, { validate: false });
  account = await openAccount({
    assemblyFolder,
    stateFolder: join(folder, "state"),
    metadataKey: expectedResourcesKey,
    ...(isHandedOver
      ? {
          beforeDeployment: ({ endpoint, credentials }) =>
            handOverLocally(project.project, project.contracts, { endpoint, ...credentials }),
        }
      : {}),
  });
  const { endpoint, credentials } = account;
  clients = createClients({ region: "eu-west-1", local: { endpoint, ...credentials } });
  deployment = await findDeployment(clients, project.project);
}

async function publish(): Promise<void> {
  const file = join(folder, "orders.parquet");
  await withDuckDb((duckdb) =>
    duckdb.run(
      `COPY (SELECT 7::BIGINT AS id, 'U' AS op, 'b' AS sluice_batch, 'f' AS sluice_file) TO '${file}' (FORMAT parquet)`,
    ),
  );
  const Bucket = deployment.bucket("web", "processed");
  const prefix = dataFolder("orders", batch.partition, batch.id);
  for (const [name, Body] of [
    ["part-0.parquet", readFileSync(file)],
    ["_revision.json", "{}"],
  ] as const) {
    await clients.s3.send(new PutObjectCommand({ Bucket, Key: `${prefix}${name}`, Body }));
  }
}

async function crawled(): Promise<void> {
  for (;;) {
    const { Crawler } = await clients.glue.send(new GetCrawlerCommand({ Name: "shop-web" }));
    if (Crawler?.State === "READY" && Crawler.LastCrawl !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const partitions = async () => (await clients.glue.send(new GetPartitionsCommand(where))).Partitions ?? [];
const plan = () => planCatalogue(clients, project.contracts, deployment);
const values = ["2026", "11", "20", "05", batch.id];

test("the crawler makes the table", async () => {
  await deploy((contract) => contract);
  await publish();
  // As after a deployment that took the table with it: there are files, and no table.
  expect(describeCatalogue(await plan())).toEqual(["start the crawler shop-web: a dataset has files but no table"]);
  await clients.glue.send(new StartCrawlerCommand({ Name: "shop-web" }));
  await crawled();
  expect((await partitions()).map(({ Values }) => Values)).toEqual([values]);
  expect(await plan()).toEqual({ partitions: [], crawlers: [] });
});

test("the same templates as AWS would get are refused, until the table is handed over", async () => {
  const toPartition = (contract: string) => contract.replace("table:", "catalogue: partition\ntable:");
  await expect(deploy(toPartition)).rejects.toMatchObject({
    name: "DeploymentFailed",
    message: expect.stringContaining("AlreadyExistsException"),
  });
  await deploy((contract) => contract, true);
  const { Table } = await clients.glue.send(new GetTableCommand({ DatabaseName: "shop_web", Name: "orders" }));
  expect(Table?.StorageDescriptor?.Columns?.map(({ Name }) => Name)).toContain("placed_at");
  expect(await partitions()).toEqual([]);
  const work = await plan();
  expect(describeCatalogue(work)).toEqual(["shop_web.orders: register 1 partition(s) of published batches"]);
  await settleCatalogue(clients, work);
  const [partition] = await partitions();
  expect(partition?.Values).toEqual(values);
  expect(partition?.StorageDescriptor?.Columns).toEqual(Table?.StorageDescriptor?.Columns);
  expect(partition?.StorageDescriptor?.Location).toMatch(/\/hour=05\/batch=0{32}\/$/);
  expect(await plan()).toEqual({ partitions: [], crawlers: [] });
});

test("partitions that are registered follow the contract's columns", async () => {
  await deploy((contract) => contract.replace("checks:", "  - { name: note, type: varchar(40) }\nchecks:"));
  const before = await partitions();
  expect(before[0]?.StorageDescriptor?.Columns?.map(({ Name }) => Name)).not.toContain("note");
  const work = await plan();
  expect(describeCatalogue(work)).toEqual(["shop_web.orders: update the columns of 1 partition(s) to the contract's"]);
  await settleCatalogue(clients, work);
  const [partition] = await partitions();
  expect(partition?.StorageDescriptor?.Columns?.map(({ Name }) => Name)).toContain("note");
  expect(partition?.StorageDescriptor?.Location).toBe(before[0]?.StorageDescriptor?.Location);
  expect(await plan()).toEqual({ partitions: [], crawlers: [] });
});

test("and back: the deployment removes its table, and the crawler makes its own", async () => {
  await deploy((contract) => contract.replace("catalogue: partition\n", ""));
  const work = await plan();
  expect(work).toEqual({ partitions: [], crawlers: ["shop-web"] });
  await settleCatalogue(clients, work);
  await crawled();
  expect((await partitions()).map(({ Values }) => Values)).toEqual([values]);
});
