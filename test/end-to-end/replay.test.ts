import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { writeProject } from "../contract/projects.js";
import { RunningAccount, sluice } from "./running-account.js";

jest.setTimeout(600_000);

/** `sluice replay`, from the command to the table, the ledger and the lists of rejects; the Lambda converts. */

const declaration = `name: mend
region: eu-central-1
warehouse: { create: { database: shop } }
sources:
  erp: { landing: create, engine: lambda }
`;

/** @param least what an order is worth at least, by its check */
const orders = (least: number) => `dataset: orders
source: erp
partition: hour
format: { type: csv }
columns:
  - { name: number, type: integer }
  - { name: amount, type: "decimal(12,2)" }
  - { name: changed_at, type: timestamp }
checks: { worth: amount > ${least} }
rejects: { max: 90% }
table: { name: sales.orders, distribution: key(number), sort: [changed_at] }
load: { mode: upsert, key: [number], order_by: changed_at }
catalogue: partition
`;
const prices = `dataset: prices
source: erp
partition: hour
format: { type: csv }
columns:
  - { name: number, type: integer }
table: { name: sales.prices }
load: { mode: replace }
catalogue: partition
`;

const project = writeProject({
  "sluice.yaml": declaration,
  "datasets/orders.yaml": orders(50),
  "datasets/prices.yaml": prices,
});
let account: RunningAccount;
beforeAll(async () => {
  account = await RunningAccount.start(project);
});
afterAll(async () => {
  await account?.stop();
  rmSync(project, { recursive: true, force: true });
});

const where = ["--project", project, "--local", "--json"];
const run = async (...command: readonly string[]) => {
  const { code, out, said } = await sluice(...command, ...where);
  return { code, said, answer: out === "" ? null : JSON.parse(out) };
};
/** Corrects the contract and deploys it, which for a local account means to start it again. */
async function declare(least: number): Promise<void> {
  await account.stop();
  writeFileSync(join(project, "datasets", "orders.yaml"), orders(least));
  account = await RunningAccount.start(project);
}

async function load(dataset: string, lines: readonly string[]) {
  const file = join(project, `${dataset}.csv`);
  writeFileSync(file, lines.join("\n"));
  return run("load", dataset, file, "--partition", "2026-11-22T05");
}

test("rejected records that pass by now are loaded once, into the batch's own place", async () => {
  const at = "2026-11-22T05:00:00Z";
  const lines = ["number,amount,changed_at", `1,99,${at}`, `2,40,${at}`, `3,20,${at}`, `4,x,${at}`];
  const loaded = await load("orders", lines);
  expect(loaded.answer).toMatchObject({ outcome: "loaded", counts: { read: 4, written: 1, rejected: 3 } });
  const batch = loaded.answer.batch_id;

  await declare(30);
  const foreseen = await run("replay", batch, "--dry-run");
  expect(foreseen.answer).toMatchObject({
    verdict: null,
    passed: [{ record_number: 2, line_number: 3, replayed: "written" }],
  });
  expect(foreseen.answer.rejects.map((row: { record_number: number }) => row.record_number)).toEqual([3, 4]);

  const first = await run("replay", batch);
  expect(first).toMatchObject({
    code: 0,
    answer: {
      outcome: "loaded",
      replayed: 3,
      batch_id: batch,
      counts: { read: 3, written: 1, rejected: 2, inserted: 1 },
    },
  });
  const places = (await run("query", "select number, sluice_batch from sales.orders order by 1")).answer;
  expect(places.map(({ number }: { number: number }) => number)).toEqual([1, 2]);
  expect(places[0].sluice_batch).toBe(places[1].sluice_batch);

  const listed = (await run("rejects", "orders")).answer;
  expect(listed.map((row: Record<string, unknown>) => [row.record_number, row.reason, row.replayed])).toEqual([
    [2, "check_failed", "written"],
    [3, "check_failed", null],
    [4, "wrong_type", null],
  ]);

  // Nothing passes a second time.
  expect(await run("replay", batch)).toMatchObject({
    code: 0,
    answer: { replayed: 2, counts: { written: 0, rejected: 2 } },
  });
  const ledger = (await run("query", "select kind, read, inserted, rejected from sluice.loads order by revision"))
    .answer;
  expect(ledger).toEqual([
    { kind: "batch", read: 4, inserted: 1, rejected: 3 },
    { kind: "replay", read: 3, inserted: 1, rejected: 2 },
    { kind: "replay", read: 2, inserted: 0, rejected: 2 },
  ]);
});

test("a batch that is not loaded, and one of a refresh, are loaded whole instead", async () => {
  const refresh = await load("prices", ["number", "1"]);
  const replayed = await run("replay", refresh.answer.batch_id);
  expect(replayed).toMatchObject({
    code: 2,
    said: expect.stringMatching(/uses mode: replace.*sluice rerun .* --force/s),
  });
  const refused = await load("prices", ["number", "x"]);
  expect(refused.code).toBe(2);
  expect((await run("replay", "prices-nothing")).code).toBe(64);
});
