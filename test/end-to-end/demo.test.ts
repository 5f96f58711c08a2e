import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { demoBatches } from "../../examples/demo/batches.js";
import { type Delivered, deliver, s3EventOf } from "../../examples/demo/deliver.js";
import { testCountries } from "./countries.js";
import { Loads } from "./loads.js";
import { demoProject } from "./project.js";
import { RunningAccount, sluice, written } from "./running-account.js";
import { testSecrets } from "./secrets.js";

jest.setTimeout(600_000);

const root = fileURLToPath(new URL("../..", import.meta.url));
const demo = join(root, "examples", "demo");
const expected = JSON.parse(readFileSync(join(demo, "expected.json"), "utf8"));
const project = demoProject();
let account: RunningAccount;
let loads: Loads;
const delivered: Delivered[] = [];

beforeAll(async () => {
  account = await RunningAccount.start(project);
  loads = new Loads(project, account);
});

afterAll(async () => {
  await account.stop();
  rmSync(project, { recursive: true, force: true });
});

describe("the demo's deliveries", () => {
  test("each batch becomes what expected.json says", async () => {
    const found = [];
    for (const batch of demoBatches()) {
      const manifest = await deliver(account.clients.s3, account.bucket("usgs", "landing"), batch);
      delivered.push(manifest);
      const result = await loads.follow("usgs", "earthquakes", manifest);
      const { read, written, deduplicated, rejected, inserted, updated, outdated } = result.counts;
      const counts = { read, written, deduplicated, rejected, inserted, updated, outdated };
      found.push({ partition: batch.partition, revision: batch.revision, outcome: result.outcome, ...counts });
    }
    expect(found).toEqual(expected.batches);
  });

  test("the table holds every id in its newest version, as computed from the source without Sluice", async () => {
    const program = join(root, "test", "end-to-end", "independent.py");
    const source = join(root, "node_modules", "vega-datasets", "data", "earthquakes.json");
    const computed = spawnSync("python3", [program, source, join(demo, "additions.json")], {
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    expect(computed.stderr).toBe("");
    const { rows } = await loads.query(`
      select id, cast(magnitude as varchar(16)), to_char(occurred_at, 'YYYY-MM-DD HH24:MI:SS.US'),
        to_char(updated_at, 'YYYY-MM-DD HH24:MI:SS.US'), cast(longitude as varchar(16)), cast(latitude as varchar(16)),
        cast(depth_km as varchar(16)), place
      from seismic.earthquakes`);
    const sorted = [...rows].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    expect(sorted).toEqual(JSON.parse(computed.stdout));
    expect(rows).toHaveLength(expected.rows);
  });

  test("the rejected records are kept with their reasons and raw text", async () => {
    const { code, out } = await sluice("rejects", "earthquakes", "--project", project, "--local", "--json");
    expect(code).toBe(0);
    const rejects: Record<string, unknown>[] = JSON.parse(out);
    expect(rejects.map(({ partition, reason, column, rule }) => ({ partition, reason, column, rule }))).toEqual(
      expected.rejects,
    );
    expect(rejects[0]?.raw).toBe('"this is no feature"');
  });
});

testCountries(project, () => ({ account, loads }));

describe("exactly once", () => {
  test("every event delivered again, and every load started again by hand: nothing changes, and the answer says so", async () => {
    const before = await loads.everything("usgs", "earthquakes");
    for (const manifest of delivered) {
      const { FunctionError } = await account.clients.lambda.send(
        new InvokeCommand({ FunctionName: "away-usgs-start-load", Payload: JSON.stringify(s3EventOf(manifest)) }),
      );
      expect(FunctionError).toBeUndefined();
    }
    // Each of them converts its batch once more: a sample, and in the long form all.
    const chosen = process.env.SLUICE_LONG === undefined ? delivered.slice(0, 3) : delivered;
    const again = await Promise.all(chosen.map((manifest) => loads.startByHand("usgs", "earthquakes", manifest, 2)));
    // The first delivery of 2 February is older than its correction, and both are in the ledger.
    expect(again.map(({ outcome }) => outcome)).toEqual(chosen.map(() => "already_loaded"));
    for (const [index, { counts }] of again.entries()) {
      const { read, inserted, updated, outdated } = expected.batches[index];
      expect(counts).toMatchObject({ read, inserted, updated, outdated });
    }
    expect(await loads.everything("usgs", "earthquakes")).toEqual(before);
  });
});

describe("kill -9 in the middle of a load", () => {
  /** The states at whose beginning the account is killed; SLUICE_ALL_KILLS=1 tries them all. The crash of a load's every statement has a suite of its own. */
  const moments = [
    "Validate the manifest",
    "Convert the partition to Parquet",
    "Check the report",
    "Publish the Parquet",
    "Update the catalogue",
    "Inspect the target",
    "Plan the load",
    "How is it loaded?",
    "Upsert the rows",
    "What is left to do?",
  ];
  const tried = process.env.SLUICE_ALL_KILLS === "1" ? moments : ["Convert the partition to Parquet"];

  test.each(tried)("at: %s", async (moment) => {
    const batch = demoBatches().find(({ partition }) => partition === "2018-02-07");
    if (batch === undefined) throw new Error("the demo has a batch of 7 February");
    const before = await loads.tableRows("seismic.earthquakes");
    const manifest = await deliver(account.clients.s3, account.bucket("usgs", "landing"), batch);
    const arn = await loads.untilState("usgs", "earthquakes", manifest, moment);
    await account.kill();
    account = await RunningAccount.start(project);
    loads = new Loads(project, account);
    const result = await loads.followArn("usgs", arn);
    expect(result).toMatchObject({ outcome: "loaded", counts: { read: 15, written: 15, rejected: 0 } });
    expect(await loads.revisionsInLedger(manifest)).toBe(1);
    // The same rows in a newer place: only the lineage column tells that they were loaded again.
    expect(await loads.tableRows("seismic.earthquakes")).toEqual(before);
  });
});

// Last: it looks at all that the others left.
testSecrets(project, () => written);
