import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../../contract/layout.js";
import { attemptOf, contractFor, reset, type Variant } from "./disorder.js";
import type { Event } from "./history.js";
import type { Row } from "./model.js";
import { TestWarehouse } from "./test-warehouse.js";

/** Readers on other connections, while loads run: what they see adds up at every moment. */

const loads = 6;
const rowsALoad = 40;
const plain = { isOrdered: true, deletes: "none", strategy: "merge" } as const;

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contractFor({ mode: "append", ...plain })]);
});
afterAll(() => warehouse?.stop());

/** The n-th batch: every key once, all of one version. */
function eventOf(n: number): Event {
  const partition = `2026-11-22T${String(n).padStart(2, "0")}`;
  const id = batchId("orders", partition, "manifest.json");
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  const rows = Array.from(
    { length: rowsALoad },
    (_, i): Row => ({ id: `k${i}`, part: 1, version: n, op: "U", note: `${n}` }),
  );
  return {
    batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id), rows },
    isForced: false,
  };
}

/** Rows and distinct batches, each of which must be whole. */
const check = "SELECT COUNT(*), COUNT(DISTINCT sluice_batch) FROM sales.orders";

interface Seen {
  readonly states: readonly (readonly [rows: number, batches: number])[];
  readonly errors: readonly string[];
}

/** Reads until it is told to end; each answer and each error. */
async function readUntil(isDone: () => boolean): Promise<Seen> {
  const states: [number, number][] = [];
  const errors: string[] = [];
  await warehouse.as("sluice_reader", async (session) => {
    while (!isDone()) {
      try {
        const [rows = -1, batches = -1] = ((await session.run(check)).result?.rows[0] ?? []).map(Number);
        states.push([rows, batches]);
      } catch (error) {
        errors.push(error instanceof Object && "message" in error ? String(error.message) : String(error));
      }
    }
  });
  return { states, errors };
}

describe("while loads run, a reader sees", () => {
  test.each<readonly [string, Variant]>([
    ["whole batches, by merge", { mode: "upsert", ...plain }],
    ["whole batches, by delete and insert", { mode: "upsert", ...plain, strategy: "delete_insert" }],
    ["whole batches that only grow, by append", { mode: "append", ...plain }],
    ["one whole batch, by replace", { mode: "replace", ...plain }],
    ["one whole batch, or in the window none, by truncate", { mode: "truncate", ...plain }],
    ["one whole batch, by swap", { mode: "swap", ...plain }],
  ])("%s", async (_, variant) => {
    const contract = contractFor(variant);
    await reset(warehouse, contract);
    await warehouse.load(contract, attemptOf(eventOf(1), "first"));
    let isDone = false;
    const readers = [readUntil(() => isDone), readUntil(() => isDone)];
    try {
      for (let n = 2; n <= loads; n++) {
        expect(await warehouse.load(contract, attemptOf(eventOf(n), `${n}`))).toMatchObject({ outcome: "done" });
      }
    } finally {
      isDone = true;
    }
    const seen = await Promise.all(readers);
    expect(seen.flatMap(({ errors }) => errors)).toEqual([]);
    const states = seen.flatMap(({ states }) => states);
    expect(states.length).toBeGreaterThan(10);
    const wrong = states.filter(([rows, batches]) => {
      if (variant.mode === "truncate" && rows === 0) return false;
      return variant.mode === "append"
        ? rows !== batches * rowsALoad || rows === 0
        : rows !== rowsALoad || batches !== 1;
    });
    expect(wrong).toEqual([]);
  });

  test("the rows of its own snapshot to the end of its transaction, or 1018 when it first looks after a swap", async () => {
    const contract = contractFor({ mode: "swap", ...plain });
    await reset(warehouse, contract);
    await warehouse.load(contract, attemptOf(eventOf(1), "first"));
    await warehouse.as("sluice_reader", async (session) => {
      await session.begin();
      await session.run("SELECT COUNT(*) FROM sluice.loads");
      const outcome = await warehouse.load(contract, attemptOf(eventOf(2), "second"));
      expect(outcome).toMatchObject({ outcome: "done" });
      await expect(session.run(check)).rejects.toMatchObject({ message: expect.stringContaining("1018") });
      await session.rollback();
    });
  });
});
