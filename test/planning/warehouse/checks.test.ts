import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { contractOf, preparationOf } from "../fixture.js";
import { reset } from "./disorder.js";
import { type Attempt, stepsOf, TestWarehouse, type Value } from "./test-warehouse.js";

/** What must never get through: each is refused inside of the transaction, and the table stays as it was. */

const contract = contractOf();

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contract]);
});
afterAll(() => warehouse?.stop());
beforeEach(() => reset(warehouse, contract));

function attemptOf(rows: readonly (readonly Value[])[]): Attempt {
  const partition = "2026-11-22T05";
  const id = batchId("orders", partition, "manifest.json");
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  return { batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) }, rows };
}

const read = (sql: string) => warehouse.query("sluice_reader", sql);
const good = [
  ["a", 1, 1, "x"],
  ["b", 1, 1, "x"],
] as const;

describe("a batch is refused", () => {
  test.each([
    ["a key twice", [...good, ["a", 2, 1, "y"]], '1 keys ("id") occur more than once'],
    ["no key", [...good, [null, 1, 1, "x"]], '1 staged rows of "stage_orders" have no key'],
  ])("%s: WarehouseCheckFailed", async (_, rows, message) => {
    expect(await warehouse.load(contract, attemptOf(rows))).toEqual({
      outcome: "refused",
      error: "WarehouseCheckFailed",
      message: expect.stringContaining(message),
    });
    expect(await read("SELECT COUNT(*) FROM sales.orders")).toEqual([[0]]);
    expect(await read("SELECT COUNT(*) FROM sluice.loads")).toEqual([[0]]);
  });

  test("fewer rows than the report says: WarehouseCheckFailed", async () => {
    const plan = await warehouse.plan(contract, attemptOf([...good, ["c", 1, 1, "x"]]));
    for (const step of preparationOf(plan)) await warehouse.run(step, attemptOf(good));
    const [step] = stepsOf(plan);
    if (step === undefined) throw new TypeError("no step");
    expect(await warehouse.run(step, attemptOf(good))).toMatchObject({
      error: "WarehouseCheckFailed",
      message: expect.stringContaining("has 2 rows, but the report says 3"),
    });
  });

  test("a key that stands twice in the target: Unbalanced, and the message says where to look", async () => {
    await warehouse.query(
      "sluice_loader",
      "CREATE TABLE sales.orders (id varchar(8), version integer) DISTKEY(id) SORTKEY(version)",
    );
    await warehouse.query("sluice_loader", "INSERT INTO sales.orders VALUES ('a', 0), ('a', 0)");
    expect(await warehouse.load(contract, attemptOf(good))).toMatchObject({
      error: "Unbalanced",
      message: expect.stringContaining(
        "the 2 rows of the batch meet 3 in the table of orders: a key occurs there more than once",
      ),
    });
    expect(await warehouse.query("admin", "SELECT id, version FROM sales.orders")).toEqual([
      ["a", 0],
      ["a", 0],
    ]);
  });
});

describe("a table that was there before Sluice", () => {
  test("gets the columns that it lacks, and its rows give way to the batch's", async () => {
    for (const sql of [
      "CREATE TABLE sales.orders (version integer, id varchar(4) NOT NULL) DISTKEY(id) SORTKEY(version)",
      "INSERT INTO sales.orders VALUES (1, 'a'), (9, 'b'), (NULL, 'c')",
    ]) {
      await warehouse.query("sluice_loader", sql);
    }
    const rows = [...good, ["c", 1, 1, "x"], ["d", 1, 1, "x"]];
    expect(await warehouse.load(contract, attemptOf(rows))).toMatchObject({
      results: [{ rows: [[4, 4, 0, 0, 1, 2, 0, 1, 0, "", "execution"]] }],
    });
    expect(
      await warehouse.query("admin", "SELECT id, version, note, sluice_file FROM sales.orders ORDER BY id"),
    ).toEqual([
      ["a", 1, "x", "file"],
      ["b", 9, null, null],
      ["c", 1, "x", "file"],
      ["d", 1, "x", "file"],
    ]);
  });
});
