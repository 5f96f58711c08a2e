import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { contractOf } from "../fixture.js";
import { type Attempt, TestWarehouse } from "./test-warehouse.js";

const view =
  "-- what a dashboard reads\ncreate view sales.daily as select version, count(*) as orders from sales.orders group by version;\n";
const materialized = "create materialized view sales.total as select count(*) as orders from sales.orders";

const contractWith = (files: Readonly<Record<string, string>>) =>
  contractOf(
    {
      columns: [
        { name: "id", type: "varchar(8)" },
        { name: "version", type: "integer" },
      ],
      aggregates: Object.keys(files),
    },
    new Map(Object.entries(files)),
  );
const contract = contractWith({ "sales.daily": view, "sales.total": materialized });

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contract]);
});
afterAll(() => warehouse?.stop());

let loads = 0;
function next(...ids: readonly string[]): Attempt {
  const partition = `2026-11-22T0${loads++}`;
  const id = batchId("orders", partition, "manifest.json");
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  const batch = { partition, batchId: id, revision, place: placeOf(partition, revision, id) };
  return { batch, rows: ids.map((key) => [key, loads]) };
}

const read = (sql: string) => warehouse.query("sluice_reader", sql);

describe("the aggregates", () => {
  test("are made by the first load, refreshed by the next, and are the readers' to see", async () => {
    await warehouse.load(contract, next("a", "b"));
    expect(await read("SELECT SUM(orders) FROM sales.daily")).toEqual([["2"]]);
    expect(await read("SELECT orders FROM sales.total")).toEqual([[2]]);
    await warehouse.load(contract, next("c"));
    expect(await read("SELECT orders FROM sales.daily ORDER BY version")).toEqual([[2], [1]]);
    expect(await read("SELECT orders FROM sales.total")).toEqual([[3]]);
  });

  test("a view is made again only when its file has changed", async () => {
    const plan = await warehouse.plan(contract, next("d"));
    expect(plan.aggregates?.statements).toEqual(['REFRESH MATERIALIZED VIEW "sales"."total"']);
    const changed = contractWith({ "sales.daily": view.replace("count(*)", "2 * count(*)") });
    await warehouse.load(changed, next("d"));
    expect(await read("SELECT orders FROM sales.daily ORDER BY version")).toEqual([[4], [2], [2]]);
    expect((await warehouse.plan(changed, next("e"))).aggregates).toBeNull();
  });

  test("may be made again when nobody saw that they were made", async () => {
    await warehouse.query("sluice_loader", "DROP MATERIALIZED VIEW sales.total");
    const attempt = next("f");
    const plan = await warehouse.plan(contract, attempt);
    if (plan.aggregates === null) throw new TypeError("no aggregates");
    for (let at = 1; at <= plan.aggregates.statements.length; at++) {
      await warehouse.run(plan.aggregates, attempt, at);
      expect(await warehouse.run(plan.aggregates, attempt)).toMatchObject({ outcome: "done" });
    }
    expect(await read("SELECT orders FROM sales.total")).toEqual([[4]]);
  });

  test("a file that turns a view into a materialized one asks for a person", async () => {
    const turned = contractWith({
      "sales.daily": "create materialized view sales.daily as select 1 as a from sales.orders",
    });
    await expect(warehouse.plan(turned, next("g"))).rejects.toMatchObject({ name: "AggregateInvalid" });
  });

  test("a changed materialized view is made again, with exactly the grants that it had, and the load says so", async () => {
    await warehouse.load(contract, next("h"));
    await warehouse.as("admin", async (session) => {
      for (const sql of [
        "CREATE USER ann PASSWORD DISABLE",
        "CREATE GROUP staff",
        "GRANT USAGE ON SCHEMA sales TO ann",
        "GRANT SELECT ON TABLE sales.total TO ann",
        "GRANT SELECT ON TABLE sales.daily TO ann",
        "ALTER DEFAULT PRIVILEGES FOR USER sluice_loader IN SCHEMA sales GRANT SELECT ON TABLES TO GROUP staff",
      ])
        await session.run(sql);
    });
    const grants = () =>
      warehouse.query(
        "admin",
        "SELECT relation_name, identity_name, privilege_type FROM svv_relation_privileges WHERE relation_name IN ('total', 'daily') ORDER BY 1, 2",
      );
    const before = await grants();
    const wider = contractWith({
      "sales.daily": view.replace("count(*) as orders", "count(*) as orders, max(id) as newest"),
      "sales.total": `${materialized.replace("count(*)", "count(*) as n, count(*)")}`,
    });
    const attempt = next("i");
    const plan = await warehouse.plan(wider, attempt);
    expect(plan.warnings).toHaveLength(2);
    expect(plan.warnings[1]).toContain("sales.total is dropped and created again");
    await warehouse.follow(plan, attempt);
    expect(await read("SELECT n FROM sales.total")).toHaveLength(1);
    expect(await warehouse.query("ann", "SELECT newest FROM sales.daily")).not.toEqual([]);
    expect(await grants()).toEqual(before);
    const after = await warehouse.plan(wider, next("j"));
    expect(after.aggregates?.statements).toEqual(['REFRESH MATERIALIZED VIEW "sales"."total"']);
    expect(after.warnings).toEqual([]);
    for (let at = 1; at <= (plan.aggregates?.statements.length ?? 0); at++) {
      if (plan.aggregates !== null) await warehouse.run(plan.aggregates, attempt, at);
      if (plan.aggregates !== null)
        expect(await warehouse.run(plan.aggregates, attempt)).toMatchObject({ outcome: "done" });
      expect(await grants()).toEqual(before);
    }
  });

  test("one that somebody's view is bound to is refused before anything is loaded", async () => {
    await warehouse.query("admin", "CREATE VIEW sales.over_total AS SELECT orders FROM sales.total");
    await expect(warehouse.plan(contract, next("k"))).rejects.toMatchObject({
      name: "DependentViews",
      message: expect.stringContaining("sales.over_total"),
    });
    await warehouse.query("admin", "DROP VIEW sales.over_total");
  });
});
