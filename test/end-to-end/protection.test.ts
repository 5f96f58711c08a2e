import { createHmac } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { z } from "zod";
import { type Clients, createClients } from "../../cli/account/clients.js";
import { bootstrapStatements, runBootstrap } from "../../cli/bootstrap/bootstrap.js";
import { giveKey } from "../../cli/local/protection-key.js";
import { runStatement } from "../../cli/warehouse/statements.js";
import { readerWarehouse } from "../../cli/warehouse/warehouse.js";
import { expectedResourcesKey, protectionSecretName } from "../../contract/layout.js";
import { readSoundProject, type SoundProject } from "../../contract/read.js";
import { synthesize } from "../../infra/synthesize.js";
import { type OpenAccount, openAccount } from "../../local/account.js";
import type { Shape } from "../../local/call/call.js";
import { type FaultRule, faultRules } from "../../local/call/faults.js";
import { soundProject, writeProject } from "../contract/projects.js";

jest.setTimeout(240_000);

/** Values are planted in good and bad records of every load mode and both engines, in refused batches, and where calls fail. Then
 * all that the account has on disk is searched, and what is in the tables. */

const planted = "zq7planted";
const localKey = "a key of the local account for this test";
const hashed = (text: string) => createHmac("sha256", localKey).update(text).digest("hex");

const dataset = (name: string, engine: string, load: string, more = "") => `dataset: ${name}
source: web
partition: hour
engine: ${engine}
format: { type: csv }
columns:
  - { name: email, type: varchar(64), case: lower, protect: hash }
  - { name: version, type: timestamp, parse: epoch_seconds }
  - { name: phone, type: varchar(12), protect: { partial: 2 } }
  - { name: born, type: date, protect: erase }
  - { name: amount, type: "decimal(9,2)" }
checks: { an_address: "email like '%@%'" }
rejects: { max: 20 }
table: { name: shop.${name} }
load: ${load}
${more}`;
const datasets = {
  upserted: dataset(
    "upserted",
    "lambda",
    "{ mode: upsert, key: [email], order_by: version }",
    "batch_checks: { not_empty: { sql: sum(amount) > 0 } }",
  ),
  appended: dataset("appended", "lambda", "{ mode: append, deduplicate: exact }", "catalogue: partition"),
  kept: dataset("kept", "lambda", "{ mode: history, key: [email], order_by: version }"),
  swapped: dataset("swapped", "lambda", "{ mode: swap }"),
  truncated: dataset("truncated", "lambda", "{ mode: truncate }"),
  by_glue: dataset("by_glue", "glue", "{ mode: upsert, key: [email], order_by: version }"),
};

let folder = "";
let project: SoundProject;
let account: OpenAccount;
let clients: Clients;
/** What was met of each fault. */
const met = { lost: 0, killed: 0 };
const rules: FaultRule[] = [
  // The Lambda has converted the batch, and nobody learns it; then it does so again.
  {
    service: "lambda",
    operation: "Invoke",
    matches: ({ input }) => isConverting(input, "appended") && ++met.lost > 0,
    fault: { kind: "lost_answer" },
  },
  // The job ends after it has written everything but its report.
  {
    service: "s3",
    operation: "PutObject",
    matches: ({ input: { Key } }) =>
      /runs\/by_glue\/2026-11-22T09\/.*report\.json$/.test(String(Key)) && ++met.killed > 0,
    count: 9,
    fault: { kind: "error", when: "before", name: "AccessDenied", message: "gone", statusCode: 403 },
  },
];
const isConverting = ({ FunctionName, Payload }: Shape, name: string) =>
  String(FunctionName).includes("convert-batch") &&
  Buffer.from(Payload as Uint8Array)
    .toString()
    .includes(`/${name}/`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-protection-"));
  const declared = writeProject({
    "sluice.yaml": `${soundProject["sluice.yaml"]}protection: { local_key: ${localKey} }\n`,
    ...Object.fromEntries(Object.entries(datasets).map(([name, text]) => [`datasets/${name}.yaml`, text])),
  });
  synthesize(declared, join(folder, "cdk.out"), { validate: false, wheels: false });
  project = { ...readSoundProject(declared), folder };
  rmSync(declared, { recursive: true, force: true });
  account = await openAccount({
    assemblyFolder: join(folder, "cdk.out"),
    stateFolder: join(folder, ".sluice"),
    metadataKey: expectedResourcesKey,
    python: ".venv",
    faults: (clock) => faultRules(rules, clock),
  });
  const { accessKeyId, secretAccessKey } = account.credentials;
  const local = { endpoint: account.endpoint, accessKeyId, secretAccessKey };
  clients = createClients({ region: "eu-west-1", local });
  await giveKey(project, { ...local, region: "eu-west-1", pid: 0, digest: "" } as never);
  await runBootstrap(
    clients,
    project.project,
    await bootstrapStatements(clients, project.project, project.contracts),
    () => {},
  );
});
afterAll(async () => {
  await account?.close();
  rmSync(folder, { recursive: true, force: true });
});

const Executions = z.object({ executions: z.array(z.looseObject({ executionArn: z.string() })) });
const Ended = z.looseObject({
  status: z.string(),
  output: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
});
const states = (operation: string, input: Shape) =>
  account.call({ service: "states", operation, input, principal: account.root });
const bucket = "shop-web-landing-000000000000-eu-west-1";

/** Lands a file and its manifest. @returns what the load ends with */
async function load(name: string, hour: string, body: string) {
  const put = (file: string, text: string) =>
    account.call({
      service: "s3",
      operation: "PutObject",
      principal: account.root,
      input: { Bucket: bucket, Key: `${name}/2026/11/22/${hour}/${file}`, Body: Buffer.from(text) },
    });
  await put("a.csv", body);
  await put(
    "manifest.json",
    JSON.stringify({ entries: [{ url: `s3://${bucket}/${name}/2026/11/22/${hour}/a.csv`, mandatory: true }] }),
  );
  const stateMachineArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:shop-web-load-partition";
  for (;;) {
    const { executions } = Executions.parse(await states("ListExecutions", { stateMachineArn }));
    const started = executions.find(({ executionArn }) => executionArn.includes(`:${name}-20261122${hour}`));
    if (started !== undefined) {
      const ended = Ended.parse(await states("DescribeExecution", { executionArn: started.executionArn }));
      if (ended.status !== "RUNNING") return { ...started, ...ended };
    }
    await sleep(100);
  }
}

const header = "email,version,phone,born,amount\n";
const good = (at: number) => `${planted}${at}@x.org,${at},55${planted.slice(0, 4)}${at},1990-01-02,1.00`;
const bad = [
  `${planted}-no-address,1,,,1`,
  `${planted}@x.org,${planted},,,1`,
  `${planted}@x.org,1,,${planted},1`,
  `${planted}@x.org,1,,,1,${planted}`,
  `"${planted}@x.org,1,,,1`,
];
const query = async (sql: string) => (await runStatement(clients, readerWarehouse(project.project), sql)).rows;

test.each(Object.keys(datasets))("%s: hashes are loaded, bad records are rejected without their text", async (name) => {
  const { status, output, cause } = await load(
    name,
    "05",
    `${header}${[1, 2, 2, 3].map(good).join("\n")}\n${bad.slice(0, 4).join("\n")}\n`,
  );
  expect([status, cause]).toEqual(["SUCCEEDED", undefined]);
  expect(JSON.parse(output ?? "")).toMatchObject({ outcome: "loaded", counts: { read: 8, rejected: 4 } });
  const rows = await query(`select distinct email, phone, born from shop.${name} order by phone`);
  expect(rows).toEqual([1, 2, 3].map((at) => [hashed(`${planted}${at}@x.org`), `***p${at}`, null]));
});

test("a batch that a check refuses, one that cannot be read, and one of too many rejects tell nothing", async () => {
  const refused = await load("upserted", "06", `${header}${good(9).replace("1.00", "-1")}\n`);
  expect(refused).toMatchObject({ status: "FAILED", error: "BatchCheckFailed" });
  const unreadable = await load("upserted", "07", `${planted}@x.org,1,2,3,4\n`);
  expect(unreadable).toMatchObject({ status: "FAILED", error: "StructureChanged" });
  const rejected = await load(
    "appended",
    "06",
    `${header}${Array.from({ length: 30 }, () => bad[0]).join("\n")}\n${bad[4]}`,
  );
  expect(rejected).toMatchObject({ status: "FAILED", error: "TooManyRejected" });
});

test("a job that ends in the middle leaves nothing, and calls did fail", async () => {
  expect(await load("by_glue", "09", `${header}${good(9)}\n${bad[1]}\n`)).toMatchObject({ status: "FAILED" });
  expect(met.lost).toBeGreaterThan(0);
  expect(met.killed).toBeGreaterThan(0);
});

test("another key is refused where rows would be added, and a refresh takes it", async () => {
  const secret = { SecretId: protectionSecretName("shop"), SecretString: "another key, also of more than 32 bytes" };
  await account.call({
    service: "secretsmanager",
    operation: "PutSecretValue",
    input: secret,
    principal: account.root,
  });
  expect(await load("kept", "08", `${header}${good(4)}\n`)).toMatchObject({
    status: "FAILED",
    error: "ProtectionChanged",
  });
  expect(await load("swapped", "08", `${header}${good(4)}\n`)).toMatchObject({ status: "SUCCEEDED" });
});

test("nobody but the engines may read the key", async () => {
  const principal = account.rolePrincipal("arn:aws:iam::000000000000:role/shop-web-plan-load-role");
  const input = { SecretId: protectionSecretName("shop") };
  const read = account.call({ service: "secretsmanager", operation: "GetSecretValue", input, principal });
  await expect(read).rejects.toThrow(/not authorized|AccessDenied|no role/);
});

test("the planted values are nowhere but in what landed, and neither is the key but in its secret", async () => {
  const [values, keys] = [new Set<string>(), new Set<string>()];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, "latin1");
    if (text.includes(planted)) values.add(relative(folder, path));
    if (text.includes(localKey)) keys.add(relative(folder, path));
  }
  const isLanded = (path: string) => path.includes(bucket);
  expect([...values].some(isLanded)).toBe(true);
  expect([...values].filter((path) => !isLanded(path))).toEqual([]);
  expect([...keys]).toEqual([join(".sluice", "secrets.json")]);
  for (const name of Object.keys(datasets)) {
    expect(
      await query(`select count(*) from shop.${name} where email like '%@%' or phone like '%${planted}%'`),
    ).toEqual([[0]]);
  }
});
