import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { lockWaitOf, lockWaitsQuery, readLockSessions } from "../../../cli/console/lock-wait.js";
import type { Contract } from "../../../contract/contract.js";
import { batchId, placeOf } from "../../../contract/layout.js";
import type { Plan } from "../../../planning/plan.js";
import { contractOf } from "../fixture.js";
import { type Attempt, stepsOf, TestWarehouse } from "./test-warehouse.js";

/** Somebody reads the table for hours; a load must change it. */

const refresh = (mode: string, more: object = {}) =>
  contractOf({ dataset: mode, table: { name: `sales.${mode}` }, load: { mode, lock_wait: "1s" }, ...more });
const [truncate, swap, append] = [refresh("truncate"), refresh("swap"), refresh("append")];
const widerAppend = refresh("append", {
  columns: [
    { name: "id", type: "varchar(8)" },
    { name: "version", type: "integer" },
    { name: "amount", type: "decimal(9,2)" },
    { name: "note", type: "varchar(40)" },
    { name: "added", type: "varchar(8)" },
  ],
});

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([truncate, swap, append]);
});
afterAll(() => warehouse?.stop());

let hour = 0;
const attempt = (dataset: string, columns = 4): Attempt => {
  const partition = `2026-11-22T${String(hour).padStart(2, "0")}`;
  const id = batchId(dataset, partition, "manifest.json");
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  return {
    batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) },
    rows: [["a", 1, 1, "x", "y"].slice(0, columns)],
  };
};
beforeEach(() => {
  hour += 1;
});

async function whileReading<Result>(table: string, work: () => Promise<Result>): Promise<Result> {
  return warehouse.as("admin", async (session) => {
    await session.begin();
    await session.run(`SELECT COUNT(*) FROM ${table}`);
    await session.run("SELECT 1 AS report");
    try {
      return await work();
    } finally {
      await session.rollback();
    }
  });
}

/** Who holds the lock, as run-statements asks as the loading user. */
const holders = async (plan: Plan) =>
  String((await warehouse.query("sluice_loader", plan.diagnosis.lock ?? ""))[0]?.[0]);

/** What a load of a dataset waits for, as the console asks as a reader. */
async function waitOf({ dataset, table }: Contract, submittedAt: Date) {
  const sql = lockWaitsQuery({ dataset, table });
  const text = String((await warehouse.query("sluice_reader", sql))[0]?.[0]);
  return lockWaitOf(readLockSessions(text), "sluice_loader", submittedAt);
}

describe.each([
  ["truncate", truncate],
  ["swap", swap],
])("a load by %s that cannot have the table", (mode, contract) => {
  test("gives up after its lock_wait, can say who holds it, and succeeds afterwards", async () => {
    const first = await warehouse.load(contract, attempt(mode));
    expect(first.outcome).toBe("done");
    hour += 1;
    const second = attempt(mode);
    const plan = await warehouse.plan(contract, second);
    const steps = stepsOf(plan);
    const [last, ...before] = [...steps].reverse();
    const waiting = mode === "truncate" ? steps[1] : last;
    for (const step of mode === "truncate" ? steps.slice(0, 1) : before) await warehouse.run(step, second);
    const began = Date.now();
    await whileReading(`sales.${mode}`, async () => {
      const submitted = new Date();
      const run = warehouse.run(waiting ?? steps[0] ?? plan.ledger, second);
      const cancelled = expect(run).rejects.toThrow(/cancelled on user's request/);
      await setTimeout(500);
      // What a console shows meanwhile, with no more than a reader's rights.
      expect(await waitOf(contract, submitted)).toEqual({
        table: `sales.${mode}`,
        problem: null,
        holders: [{ pid: expect.any(Number), user: "admin", since: expect.stringMatching(/^20.*Z$/) }],
      });
      expect(await waitOf(contract, new Date(submitted.getTime() + 60_000))).toMatchObject({ table: null });
      await cancelled;
      expect(Date.now() - began).toBeLessThan(5000);
      expect(await holders(plan)).toMatch(
        new RegExp(
          `^No exclusive lock on sales\\.${mode} within 1 s\\. Process \\d+ \\(admin\\) has held it since [\\d: -]+ UTC: SELECT 1 AS report\\.$`,
          "i",
        ),
      );
    });
    expect((await warehouse.follow(plan, second)).outcome).toBe("done");
    expect(await holders(plan)).toMatch(/Nobody holds it any more\.$/);
  });
});

test("a column that is added waits no longer either", async () => {
  await warehouse.load(append, attempt("append"));
  hour += 1;
  const later = attempt("append", 5);
  const plan = await warehouse.plan(widerAppend, later);
  await whileReading("sales.append", async () => {
    await expect(warehouse.follow(plan, later)).rejects.toThrow(/cancelled on user's request/);
  });
  expect((await warehouse.follow(plan, later)).outcome).toBe("done");
});

test("what the loading user sends alone is in its queue, and ends after four hours", async () => {
  expect(await warehouse.query("sluice_loader", "SHOW query_group")).toEqual([["sluice"]]);
  expect(await warehouse.query("sluice_loader", "SHOW statement_timeout")).toEqual([["4h"]]);
});

test("a user sees only their own transactions and queries", async () => {
  await whileReading("sales.append", async () => {
    const seen = await warehouse.query("sluice_loader", "SELECT DISTINCT txn_owner FROM svv_transactions");
    expect(seen.flat().filter((owner) => owner !== "sluice_loader")).toEqual([]);
  });
});
