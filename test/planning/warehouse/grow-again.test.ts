import { describe, expect, test } from "@jest/globals";
import { contractOf, preparationOf } from "../fixture.js";
import {
  ask,
  asLoader,
  batch,
  columns,
  contractFor,
  early,
  late,
  leftovers,
  narrow,
  warehouse,
  wide,
  wideTypes,
} from "./growing.js";
import type { Value } from "./test-warehouse.js";

/** Types that grow twice, late, beside other changes and other readers; and what no copy may lose. */

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
      "a different type",
    ],
    [
      "a key",
      ["ALTER TABLE sales.orders ADD CONSTRAINT by_hand UNIQUE (id)"],
      "'id' is in the key by_hand, which the contract does not declare",
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
        "sales.orders: column 'amount' would lose digits (found: numeric(5,2); expected: decimal(6,4)): the new type has more digits on one side of the point and fewer on the other. Nothing was changed. Declare it with at least as many digits on both sides as it has in the table, or change the table yourself.",
    });
  });
});
