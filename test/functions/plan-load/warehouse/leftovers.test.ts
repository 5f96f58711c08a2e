import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../../contract/layout.js";
import { attemptOf, contractFor, reset, type Variant } from "./disorder.js";
import type { Event } from "./history.js";
import { stepsOf, TestWarehouse } from "./test-warehouse.js";

/** Refreshes that were broken off leave a table beside the target; the next one that is newer takes it away. */

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

test.each(["truncate", "swap"] as const)("%s", async (mode) => {
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
