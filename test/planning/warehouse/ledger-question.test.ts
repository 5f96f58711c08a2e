import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { askLedger } from "../../../functions/list-due-partitions/list-due.js";
import { attemptOf, contractFor, reset } from "./disorder.js";
import { TestWarehouse } from "./test-warehouse.js";

/** What a scheduled run asks: of the batches and versions that it found, those that have a row. */

const contract = contractFor({ mode: "append", isOrdered: false, deletes: "none", strategy: "merge" });
let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contract]);
});
afterAll(() => warehouse?.stop());

const partition = "2026-11-22T01";
const idOf = (key: string) => batchId("orders", partition, key);
const candidate = (key: string, version: string) => ({
  ...{ partition, batchId: idOf(key), version, execution: "orders-2026112201-aaaa" },
  input: { dataset: "orders", manifest: { bucket: "landing", key } },
});

test("the ledger names the revision that is loaded, and no other", async () => {
  await reset(warehouse, contract);
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  const id = idOf("manifest.json");
  const rows = [{ id: "a", part: 1, version: 1, op: "U", note: "n" }];
  const batch = { partition, batchId: id, revision, place: placeOf(partition, revision, id), rows };
  const attempt = attemptOf({ batch, isForced: false }, "first");
  expect(await warehouse.load(contract, attempt)).toMatchObject({ outcome: "done" });
  const [[version = ""] = []] = await warehouse.query("admin", "SELECT manifest_version FROM sluice.loads_orders");
  const question = askLedger("orders", [
    candidate("manifest.json", String(version)),
    candidate("manifest.json", "another version"),
    candidate("other.manifest.json", String(version)),
  ]);
  expect(await warehouse.run(question, attempt)).toEqual({
    outcome: "done",
    results: [{ rows: [[`${id}/${String(version)}`]] }],
  });
});
