import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Contract } from "../../../contract/contract.js";
import { batchId, placeOf } from "../../../contract/layout.js";
import { contractOf } from "../fixture.js";
import { type Mode, tried } from "./modes.js";
import { type Attempt, TestWarehouse, type Value } from "./test-warehouse.js";

/** Columns that the contract calls otherwise than the table did (`was`), and columns that are filled no longer (`retired`). */

const loads = {
  upsert: { key: ["id"], order_by: "at" },
  history: { key: ["id"], order_by: "at" },
  append: {},
  replace: {},
  truncate: {},
  swap: {},
};
const note = { name: "note", type: "varchar(10)", description: "What was said" };
const formerly = (mode: Mode) => declared(mode, [note, { name: "amount", type: "integer" }]);
const declared = (mode: Mode, columns: readonly object[]): Contract =>
  contractOf({
    columns: [{ name: "id", type: "varchar(8)" }, { name: "at", type: "date" }, ...columns],
    table: { name: "sales.orders" },
    load: { mode, ...loads[mode] },
  });

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([formerly("upsert")]);
  for (const sql of ["CREATE USER ann PASSWORD DISABLE", "GRANT USAGE ON SCHEMA sales TO ann"]) {
    await warehouse.query("admin", sql);
  }
});
afterAll(() => warehouse?.stop());

let count = 0;
beforeEach(async () => {
  await warehouse.as("admin", async (session) => {
    await session.run("DROP VIEW IF EXISTS sales.said");
    for (const table of ["sales.orders", "sales.orders__sluice_previous", "sluice.statements_orders"])
      await session.run(`DROP TABLE IF EXISTS ${table}`);
    await session.run("DELETE FROM sluice.loads_orders");
  });
});

function batch(...rows: readonly (readonly Value[])[]): Attempt {
  count += 1;
  const partition = "2026-11-22T05";
  const id = batchId("orders", partition, "manifest.json");
  const revision = `20261123T06${String(count).padStart(4, "0")}Z-0000-1a2b3c4d`;
  return { batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) }, rows };
}

const byAdmin = async (...statements: readonly string[]) => {
  for (const sql of statements) await warehouse.query("admin", sql);
};
const read = (what: string, user = "sluice_reader") =>
  warehouse.query(user, `SELECT ${what} FROM sales.orders ORDER BY id, at`);
const named = () =>
  warehouse.query(
    "admin",
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'sales' AND table_name = 'orders' ORDER BY ordinal_position",
  );
const renamed = (mode: Mode) =>
  declared(mode, [
    { name: "remark", type: "varchar(40)", was: "note", from: "note" },
    { name: "amount", type: "integer" },
  ]);

describe.each(tried)("a column with another name, by %s", (mode) => {
  test("is renamed, wider, with its values, grants, comment and views; a repeat changes nothing", async () => {
    await warehouse.load(formerly(mode), batch(["a", "2026-01-01", "one", 1]));
    await byAdmin(
      "GRANT SELECT ON TABLE sales.orders TO ann",
      ...(mode === "swap" ? [] : ["GRANT UPDATE (note) ON TABLE sales.orders TO ann"]),
    );
    expect(await warehouse.load(renamed(mode), batch(["b", "2026-01-02", "a longer remark", 2]))).toMatchObject({
      outcome: "done",
    });
    expect(await warehouse.load(renamed(mode), batch(["b", "2026-01-03", "again", 3]))).toMatchObject({
      outcome: "done",
    });
    const last = ["b", "again", 3];
    const all: Record<Mode, Value[][]> = {
      upsert: [["a", "one", 1], last],
      // A newer revision takes the place of its batch's rows.
      append: [last],
      history: [last],
      replace: [last],
      truncate: [last],
      swap: [last],
    };
    expect(await read("id, remark, amount", "ann")).toEqual(all[mode]);
    expect((await named()).flat().filter((name) => name === "note" || name === "remark")).toEqual(["remark"]);
    if (mode !== "swap") {
      await warehouse.query("ann", "UPDATE sales.orders SET remark = remark");
      await expect(warehouse.query("ann", "UPDATE sales.orders SET amount = amount")).rejects.toThrow("denied");
    }
  });

  test("both names: SchemaDrift, and so is neither", async () => {
    await warehouse.load(formerly(mode), batch(["a", "2026-01-01", "one", 1]));
    await warehouse.query("sluice_loader", "ALTER TABLE sales.orders ADD COLUMN remark varchar(40)");
    await expect(warehouse.load(renamed(mode), batch(["b", "2026-01-02", "x", 2]))).rejects.toThrow(
      "sales.orders: column 'remark' was 'note' (found: both; expected: one of them). Nothing was changed.",
    );
    await warehouse.query("sluice_loader", "ALTER TABLE sales.orders DROP COLUMN remark");
    await warehouse.query("sluice_loader", "ALTER TABLE sales.orders DROP COLUMN note");
    await expect(warehouse.load(renamed(mode), batch(["b", "2026-01-02", "x", 2]))).rejects.toThrow(
      /column 'remark' was 'note' \(found: neither; the table has id, at, amount.*\)\. Nothing was changed\. Correct 'was' to the column's name in the table, or remove it: then the column is added, empty\./,
    );
    expect(await read("id")).toEqual([["a"]]);
  });
});

describe("a rename", () => {
  test("keeps a bound view, which goes on with its own column name", async () => {
    await warehouse.load(formerly("upsert"), batch(["a", "2026-01-01", "one", 1]));
    await warehouse.query("sluice_loader", "CREATE VIEW sales.said AS SELECT id, note FROM sales.orders");
    const later = declared("upsert", [
      { name: "remark", type: "varchar(10)", was: "note", from: "note" },
      { name: "amount", type: "integer" },
    ]);
    expect(await warehouse.load(later, batch(["b", "2026-01-02", "two", 2]))).toMatchObject({ outcome: "done" });
    expect(await warehouse.query("sluice_loader", "SELECT id, note FROM sales.said ORDER BY id")).toEqual([
      ["a", "one"],
      ["b", "two"],
    ]);
  });

  test("that another load has done meanwhile is passed over; what somebody else did is SchemaDrift", async () => {
    const later = declared("append", [
      { name: "remark", type: "varchar(10)", was: "note", from: "note" },
      { name: "amount", type: "integer" },
    ]);
    await warehouse.load(formerly("append"), batch(["a", "2026-01-01", "one", 1]));
    const [first, second] = [batch(["b", "2026-01-02", "two", 2]), batch(["c", "2026-01-03", "three", 3])];
    const plans = [await warehouse.plan(later, first), await warehouse.plan(later, second)] as const;
    expect(await warehouse.follow(plans[0], first)).toMatchObject({ outcome: "done" });
    expect(await warehouse.follow(plans[1], second)).toMatchObject({ outcome: "done" });
    expect(await read("remark")).toEqual([["three"]]);

    await warehouse.query("sluice_loader", "ALTER TABLE sales.orders RENAME COLUMN remark TO note");
    const third = batch(["d", "2026-01-04", "four", 4]);
    const plan = await warehouse.plan(later, third);
    await warehouse.query("sluice_loader", "ALTER TABLE sales.orders RENAME COLUMN note TO other");
    expect(await warehouse.follow(plan, third)).toEqual({
      outcome: "refused",
      error: "SchemaDrift",
      message: expect.stringContaining(
        "column note was to be renamed to remark, but the table now has 0 of the two names",
      ),
    });
    expect(await read("other")).toEqual([["three"]]);
  });

  test("of a history is one of its statements too: versions made anew keep what was said", async () => {
    const two = (contract: Contract, at: string, said: string) => warehouse.load(contract, other(at, said));
    const other = (at: string, said: string): Attempt => {
      const partition = `2026-11-22T${String(count++ % 24).padStart(2, "0")}`;
      const id = batchId("orders", partition, `${count}.json`);
      const revision = "20261123T060000Z-0000-1a2b3c4d";
      return {
        batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) },
        rows: [["a", at, said, 1]],
      };
    };
    await two(formerly("history"), "2026-01-01", "one");
    await two(formerly("history"), "2026-01-03", "three");
    expect(await two(renamed("history"), "2026-01-02", "two")).toMatchObject({ outcome: "done" });
    expect(await read("remark, valid_from, is_current")).toEqual([
      ["one", "2026-01-01", false],
      ["two", "2026-01-02", false],
      ["three", "2026-01-03", true],
    ]);
  });
});

describe.each(tried)("a retired column, by %s", (mode) => {
  test("stays in the table with what it has, and is NULL in rows that come", async () => {
    const retired = declared(mode, [
      { ...note, retired: true },
      { name: "amount", type: "integer" },
    ]);
    await warehouse.load(formerly(mode), batch(["a", "2026-01-01", "one", 1]));
    // The conversion gives NULL, whether files have the column or not.
    expect(await warehouse.load(retired, batch(["b", "2026-01-02", null, 2]))).toMatchObject({ outcome: "done" });
    const kept: Value[][] = mode === "upsert" ? [["a", "one"]] : [];
    expect(await read("id, note")).toEqual([...kept, ["b", null]]);
  });
});

test("what a contract rescues no more stays where it is", async () => {
  const rescuing = contractOf({
    columns: [{ name: "id", type: "varchar(8)" }],
    unknown_columns: "rescue",
    table: { name: "sales.orders" },
    load: { mode: "upsert", key: ["id"] },
  });
  await warehouse.load(rescuing, batch(["a", '{"unknown": {"colour": "red"}}']));
  expect(await warehouse.query("sluice_reader", "SELECT id, JSON_SERIALIZE(_rescued) FROM sales.orders")).toEqual([
    ["a", '{"unknown":{"colour":"red"}}'],
  ]);
  const plain = contractOf({
    columns: [{ name: "id", type: "varchar(8)" }],
    table: { name: "sales.orders" },
    load: { mode: "upsert", key: ["id"] },
  });
  expect(await warehouse.load(plain, batch(["b"]))).toMatchObject({ outcome: "done" });
  expect(await warehouse.query("sluice_reader", "SELECT COUNT(_rescued), COUNT(*) FROM sales.orders")).toEqual([
    [1, 2],
  ]);
});
