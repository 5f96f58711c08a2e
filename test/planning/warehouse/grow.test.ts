import { beforeEach, describe, expect, test } from "@jest/globals";
import {
  asAdmin,
  ask,
  asLoader,
  batch,
  columns,
  contractFor,
  dropAll,
  early,
  late,
  leftovers,
  narrow,
  warehouse,
  wide,
  wideTypes,
} from "./growing.js";
import { tried } from "./modes.js";

/** Types that grow on a table that has rows, grants, comments and views. */

describe.each(tried)("%s", (mode) => {
  test("what was there is there, digit for digit; what grew takes what it could not; the table is one made from nothing", async () => {
    const [before, after] = [contractFor(mode, narrow), contractFor(mode, wide)];
    await warehouse.load(before, batch(early));
    const shape = await columns("sales", "orders");
    expect(await warehouse.load(after, batch(late))).toMatchObject({ outcome: "done" });
    const isRefresh = !["upsert", "append", "history"].includes(mode);
    const rows = "SELECT id, count, amount, ratio, note FROM sales.orders ORDER BY id";
    const expected = [
      ["a", 7, "1.2500", "0.5", "short"],
      ["b", 5_000_000_000, "12345678.1234", "0.1", late[5]],
    ];
    expect(await warehouse.query("sluice_reader", rows)).toEqual(isRefresh ? expected.slice(1) : expected);
    const grown = await columns("sales", "orders");
    expect(grown.slice(2, 6).map(([, type]) => type)).toEqual(wideTypes);
    expect(grown.map(([name, , isNotNull]) => [name, isNotNull])).toEqual(
      shape.map(([name, , isNotNull]) => [name, isNotNull]),
    );
    expect(await leftovers()).toEqual([[0]]);
    expect(await warehouse.plan(after, batch(late))).toMatchObject({ widen: null, prepare: null, grow: [] });
    await dropAll();
    await warehouse.load(after, batch(late));
    expect(grown).toEqual(await columns("sales", "orders"));
  });
});

test("a history's statements grow with it", async () => {
  await warehouse.load(contractFor("history", narrow), batch(early));
  await warehouse.load(contractFor("history", wide), batch(late));
  expect((await columns("sluice", "statements_orders")).slice(2, 6).map(([, type]) => type)).toEqual(wideTypes);
  expect(await ask("SELECT COUNT(*) FROM sluice.statements_orders")).toEqual([[2]]);
});

describe("what a person made of the table", () => {
  const [before, after] = [contractFor("upsert", narrow), contractFor("upsert", wide)];
  const made = [
    "GRANT SELECT, DELETE ON TABLE sales.orders TO ann",
    "GRANT UPDATE ON TABLE sales.orders TO GROUP clerks",
    "GRANT SELECT (amount, note) ON TABLE sales.orders TO PUBLIC",
    "COMMENT ON TABLE sales.orders IS 'it''s by hand'",
    "COMMENT ON COLUMN sales.orders.ratio IS 'a share'",
  ];
  const views = [
    "CREATE VIEW sales.totals AS SELECT id, SUM(amount) AS total, MAX(count) AS most FROM sales.orders GROUP BY id",
    "CREATE VIEW sales.grand AS SELECT MAX(most) AS most FROM sales.totals",
    "CREATE VIEW sales.both AS SELECT o.id, t.total FROM sales.orders AS o INNER JOIN sales.totals AS t ON t.id = o.id",
    "COMMENT ON VIEW sales.totals IS 'for finance'",
    "COMMENT ON COLUMN sales.totals.total IS 'gross'",
    "GRANT SELECT ON TABLE sales.totals TO ann",
    "GRANT SELECT ON TABLE sales.grand TO GROUP clerks",
    "GRANT SELECT (total) ON TABLE sales.both TO PUBLIC",
    "CREATE VIEW sales.late AS SELECT id, amount FROM sales.orders WITH NO SCHEMA BINDING",
  ];
  const catalogue = async () => ({
    grants: await ask(
      "SELECT relation_name, privilege_type, identity_type, identity_name, admin_option FROM svv_relation_privileges WHERE namespace_name = 'sales' ORDER BY 1, 2, 3, 4",
    ),
    columnGrants: await ask(
      "SELECT relation_name, column_name, privilege_type, identity_type, identity_name FROM svv_column_privileges WHERE namespace_name = 'sales' ORDER BY 1, 2, 3, 4, 5",
    ),
    comments: await ask(
      "SELECT c.relname, d.objsubid, d.description FROM pg_description AS d INNER JOIN pg_class AS c ON c.oid = d.objoid INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'sales' ORDER BY 1, 2",
    ),
    relations: await ask(
      "SELECT c.relname, c.relkind, PG_GET_USERBYID(c.relowner) FROM pg_class AS c INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'sales' AND c.relkind IN ('r', 'v') ORDER BY 1",
    ),
  });

  beforeEach(async () => {
    await warehouse.load(before, batch(early));
    await asLoader(...made);
  });

  test("grants, column grants, comments and views are what they were, to the last", async () => {
    await asLoader(...views);
    const found = await catalogue();
    expect(found.columnGrants.length).toBeGreaterThanOrEqual(3);
    expect(await warehouse.load(after, batch(late))).toMatchObject({ outcome: "done" });
    expect(await catalogue()).toEqual(found);
    expect(await ask("SELECT id, total, most FROM sales.totals ORDER BY id")).toEqual([
      ["a", "1.2500", 7],
      ["b", "12345678.1234", 5_000_000_000],
    ]);
    expect(await ask("SELECT most FROM sales.grand")).toEqual([[5_000_000_000]]);
    expect(await ask("SELECT total FROM sales.both ORDER BY id")).toEqual([["1.2500"], ["12345678.1234"]]);
    expect(await ask("SELECT amount FROM sales.late ORDER BY id")).toEqual([["1.2500"], ["12345678.1234"]]);
  });

  test("a VARCHAR under a bound view is widened by a copy", async () => {
    await asLoader(...views);
    const wider = contractFor("upsert", [narrow[0], narrow[1], narrow[2], wide[3]]);
    expect(await warehouse.load(wider, batch(["b", "2026-01-02 00:00:00", 1, "1.00", 0.1, late[5]]))).toMatchObject({
      outcome: "done",
    });
    expect(await ask("SELECT note FROM sales.orders WHERE id = 'b'")).toEqual([[late[5]]]);
  });

  test("somebody else's view stops it, by name, and nothing is changed", async () => {
    await asLoader("GRANT SELECT ON TABLE sales.orders TO ann");
    await asAdmin("CREATE VIEW sales.hers AS SELECT amount FROM sales.orders", "ALTER TABLE sales.hers OWNER TO ann");
    const found = await catalogue();
    expect(await warehouse.load(after, batch(late))).toEqual({
      outcome: "refused",
      error: "DependentViews",
      message: expect.stringMatching(
        /the view sales\.hers.* belongs to ann.*Nothing was changed.*WITH NO SCHEMA BINDING/,
      ),
    });
    expect(await catalogue()).toEqual(found);
    expect((await columns("sales", "orders")).slice(2, 3)).toEqual([["count", "smallint", false]]);
    await asAdmin("DROP VIEW sales.hers");
  });

  test("a materialized view stops it, by name", async () => {
    await asLoader("CREATE MATERIALIZED VIEW sales.kept AS SELECT SUM(amount) AS total FROM sales.orders");
    expect(await warehouse.load(after, batch(late))).toMatchObject({
      error: "DependentViews",
      message: expect.stringMatching(
        /^sales\.orders cannot get a column of a wider type: the materialized view sales\.kept depends/,
      ),
    });
    await asLoader("DROP MATERIALIZED VIEW sales.kept");
  });
});
