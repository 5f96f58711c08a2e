import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { z } from "zod";
import { demoBatches } from "../../examples/demo/batches.js";
import { countryBatches } from "../../examples/demo/countries/batches.js";
import { type Delivered, deliver } from "../../examples/demo/deliver.js";
import { Loads } from "./loads.js";
import { demoProject } from "./project.js";
import { RunningAccount, sluice } from "./running-account.js";

jest.setTimeout(600_000);

const demo = fileURLToPath(new URL("../../examples/demo", import.meta.url));
const expected = JSON.parse(readFileSync(join(demo, "expected.json"), "utf8"));
const project = demoProject("lambda");
const javaBefore = process.env.JAVA_HOME;
let account: RunningAccount;
let loads: Loads;

beforeAll(async () => {
  // No Java is found, so that whatever starts Spark fails.
  process.env.JAVA_HOME = join(project, "nowhere");
  account = await RunningAccount.start(project);
  loads = new Loads(project, account);
});

afterAll(async () => {
  if (javaBefore === undefined) delete process.env.JAVA_HOME;
  else process.env.JAVA_HOME = javaBefore;
  await account.stop();
  rmSync(project, { recursive: true, force: true });
});

test("without Java, by the Lambda alone, each batch of the demo becomes what expected.json says", async () => {
  const found = [];
  for (const batch of demoBatches()) {
    const manifest = await deliver(account.clients.s3, account.bucket("usgs", "landing"), batch);
    const { outcome, counts } = await loads.follow("usgs", "earthquakes", manifest);
    const { read, written, deduplicated, rejected, inserted, updated, outdated } = counts;
    const all = { read, written, deduplicated, rejected, inserted, updated, outdated };
    found.push({ partition: batch.partition, revision: batch.revision, outcome, ...all });
  }
  expect(found).toEqual(expected.batches);
});

test("each of the other formats is converted by the Lambda, and show says so, with its GB-seconds", async () => {
  for (const [first] of countryBatches()) {
    if (first === undefined) throw new Error("a format without a batch");
    const manifest: Delivered = await deliver(account.clients.s3, account.bucket("atlas", "landing"), first);
    const { outcome, execution } = await loads.follow("atlas", first.dataset, manifest);
    expect([first.dataset, outcome]).toEqual([first.dataset, "loaded"]);
    const name = execution.split(":").at(-1) ?? "";
    const { out } = await sluice("show", name, "--project", project, "--local", "--json");
    const { conversion } = z.object({ conversion: z.looseObject({ seconds: z.number() }) }).parse(JSON.parse(out));
    expect(conversion).toMatchObject({ engine: "lambda", handed_over: null, dpu_seconds: null });
    expect(conversion.gb_seconds).toBeCloseTo((conversion.seconds * 3538) / 1024, 6);
  }
});

test("no Glue run was started", async () => {
  const Bucket = account.bucket("usgs", "processed");
  const { Contents = [] } = await account.clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix: "runs/" }));
  expect(Contents.length).toBeGreaterThan(0);
  expect(Contents.filter(({ Key }) => Key?.includes("/jr_"))).toEqual([]);
});
