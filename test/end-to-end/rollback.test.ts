import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeClusterSnapshotsCommand, RedshiftClient } from "@aws-sdk/client-redshift";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { writeProject } from "../contract/projects.js";
import { RunningAccount, sluice } from "./running-account.js";

jest.setTimeout(600_000);

/** A table that is swapped, rolled back and rolled forward, by the commands that a person types; its source has buckets
 * that were there before, and so was the cluster. */

const project = writeProject({
  "sluice.yaml": `name: rates
region: eu-west-1
warehouse:
  existing:
    clusterIdentifier: theirs
    database: dw
    secretArn: arn:aws:secretsmanager:eu-west-1:111111111111:secret:theirs-AbCdEf
    copyRoleArn: arn:aws:iam::111111111111:role/copy
    snapshotSchedule: ["rate(12 hours)"]
sources: { bank: { landing: { existingBucket: the-banks }, processed: { existingBucket: the-lake } } }
`,
  "datasets/rates.yaml": `dataset: rates
source: bank
partition: hour
format: { type: csv }
columns:
  - { name: currency, type: char(3) }
  - { name: rate, type: "decimal(9,4)" }
table: { name: finance.rates, distribution: all, sort: [currency] }
load: { mode: swap, key: [currency], snapshot: { when: before, minimum_distance: 6h, retention: 7d } }
catalogue: partition
`,
});
const files = [["EUR,1.0000", "GBP,0.8500"], ["EUR,1.0000"]].map((rows, index) => {
  const file = join(project, `rates-${index}.csv`);
  writeFileSync(file, `currency,rate\n${rows.join("\n")}\n`);
  return file;
});

let account: RunningAccount;
beforeAll(async () => {
  account = await RunningAccount.start(project);
});
afterAll(async () => {
  await account?.stop();
  rmSync(project, { recursive: true, force: true });
});

const here = ["--local", "--project", project];

async function json(...args: readonly string[]): Promise<unknown> {
  const { code, out, said } = await sluice(...args, ...here);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}:\n${said}`);
  return JSON.parse(out);
}

const rates = () => json("query", "select currency from finance.rates order by 1", "--format", "json");
const ledger = () => json("query", "select mode from sluice.loads order by loaded_at", "--format", "json");

test("two swaps, a rollback and a rollback of that, with one snapshot for loads that are near to each other", async () => {
  for (const [hour, file] of files.entries()) {
    const load = ["load", "rates", file, "--partition", `2026-11-22T0${hour}`, "--json"];
    expect(await json(...load)).toMatchObject({ outcome: "loaded", counts: { written: 2 - hour } });
  }
  expect(await rates()).toEqual([{ currency: "EUR" }]);
  expect(await json("rollback", "rates", "--json")).toMatchObject({ dataset: "rates", outcome: "rolled_back" });
  expect(await rates()).toEqual([{ currency: "EUR" }, { currency: "GBP" }]);
  expect(await json("rollback", "rates", "--json")).toMatchObject({ dataset: "rates", outcome: "rolled_back" });
  expect(await rates()).toEqual([{ currency: "EUR" }]);
  expect(await ledger()).toEqual(["swap", "swap", "rollback", "rollback"].map((mode) => ({ mode })));

  const { endpoint, region, accessKeyId, secretAccessKey } = account.ready;
  const redshift = new RedshiftClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const { Snapshots } = await redshift.send(new DescribeClusterSnapshotsCommand({ ClusterIdentifier: "theirs" }));
  expect(Snapshots).toMatchObject([
    {
      SnapshotIdentifier: expect.stringMatching(/^sluice-rates-rates-2026-11-22t00-/),
      ManualSnapshotRetentionPeriod: 7,
    },
  ]);
});

test("the buckets that were there before are told of once, and bootstrap has nothing left to do with them", async () => {
  expect(account.ready.buckets).toEqual({ bank: { landing: "the-banks", processed: "the-lake" } });
  const { code, said } = await sluice("bootstrap", "--dry-run", "--force", ...here);
  expect(code).toBe(0);
  expect(said).toContain("bucket the-banks: no changes needed");
  expect(said).toContain("the-banks is not versioned");
  expect(said).toContain("note: user sluice_loader exists: it is kept");
  expect(said).not.toContain("What you have to do");
});
