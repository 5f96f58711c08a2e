import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { rollback } from "../../../planning/rollback.js";
import { contractOf } from "../fixture.js";
import { type Attempt, TestWarehouse, type Value } from "./test-warehouse.js";

const aggregate = "select version, count(*) as orders from sales.orders group by version";
const contract = contractOf(
  {
    description: "Orders.",
    columns: [
      { name: "id", type: "varchar(8)", description: "It's the key." },
      { name: "version", type: "integer" },
    ],
    load: { mode: "swap" },
    aggregates: ["sales.daily"],
  },
  new Map([["sales.daily", aggregate]]),
);

let warehouse: TestWarehouse;
let loads = 0;

/** The next batch: so many rows of one version. */
function next(rows: number): Attempt {
  const n = loads++;
  const partition = "2026-11-22T05";
  const id = batchId("orders", partition, "manifest.json");
  const revision = `20261123T0600${String(n).padStart(2, "0")}Z-0000-1a2b3c4d`;
  return {
    batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) },
    rows: Array.from({ length: rows }, (_, i): Value[] => [`k${i}`, n]),
  };
}

beforeAll(async () => {
  warehouse = await TestWarehouse.open([contract]);
  expect(await warehouse.load(contract, next(3))).toMatchObject({ outcome: "done" });
  await warehouse.as("admin", async (session) => {
    for (const sql of [
      "CREATE USER ann PASSWORD DISABLE",
      "CREATE ROLE analyst",
      "CREATE GROUP clerks",
      "GRANT USAGE ON SCHEMA sales TO ann",
      "GRANT SELECT, DELETE ON TABLE sales.orders TO ann",
      "GRANT SELECT ON TABLE sales.orders TO ROLE analyst",
      "GRANT UPDATE ON TABLE sales.orders TO GROUP clerks",
      "GRANT REFERENCES ON TABLE sales.orders TO PUBLIC",
      "COMMENT ON COLUMN sales.orders.version IS 'by hand: it''s a number'",
      "GRANT SELECT ON TABLE sales.daily TO ann",
      "CREATE VIEW sales.over_daily AS SELECT MAX(orders) AS most FROM sales.daily",
      "CREATE VIEW sales.late AS SELECT id FROM sales.orders WITH NO SCHEMA BINDING",
      "GRANT SELECT ON TABLE sales.late TO ann",
    ]) {
      await session.run(sql);
    }
  });
});
afterAll(() => warehouse?.stop());

/** All that a person has made of the table and its views. */
async function catalogue(): Promise<unknown> {
  const query = (sql: string) => warehouse.query("admin", sql);
  return {
    grants: await query(
      `SELECT relation_name, privilege_type, identity_type, identity_name, admin_option FROM svv_relation_privileges
       WHERE namespace_name = 'sales' AND relation_name NOT LIKE '%__sluice_%' ORDER BY 1, 2, 3, 4`,
    ),
    comments: await query(
      `SELECT c.relname, d.objsubid, d.description FROM pg_description AS d INNER JOIN pg_class AS c ON c.oid = d.objoid
       INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
       WHERE n.nspname = 'sales' AND c.relname NOT LIKE '%__sluice_%' ORDER BY 1, 2`,
    ),
    columnGrants: await query(
      `SELECT relation_name, column_name, privilege_type, identity_type, identity_name FROM svv_column_privileges
       WHERE namespace_name = 'sales' AND relation_name NOT LIKE '%__sluice_%' ORDER BY 1, 2, 3, 4, 5`,
    ),
    owners: await query(
      "SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'sales' AND tablename NOT LIKE '%__sluice_%' ORDER BY 1",
    ),
    views: await query("SELECT viewname, viewowner, definition FROM pg_views WHERE schemaname = 'sales' ORDER BY 1"),
    columns: await query(
      "SELECT column_name, data_type, is_nullable FROM svv_columns WHERE table_name = 'orders' ORDER BY 1",
    ),
  };
}

const numberOf = async (user: string, sql: string) => Number((await warehouse.query(user, sql))[0]?.[0]);

describe("a swap", () => {
  test("ten of them leave grants, comments and views as they were, and the views show the new rows", async () => {
    const before = await catalogue();
    for (let rows = 4; rows < 14; rows++) {
      expect(await warehouse.load(contract, next(rows))).toMatchObject({ outcome: "done" });
      expect(await numberOf("ann", "SELECT COUNT(*) FROM sales.orders")).toBe(rows);
      expect(await numberOf("ann", "SELECT SUM(orders) FROM sales.daily")).toBe(rows);
      expect(await numberOf("admin", "SELECT most FROM sales.over_daily")).toBe(rows);
      expect(await numberOf("ann", "SELECT COUNT(*) FROM sales.late")).toBe(rows);
    }
    expect(await catalogue()).toEqual(before);
  });

  test("grants that are made and taken away after the load was planned are what they are then", async () => {
    const attempt = next(5);
    const plan = await warehouse.plan(contract, attempt);
    await warehouse.query("admin", "GRANT INSERT ON TABLE sales.orders TO ann");
    await warehouse.query("admin", "GRANT UPDATE (version) ON TABLE sales.orders TO GROUP clerks");
    await warehouse.query("admin", "REVOKE DELETE ON TABLE sales.orders FROM ann");
    const before = await catalogue();
    expect(await warehouse.follow(plan, attempt)).toMatchObject({ outcome: "done" });
    expect(await numberOf("ann", "SELECT COUNT(*) FROM sales.orders")).toBe(5);
    expect(await catalogue()).toEqual(before);
    for (const undo of [
      "REVOKE INSERT ON TABLE sales.orders FROM ann",
      "REVOKE UPDATE (version) ON TABLE sales.orders FROM GROUP clerks",
      "GRANT DELETE ON TABLE sales.orders TO ann",
    ])
      await warehouse.query("admin", undo);
  });

  test("what default privileges would add is not given, by a swap or a rollback", async () => {
    const defaults = "ALTER DEFAULT PRIVILEGES FOR USER sluice_loader IN SCHEMA sales";
    const before = await catalogue();
    await warehouse.query("admin", "CREATE GROUP staff");
    await warehouse.query("admin", `${defaults} GRANT SELECT, DELETE ON TABLES TO GROUP staff`);
    await warehouse.query("admin", `${defaults} GRANT INSERT ON TABLES TO PUBLIC`);
    expect(await warehouse.load(contract, next(5))).toMatchObject({ outcome: "done" });
    expect(await catalogue()).toEqual(before);
    const step = rollback(contract, await warehouse.inspect(contract), "rollback-0");
    expect(await warehouse.run(step, next(0))).toMatchObject({ outcome: "done" });
    expect(await catalogue()).toEqual(before);
    await warehouse.query("admin", `${defaults} REVOKE SELECT, DELETE ON TABLES FROM GROUP staff`);
    await warehouse.query("admin", `${defaults} REVOKE INSERT ON TABLES FROM PUBLIC`);
  });

  test.each([
    [
      "a view of somebody else",
      "CREATE VIEW sales.new AS SELECT id FROM sales.orders",
      "DROP VIEW sales.new",
      "belongs to admin",
    ],
    [
      "a materialized view",
      "CREATE MATERIALIZED VIEW sales.new AS SELECT COUNT(*) AS n FROM sales.orders",
      "DROP MATERIALIZED VIEW sales.new",
      "the materialized view sales.new",
    ],
    [
      "a view of the previous generation",
      "CREATE VIEW sales.new AS SELECT id FROM sales.orders__sluice_previous",
      "DROP VIEW sales.new",
      "the view sales.new is bound to the previous generation",
    ],
    [
      "a foreign key of another table",
      "CREATE TABLE sales.new (id varchar(8), FOREIGN KEY (id) REFERENCES sales.orders (id))",
      "DROP TABLE sales.new",
      "the foreign key new_id_fkey of sales.new",
    ],
  ])("%s refuses it before anything is built, and leaves all as it was", async (_, make, undo, text) => {
    const plan = await warehouse.plan(contract, next(6));
    const present = await numberOf("ann", "SELECT COUNT(*) FROM sales.orders");
    await warehouse.query("admin", make);
    const before = await catalogue();
    expect(await warehouse.follow(plan, next(6))).toMatchObject({
      outcome: "refused",
      error: "DependentViews",
      message: expect.stringContaining(text),
    });
    expect(await catalogue()).toEqual(before);
    expect(await numberOf("ann", "SELECT COUNT(*) FROM sales.orders")).toBe(present);
    const step = rollback(contract, await warehouse.inspect(contract), "rollback-refused");
    expect(await warehouse.run(step, next(0))).toMatchObject({ outcome: "refused", error: "DependentViews" });
    await warehouse.query("admin", undo);
  });

  test("a datashare, which the loading user cannot see, refuses it", async () => {
    await warehouse.query("admin", "CREATE DATASHARE exports");
    await warehouse.query("admin", "ALTER DATASHARE exports ADD SCHEMA sales");
    await warehouse.query("admin", "ALTER DATASHARE exports ADD TABLE sales.orders");
    expect(await warehouse.query("sluice_loader", "SELECT share_name FROM svv_datashare_objects")).toEqual([]);
    expect(await warehouse.load(contract, next(6))).toMatchObject({
      error: "DependentViews",
      message: expect.stringContaining("the datashare exports"),
    });
    await warehouse.query("admin", "ALTER DATASHARE exports REMOVE TABLE sales.orders");
    await warehouse.query("admin", "DROP DATASHARE exports");
  });

  test("sixty views with long texts follow the table, their texts as they were", async () => {
    const wide = Array.from(
      { length: 120 },
      (_, n) => `CASE WHEN id = 'segment-${n}' THEN version ELSE 0 END AS revenue_${n}`,
    );
    await warehouse.as("sluice_loader", async (session) => {
      for (let n = 0; n < 60; n++)
        await session.run(`CREATE VIEW sales.report_${n} AS SELECT id, ${wide.join(", ")} FROM sales.orders`);
    });
    const before = await catalogue();
    expect(await warehouse.load(contract, next(11))).toMatchObject({ outcome: "done" });
    expect(await catalogue()).toEqual(before);
    expect(await numberOf("sluice_loader", "SELECT COUNT(*) FROM sales.report_59")).toBe(11);
    await warehouse.as("sluice_loader", async (session) => {
      for (let n = 0; n < 60; n++) await session.run(`DROP VIEW sales.report_${n}`);
    });
  });

  test("a rollback puts the previous generation back, once however often it is sent, and keeps the present one", async () => {
    await warehouse.load(contract, next(7));
    await warehouse.load(contract, next(8));
    const before = await catalogue();
    const attempt = next(0);
    const ledgerRows = () =>
      numberOf("sluice_reader", "SELECT COUNT(*) FROM sluice.loads WHERE revision = 'rollback-1'");
    const step = rollback(contract, await warehouse.inspect(contract), "rollback-1");
    expect(await warehouse.run(step, attempt)).toEqual({
      outcome: "done",
      results: [{ rows: [[0, 0, 0, 0, 0, 0, 0, 0, 8, "", "rollback-1"]] }],
    });
    expect(await warehouse.run(step, attempt)).toEqual({ outcome: "already_loaded" });
    expect(await numberOf("ann", "SELECT COUNT(*) FROM sales.orders")).toBe(7);
    expect(await numberOf("ann", "SELECT SUM(orders) FROM sales.daily")).toBe(7);
    expect(await ledgerRows()).toBe(1);
    expect(await catalogue()).toEqual(before);
    const undo = rollback(contract, await warehouse.inspect(contract), "rollback-2");
    expect(await warehouse.run(undo, attempt)).toMatchObject({ outcome: "done" });
    expect(await numberOf("ann", "SELECT COUNT(*) FROM sales.orders")).toBe(8);
    expect(await warehouse.load(contract, next(9))).toMatchObject({ outcome: "done" });
    expect(await numberOf("ann", "SELECT COUNT(*) FROM sales.orders")).toBe(9);
  });

  test("a dataset that was never swapped has nothing to roll back", async () => {
    await warehouse.query("admin", "DROP TABLE sales.orders__sluice_previous");
    const inspection = await warehouse.inspect(contract);
    expect(() => rollback(contract, inspection, "rollback-3")).toThrow(
      expect.objectContaining({ name: "NothingToRollBack" }),
    );
  });
});

describe("the warehouse's objects", () => {
  test("may be made again over themselves", async () => {
    const before = await catalogue();
    const ledger = await warehouse.query("sluice_reader", "SELECT * FROM sluice.loads ORDER BY place, revision");
    await warehouse.bootstrap([contract]);
    await warehouse.bootstrap([contract]);
    expect(await catalogue()).toEqual(before);
    expect(await warehouse.query("sluice_reader", "SELECT * FROM sluice.loads ORDER BY place, revision")).toEqual(
      ledger,
    );
  });

  test("show freshness and reconciliation to the readers, while a load holds the lock", async () => {
    await warehouse.as("sluice_loader", async (session) => {
      await session.begin();
      await session.run("LOCK TABLE sluice.lock_orders");
      const [row] = await warehouse.query("sluice_reader", "SELECT dataset, newest_partition FROM sluice.freshness");
      expect(row).toEqual(["orders", "2026-11-22T05"]);
      const balanced = await warehouse.query("sluice_reader", "SELECT is_balanced FROM sluice.reconciliation");
      expect(new Set(balanced.flat())).toEqual(new Set([true]));
      await session.rollback();
    });
  });

  test.each([
    ["the ledger's rows", "DELETE FROM sluice.loads_orders"],
    ["the target's rows", "DELETE FROM sales.orders"],
    ["the guard", "CALL sluice.guard('orders', 'b', 'r', 'p', 'e', 'batch', FALSE)"],
  ])("a reader may not touch %s", async (_, sql) => {
    await expect(warehouse.query("sluice_reader", sql)).rejects.toMatchObject({
      message: expect.stringContaining("permission denied"),
    });
  });
});
