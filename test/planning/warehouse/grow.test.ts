import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { contractOf, preparationOf } from "../fixture.js";
import { type Attempt, TestWarehouse, type Value } from "./test-warehouse.js";

/** Types that grow on a table that has rows, grants, comments and views. */

const modes = ["upsert", "append", "history", "replace", "truncate", "swap"] as const;
type Mode = (typeof modes)[number];
/** Those whose steps differ most; the long form tries all. */
const tried = modes.filter(
  (mode) => process.env.SLUICE_LONG !== undefined || ["upsert", "history", "swap"].includes(mode),
);

const loadOf = (mode: Mode) =>
  mode === "upsert" || mode === "history" ? { mode, key: ["id"], order_by: "at" } : { mode };

/** @param types of the columns that grow */
const contractFor = (mode: Mode, [count, amount, ratio, note]: readonly [string, string, string, string]) =>
  contractOf({
    columns: [
      { name: "id", type: "varchar(8)" },
      { name: "at", type: "timestamp" },
      { name: "count", type: count, description: "how many" },
      { name: "amount", type: amount },
      { name: "ratio", type: ratio },
      { name: "note", type: note },
    ],
    table: { name: "sales.orders", distribution: mode === "upsert" ? "key(id)" : "even", sort: ["count"] },
    load: loadOf(mode),
  });

const narrow = ["smallint", "decimal(5,2)", "real", "varchar(10)"] as const;
const wide = ["bigint", "decimal(12,4)", "double precision", "varchar(40)"] as const;
const wideTypes = ["bigint", "numeric(12,4)", "double precision", "character varying(40)"];

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contractOf()]);
  await asAdmin("CREATE USER ann PASSWORD DISABLE", "CREATE GROUP clerks", "GRANT USAGE ON SCHEMA sales TO ann");
});
afterAll(() => warehouse?.stop());
const dropAll = () =>
  asAdmin(
    "DROP VIEW IF EXISTS sales.late",
    "DROP TABLE IF EXISTS sales.orders CASCADE",
    "DROP TABLE IF EXISTS sales.orders__sluice_previous CASCADE",
    "DROP TABLE IF EXISTS sluice.statements_orders",
    "DELETE FROM sluice.loads_orders",
  );
beforeEach(dropAll);
afterEach(dropAll);

const asAdmin = (...statements: readonly string[]) =>
  warehouse.as("admin", async (session) => {
    for (const sql of statements) await session.run(sql);
  });
const asLoader = async (...statements: readonly string[]) => {
  for (const sql of statements) await warehouse.query("sluice_loader", sql);
};
const ask = (sql: string) => warehouse.query("admin", sql);

let loads = 0;
function batch(...rows: readonly (readonly Value[])[]): Attempt {
  const partition = `2026-11-${String(10 + (loads++ % 18)).padStart(2, "0")}T05`;
  const id = batchId("orders", partition, `${loads}.manifest.json`);
  const revision = "20261223T060000Z-0000-1a2b3c4d";
  return { batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) }, rows };
}

const early = ["a", "2026-01-01 00:00:00", 7, "1.25", 0.5, "short"] as const;
const late = [
  "b",
  "2026-01-02 00:00:00",
  5_000_000_000,
  "12345678.1234",
  0.1,
  "a note of more than ten letters",
] as const;

/** Names, types and NOT NULL of a table's columns, in their order. */
const columns = (schema: string, name: string) =>
  ask(
    `SELECT a.attname, FORMAT_TYPE(a.atttypid, a.atttypmod), a.attnotnull FROM pg_attribute AS a
     WHERE a.attrelid = '${schema}.${name}'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
  );
const leftovers = () =>
  ask("SELECT COUNT(*) FROM pg_class WHERE relname LIKE '%sluice_grown%' OR relname LIKE '%outgrown%'");

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

describe("twice, late and at once", () => {
  const [before, after] = [contractFor("append", narrow), contractFor("append", wide)];

  test("a repeat of every step changes nothing", async () => {
    await warehouse.load(before, batch(early));
    const attempt = batch(late);
    const plan = await warehouse.plan(after, attempt);
    for (const step of preparationOf(plan)) await warehouse.run(step, attempt);
    const once = await ask("SELECT * FROM sales.orders");
    const oid = "SELECT CAST(CAST('sales.orders' AS regclass) AS integer)";
    const [[table]] = (await ask(oid)) as [[Value]];
    for (const step of preparationOf(plan))
      expect(await warehouse.run(step, attempt)).toMatchObject({ outcome: "done" });
    expect(await ask("SELECT * FROM sales.orders")).toEqual(once);
    expect(await ask(oid)).toEqual([[table]]);
    expect(await leftovers()).toEqual([[0]]);
    expect(await warehouse.follow(plan, attempt)).toMatchObject({ outcome: "done" });
  });

  test("a broken connection after any statement leaves the table whole, and a new execution ends what was begun", async () => {
    await warehouse.load(before, batch(early));
    await asLoader("CREATE VIEW sales.totals AS SELECT MAX(count) AS total FROM sales.orders");
    const attempt = batch(late);
    const { grow } = await warehouse.plan(after, attempt);
    expect(grow).toHaveLength(3);
    for (const step of grow) {
      for (let stop = 1; stop <= step.statements.length; stop++) {
        if (step.transaction || stop < step.statements.length) await warehouse.run(step, attempt, stop);
        expect(await ask("SELECT COUNT(*), MAX(count) FROM sales.orders")).toEqual([[1, 7]]);
        expect(await ask("SELECT total FROM sales.totals")).toEqual([[7]]);
      }
      // The next step's connection breaks behind what this one has done.
      await warehouse.run(step, attempt);
      const left = await warehouse.plan(after, attempt);
      expect(left.grow.length).toBeLessThan(3);
    }
    expect(await leftovers()).toEqual([[0]]);
    expect(await warehouse.load(after, attempt)).toMatchObject({ outcome: "done" });
    expect(await ask("SELECT total FROM sales.totals")).toEqual([[5_000_000_000]]);
  });

  test("a new execution lets views follow that a broken one has left behind", async () => {
    await warehouse.load(before, batch(early));
    await asLoader("CREATE VIEW sales.totals AS SELECT MAX(count) AS total FROM sales.orders");
    const attempt = batch(late);
    const [copy] = (await warehouse.plan(after, attempt)).grow;
    if (copy === undefined) throw new TypeError("nothing grows");
    await warehouse.run(copy, attempt);
    const other = batch(["c", "2026-01-03 00:00:00", 1, "1.00", 0.5, "c"]);
    expect(await warehouse.load(after, other)).toMatchObject({ outcome: "done" });
    expect(await ask("SELECT total FROM sales.totals")).toEqual([[7]]);
    expect(await leftovers()).toEqual([[0]]);
  });

  test("the plan of an older contract does not come behind a newer one's", async () => {
    await warehouse.load(before, batch(early));
    const middle = contractFor("append", ["integer", narrow[1], narrow[2], narrow[3]]);
    const attempt = batch(["c", "2026-01-03 00:00:00", 9, "1.00", 0.5, "c"]);
    const plan = await warehouse.plan(middle, attempt);
    await warehouse.load(after, batch(late));
    expect(await warehouse.follow(plan, attempt)).toMatchObject({
      error: "SchemaDrift",
      message: expect.stringContaining("another load changed the table since this one was planned"),
    });
    expect((await columns("sales", "orders")).slice(2, 6).map(([, type]) => type)).toEqual(wideTypes);
  });

  test("a column that was added meanwhile is not lost", async () => {
    await warehouse.load(before, batch(early));
    const attempt = batch(late);
    const plan = await warehouse.plan(after, attempt);
    await asLoader("ALTER TABLE sales.orders ADD COLUMN extra integer");
    expect(await warehouse.follow(plan, attempt)).toMatchObject({ error: "SchemaDrift" });
    expect((await columns("sales", "orders")).at(-1)).toEqual(["extra", "integer", false]);
  });

  test("what was rescued stays, though the contract rescues no more", async () => {
    await warehouse.load(before, batch(early));
    await asLoader(
      "ALTER TABLE sales.orders ADD COLUMN _rescued super",
      `UPDATE sales.orders SET _rescued = JSON_PARSE('{"unknown":{"x":"1"}}')`,
    );
    expect(await warehouse.load(after, batch(late))).toMatchObject({ outcome: "done" });
    expect(await ask("SELECT id, JSON_SERIALIZE(_rescued) FROM sales.orders ORDER BY id")).toEqual([
      ["a", '{"unknown":{"x":"1"}}'],
      ["b", null],
    ]);
  });

  test("renamed and grown in one load", async () => {
    await warehouse.load(before, batch(early));
    const named = ["id", "at", "how_many", "amount", "ratio", "note"].map((name, at) => ({
      name,
      type: ["varchar(8)", "timestamp", ...wide][at],
      ...(name === "how_many" ? { was: "count" } : {}),
    }));
    const renamed = contractOf({
      columns: named,
      table: { name: "sales.orders", distribution: "even", sort: ["how_many"] },
      load: { mode: "append" },
    });
    expect(await warehouse.load(renamed, batch(late))).toMatchObject({ outcome: "done" });
    expect(await ask("SELECT id, how_many FROM sales.orders ORDER BY id")).toEqual([
      ["a", 7],
      ["b", 5_000_000_000],
    ]);
  });

  test("added and grown in one load: the added column is NULL in the rows that were there", async () => {
    await warehouse.load(before, batch(early));
    const more = contractOf({
      columns: [
        ...["id", "at", "count", "amount", "ratio", "note"].map((name, at) => ({
          name,
          type: ["varchar(8)", "timestamp", ...wide][at],
        })),
        { name: "vat", type: "integer", required: true },
      ],
      table: { name: "sales.orders", distribution: "even", sort: ["count"] },
      load: { mode: "append" },
    });
    expect(await warehouse.load(more, batch([...late, 3]))).toMatchObject({ outcome: "done" });
    expect(await ask("SELECT id, count, vat FROM sales.orders ORDER BY id")).toEqual([
      ["a", 7, null],
      ["b", 5_000_000_000, 3],
    ]);
  });
});

test("readers at any moment, of the table and of a view over it, see whole states and no error", async () => {
  const [before, after] = [contractFor("append", narrow), contractFor("append", wide)];
  const rows = Array.from({ length: 2000 }, (_, n): Value[] => [`k${n}`, early[1], 1, "1.00", 0.5, "x"]);
  await warehouse.load(before, batch(...rows));
  await asLoader(
    "CREATE VIEW sales.totals AS SELECT SUM(count) AS total FROM sales.orders",
    "GRANT SELECT ON TABLE sales.totals TO GROUP sluice_readers",
  );
  const seen: Value[] = [];
  let isOver = false;
  const readers = [
    "SELECT SUM(count) FROM sales.orders",
    "SELECT total FROM sales.totals",
    "SELECT COUNT(*) FROM sales.orders",
  ].map((sql) =>
    warehouse.as("sluice_reader", async (session) => {
      while (!isOver) seen.push(Number((await session.run(sql)).result?.rows[0]?.[0]));
    }),
  );
  const outcome = await warehouse.load(after, batch()).finally(() => {
    isOver = true;
  });
  await Promise.all(readers);
  expect(outcome).toMatchObject({ outcome: "done" });
  expect((await columns("sales", "orders")).slice(2, 6).map(([, type]) => type)).toEqual(wideTypes);
  expect(seen.length).toBeGreaterThan(10);
  expect(new Set(seen)).toEqual(new Set([2000]));
});

describe("what a copy would lose, or no type can hold, is SchemaDrift by name", () => {
  const [before, after] = [contractFor("append", narrow), contractFor("append", wide)];
  test.each([
    [
      "a DEFAULT",
      [
        "ALTER TABLE sales.orders ADD COLUMN x integer DEFAULT 3",
        "ALTER TABLE sales.orders DROP COLUMN ratio",
        "ALTER TABLE sales.orders RENAME COLUMN x TO ratio",
      ],
      "another type",
    ],
    [
      "a key",
      ["ALTER TABLE sales.orders ADD CONSTRAINT by_hand UNIQUE (id)"],
      "'id' stands in the key by_hand, which the contract does not say",
    ],
  ])("%s", async (_, statements, message) => {
    await warehouse.load(before, batch(early));
    await asLoader(...statements);
    await expect(warehouse.plan(after, batch(late))).rejects.toMatchObject({
      name: "SchemaDrift",
      message: expect.stringContaining(message),
    });
  });

  test("digits that would be lost", async () => {
    await warehouse.load(before, batch(early));
    const lossy = contractFor("append", [narrow[0], "decimal(6,4)", narrow[2], narrow[3]]);
    await expect(warehouse.plan(lossy, batch(late))).rejects.toMatchObject({
      name: "SchemaDrift",
      message:
        "sales.orders: column 'amount' would lose digits (found: numeric(5,2); expected: decimal(6,4)): the new type has more on one side of the point and fewer on the other. Nothing was changed. Give it in the contract at least as many digits on both sides as it has, or change the table yourself.",
    });
  });
});
