import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { reset } from "./disorder.js";
import { TestWarehouse } from "./test-warehouse.js";
import { look, type Watched, watchedAttempt, watchedContract, watchLoads } from "./watch.js";

/** Readers on other connections, while loads run. `npm run bench -- readers` does the same with more loads. */

const loads = Number(process.env.SLUICE_READER_LOADS ?? 3);

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([watchedContract("append")]);
});
afterAll(() => warehouse?.stop());

describe("while loads run, readers see", () => {
  test.each<readonly [string, Watched]>([
    ["whole batches, by merge", "merge"],
    ["whole batches, by delete and insert", "delete_insert"],
    ["whole batches that only grow, by append", "append"],
    ["one current version of each key and no gaps, in a history", "history"],
    ["one whole batch, by replace", "replace"],
    ["one whole batch, or in the window none, by truncate", "truncate"],
    ["one whole batch, by swap", "swap"],
  ])("%s", async (_, watched) => {
    const seen = await watchLoads(warehouse, watched, loads);
    expect(seen.wrong).toEqual([]);
    expect(seen.complete).toBeGreaterThan(10);
    expect(seen.states).toBeGreaterThan(1);
    // Somebody whose transaction began before a swap and who then looks for the first time.
    if (watched === "swap") expect(seen.errors1018).toBeGreaterThan(0);
  });

  test("the rows of their own snapshot to the end of the transaction, or 1018 on a first look after a swap", async () => {
    const contract = watchedContract("swap");
    await reset(warehouse, contract);
    await warehouse.load(contract, watchedAttempt(1));
    await warehouse.as("sluice_reader", async (session) => {
      await session.begin();
      await session.run("SELECT COUNT(*) FROM sluice.loads");
      expect(await warehouse.load(contract, watchedAttempt(2))).toMatchObject({ outcome: "done" });
      await expect(session.run(look)).rejects.toMatchObject({ message: expect.stringContaining("1018") });
      await session.rollback();
    });
  });
});
