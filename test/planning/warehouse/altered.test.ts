import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { contractOf } from "../fixture.js";
import { reset } from "./disorder.js";
import { type Attempt, TestWarehouse } from "./test-warehouse.js";

/** Somebody alters the target by hand after it was inspected, which may be long before the load. */

const modes = ["upsert", "append", "replace", "truncate"] as const;
const contracts = new Map(
  modes.map((mode) => [
    mode,
    contractOf({ load: mode === "upsert" ? { mode, key: ["id"], order_by: "version" } : { mode } }),
  ]),
);
const contractFor = (mode: (typeof modes)[number]) => contracts.get(mode) ?? contractOf();

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contractOf()]);
});
afterAll(() => warehouse?.stop());
beforeEach(() => reset(warehouse, contractOf()));

function attemptOf(hour: string, amount: number): Attempt {
  const partition = `2026-11-22T${hour}`;
  const id = batchId("orders", partition, "manifest.json");
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  const rows = [[`k${hour}`, 1, amount, "a note of more than ten letters"]];
  return { batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) }, rows };
}

const read = () => warehouse.query("sluice_reader", "SELECT id, amount FROM sales.orders ORDER BY id");
const byHand = async (...statements: readonly string[]) => {
  for (const sql of statements) await warehouse.query("sluice_loader", sql);
};
/** A column that has another type, as Redshift lets it be changed: a new one takes its place. */
const retyped = (column: string, type: string) => [
  `ALTER TABLE sales.orders ADD COLUMN other ${type}`,
  `UPDATE sales.orders SET other = CAST(${column} AS ${type})`,
  `ALTER TABLE sales.orders DROP COLUMN ${column}`,
  `ALTER TABLE sales.orders RENAME COLUMN other TO ${column}`,
];

describe.each(modes)("%s into a table that was altered since it was inspected", (mode) => {
  const contract = contractFor(mode);

  test.each([
    ["a decimal of fewer places, which would round", retyped("amount", "decimal(9,0)"), "amount is now numeric(9,0)"],
    ["a narrower VARCHAR", retyped("note", "varchar(10)"), "note is now character varying(10)"],
    ["another type that takes the values", retyped("version", "bigint"), "version is now bigint, but was integer"],
    [
      "a column less",
      ["ALTER TABLE sales.orders DROP COLUMN note"],
      "only 5 of the 6 columns that it had when the load was planned still exist",
    ],
  ])("%s: SchemaDrift, and nothing is loaded", async (_, statements, message) => {
    await warehouse.load(contract, attemptOf("05", 1.25));
    const attempt = attemptOf("06", 2.75);
    const plan = await warehouse.plan(contract, attempt);
    await byHand(...statements);
    const before = await read();
    expect(await warehouse.follow(plan, attempt)).toEqual({
      outcome: "refused",
      error: "SchemaDrift",
      message: expect.stringContaining(message),
    });
    expect(await read()).toEqual(before);
    expect(await warehouse.query("sluice_reader", "SELECT COUNT(*) FROM sluice.loads")).toEqual([[1]]);
  });

  test("a VARCHAR with more room and a column more do no harm", async () => {
    await warehouse.load(contract, attemptOf("05", 1.25));
    const attempt = attemptOf("06", 2.75);
    const plan = await warehouse.plan(contract, attempt);
    await byHand(
      "ALTER TABLE sales.orders ALTER COLUMN note TYPE varchar(80)",
      "ALTER TABLE sales.orders ADD COLUMN x int",
    );
    expect(await warehouse.follow(plan, attempt)).toMatchObject({ outcome: "done" });
    expect(await read()).toContainEqual(["k06", "2.75"]);
  });
});

test("an alteration that commits while the load waits for it is seen, though the load began before", async () => {
  const contract = contractFor("upsert");
  await warehouse.load(contract, attemptOf("05", 1.25));
  const attempt = attemptOf("06", 2.75);
  const plan = await warehouse.plan(contract, attempt);
  const outcome = await warehouse.as("sluice_loader", async (session) => {
    await session.begin();
    for (const sql of retyped("amount", "decimal(9,0)")) await session.run(sql);
    const loading = warehouse.follow(plan, attempt);
    let isOver = false;
    void loading.then(() => {
      isOver = true;
    });
    for (;;) {
      const waiting = await warehouse.query("admin", "SELECT COUNT(*) FROM svv_transactions WHERE NOT granted");
      if (isOver || waiting[0]?.[0] !== 0) break;
    }
    await session.commit();
    return loading;
  });
  expect(outcome).toMatchObject({
    error: "SchemaDrift",
    message: expect.stringContaining("amount is now numeric(9,0)"),
  });
  expect(await read()).toEqual([["k05", "1"]]);
});
