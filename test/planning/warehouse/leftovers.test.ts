import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { attemptOf, contractFor, modelTable, reset, tableOf, type Variant } from "./disorder.js";
import type { Event } from "./history.js";
import { Model } from "./model.js";
import { type StepOutcome, stepsOf, TestWarehouse } from "./test-warehouse.js";

/** Refreshes that were broken off leave a table beside the target; the next one that is newer takes it away. */

const modes = ["truncate", "swap"] as const;

const variant = (mode: "truncate" | "swap"): Variant => ({
  mode,
  isOrdered: false,
  deletes: "none",
  strategy: "merge",
});

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contractFor(variant("swap"))]);
});
afterAll(() => warehouse?.stop());

function eventOf(n: number): Event {
  const partition = `2026-11-22T0${n}`;
  const id = batchId("orders", partition, "manifest.json");
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  const rows = [{ id: "a", part: 1, version: n, op: "U", note: "n" }];
  return {
    batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id), rows },
    isForced: false,
  };
}

const tablesBeside = async () =>
  (
    await warehouse.query(
      "admin",
      `SELECT c.relname FROM pg_class AS c INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r' AND (c.relname LIKE 'stage_%' OR c.relname LIKE '%__sluice_%') ORDER BY 1`,
    )
  ).flat();

test.each(modes)("%s", async (mode) => {
  const contract = contractFor(variant(mode));
  await reset(warehouse, contract);
  const kept = mode === "swap" ? ["orders__sluice_previous"] : [];
  await warehouse.load(contract, attemptOf(eventOf(1), "first"));
  for (const n of [2, 3, 5]) {
    const attempt = attemptOf(eventOf(n), `broken-${n}`);
    const [first] = stepsOf(await warehouse.plan(contract, attempt));
    if (first === undefined) throw new TypeError("no step");
    expect(await warehouse.run(first, attempt)).toMatchObject({ outcome: "done" });
  }
  expect(await tablesBeside()).toHaveLength(kept.length + 3);
  expect(await warehouse.load(contract, attemptOf(eventOf(4), "fourth"))).toMatchObject({ outcome: "done" });
  // The fifth is newer: it may still go on.
  expect(await tablesBeside()).toHaveLength(kept.length + 1);
  expect(await warehouse.load(contract, attemptOf(eventOf(5), "fifth"))).toMatchObject({ outcome: "done" });
  expect(await tablesBeside()).toEqual(kept);
  expect(await warehouse.query("admin", "SELECT * FROM sluice.lock_orders")).toEqual([]);
});

/** The first step of a load, whose rest is told apart: others come in between. */
async function begin(contract: ReturnType<typeof contractFor>, event: Event, execution: string) {
  const attempt = attemptOf(event, execution);
  const [first, ...rest] = stepsOf(await warehouse.plan(contract, attempt));
  if (first === undefined) throw new TypeError("no step");
  expect(await warehouse.run(first, attempt)).toMatchObject({ outcome: "done" });
  return async () => {
    let outcome: StepOutcome | undefined;
    for (const step of rest) {
      outcome = await warehouse.run(step, attempt);
      if (outcome?.outcome !== "done") break;
    }
    return outcome;
  };
}

const forced = (event: Event): Event => ({ ...event, isForced: true });

async function expectTable(contract: ReturnType<typeof contractFor>, event: Event) {
  const model = new Model(variant("swap"));
  model.load(event.batch, false);
  expect(await tableOf(warehouse, contract)).toEqual(modelTable(model, false));
}

describe.each(modes)("%s by force", (mode) => {
  const contract = contractFor(variant(mode));
  const kept = mode === "swap" ? ["orders__sluice_previous"] : [];
  beforeEach(async () => {
    await reset(warehouse, contract);
    await warehouse.load(contract, attemptOf(eventOf(1), "first"));
  });

  test("that a newer load has overtaken is superseded, and says what to do", async () => {
    const goOn = await begin(contract, forced(eventOf(1)), "forced");
    await warehouse.load(contract, attemptOf(eventOf(2), "second"));
    expect(await goOn()).toMatchObject({
      outcome: "refused",
      error: "Superseded",
      message: expect.stringContaining("force it in a new execution"),
    });
    await expectTable(contract, eventOf(2));
    expect(await tablesBeside()).toEqual(kept);
  });

  test("twice at once: neither takes the other's table", async () => {
    const one = await begin(contract, forced(eventOf(1)), "one");
    const other = await begin(contract, forced(eventOf(1)), "other");
    expect(await one()).toMatchObject({ outcome: "done" });
    expect(await other()).toMatchObject({ outcome: "done" });
    await expectTable(contract, eventOf(1));
    expect(await tablesBeside()).toEqual(kept);
    expect(await warehouse.query("admin", "SELECT * FROM sluice.lock_orders")).toEqual([]);
  });

  test("that was broken off leaves nothing for good, nor does the one that it stood in for", async () => {
    await begin(contract, eventOf(2), "broken");
    await begin(contract, forced(eventOf(2)), "forced and broken");
    await warehouse.load(contract, attemptOf(forced(eventOf(2)), "forced"));
    // Of the forced one nobody knows whether it goes on.
    expect(await tablesBeside()).toHaveLength(kept.length + 1);
    await warehouse.load(contract, attemptOf(eventOf(3), "third"));
    expect(await tablesBeside()).toEqual(kept);
    expect(await warehouse.query("admin", "SELECT * FROM sluice.lock_orders")).toEqual([]);
  });
});
