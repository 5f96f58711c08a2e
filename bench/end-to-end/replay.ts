import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { RunningAccount, sluice } from "../../test/end-to-end/running-account.js";
import { conclude, median } from "../rounds.js";

/**
 * A batch of a million records, 1,000 of which its contract rejects; then the contract is corrected. The replay of those against
 * loading the whole batch again by force, each by what its execution took. `npm run bench -- replay [rounds] [records]`.
 */
export async function replay(args: readonly string[]): Promise<void> {
  const [rounds = 3, records = 1_000_000] = args.map(Number);
  const project = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  mkdirSync(join(project, "datasets"));
  writeFileSync(join(project, "sluice.yaml"), declaration);
  const runs = { replay: [] as number[], again: [] as number[] };
  try {
    for (let round = 0; round < rounds; round++) {
      const seconds = await measure(project, records, round);
      runs.replay.push(seconds.replay);
      runs.again.push(seconds.again);
      console.log(
        `round ${round + 1}  replay ${seconds.replay.toFixed(2)} s, the whole batch ${seconds.again.toFixed(2)} s`,
      );
    }
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
  const ratio = median(runs.replay) / median(runs.again);
  conclude({ name: "replay", ratio, target, met: ratio <= target, runs });
}

const target = 0.25;
const wrong = 1000;

const declaration = `name: bench
region: eu-central-1
warehouse: { create: { database: bench } }
sources:
  shop: { landing: create, engine: auto }
`;

const contract = (limit: number) => `dataset: orders
source: shop
partition: hour
format: { type: csv }
columns:
  - { name: id, type: integer }
  - { name: customer, type: varchar(20) }
  - { name: amount, type: "decimal(12,2)" }
  - { name: placed_at, type: timestamp }
  - { name: note, type: varchar(40) }
checks: { plausible: amount < ${limit} }
rejects: { max: 1% }
table: { name: shop.orders, distribution: key(id), sort: [placed_at] }
load: { mode: upsert, key: [id], order_by: placed_at }
catalogue: partition
`;

function delivery(project: string, records: number, round: number): string {
  const lines = ["id,customer,amount,placed_at,note"];
  const each = Math.max(1, Math.floor(records / wrong));
  for (let at = 0; at < records; at++) {
    const amount = at % each === 0 && at / each < wrong ? 5000 : at % 997;
    lines.push(
      `${round * records + at},customer ${at % 9973},${amount}.50,2026-11-22T05:00:${10 + (at % 50)}Z,a note ${at}`,
    );
  }
  const file = join(project, "orders.csv");
  writeFileSync(file, lines.join("\n"));
  return file;
}

const Result = z.object({
  outcome: z.string(),
  batch_id: z.string(),
  seconds: z.number(),
  counts: z.record(z.string(), z.int().nullable()),
});

/** One batch: loaded with rejects, replayed, and loaded again. @returns seconds of the two executions that are compared */
async function measure(project: string, records: number, round: number) {
  const declare = (limit: number) => writeFileSync(join(project, "datasets", "orders.yaml"), contract(limit));
  const run = async (...command: readonly string[]) => {
    const { code, out, said } = await sluice(...command, "--project", project, "--local", "--json");
    if (code !== 0) throw new Error(`sluice ${command.join(" ")} ended with ${code}: ${said}${out}`);
    return Result.parse(JSON.parse(out));
  };
  declare(1000);
  const file = delivery(project, records, round);
  const loaded = await withAccount(project, () => run("load", "orders", file, "--partition", `2026-11-22T0${round}`));
  declare(10_000);
  return withAccount(project, async () => {
    const replayed = await run("replay", loaded.batch_id);
    if (replayed.counts.inserted !== wrong)
      throw new Error(`the replay inserted ${replayed.counts.inserted} rows, expected ${wrong}`);
    const again = await run("rerun", loaded.batch_id, "--force");
    if (again.counts.written !== records)
      throw new Error(`the batch wrote ${again.counts.written} rows, expected ${records}`);
    return { replay: replayed.seconds, again: again.seconds };
  });
}

/** An account that runs while several commands are measured: none of them waits for its start. */
async function withAccount<Value>(project: string, work: () => Promise<Value>): Promise<Value> {
  const account = await RunningAccount.start(project);
  try {
    return await work();
  } finally {
    await account.stop();
  }
}
