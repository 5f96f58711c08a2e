import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { contractOf } from "../fixture.js";
import { reset } from "./disorder.js";
import { TestWarehouse } from "./test-warehouse.js";
import { watchedAttempt } from "./watch.js";

/** Somebody has changed how the table is stored, and what the contract says is what counts. */

const design = {
  table: {
    name: "sales.orders",
    distribution: "key(id)",
    sort: ["version", "id"],
    columns: { amount: { encode: "zstd" }, note: { encode: "raw" } },
  },
};
const key = ["id", "version"];
const load = { mode: "upsert", key: ["id"], order_by: "version" };
const contract = contractOf(design);

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contract]);
});
beforeEach(async () => {
  await reset(warehouse, contract);
  expect(await warehouse.load(contract, watchedAttempt(1))).toMatchObject({ outcome: "done" });
});
afterAll(() => warehouse?.stop());

const planned = (changed = contract) => warehouse.plan(changed, watchedAttempt(2));

describe("a table that is stored in another way than the contract says", () => {
  test.each([
    ["ALTER DISTSTYLE EVEN", "(found: even; expected: key(id))"],
    ["ALTER DISTSTYLE ALL", "(found: all; expected: key(id))"],
    ["ALTER DISTSTYLE AUTO", "(found: auto; expected: key(id))"],
    ["ALTER DISTSTYLE KEY DISTKEY note", "(found: key(note); expected: key(id))"],
    ["ALTER SORTKEY (id)", "(found: [id]; expected: [version, id])"],
    ["ALTER SORTKEY NONE", "(found: []; expected: [version, id])"],
    ["ALTER COLUMN amount ENCODE az64", "column 'amount' has a different encoding (found: az64; expected: zstd)"],
    ["ALTER COLUMN note ENCODE lzo", "column 'note' has a different encoding (found: lzo; expected: raw)"],
  ])("%s is drift, and the statement of the message undoes it", async (change, found) => {
    expect((await planned()).prepare).toBeNull();
    await warehouse.query("admin", `ALTER TABLE sales.orders ${change}`);
    const refusal: unknown = await planned().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "SchemaDrift", message: expect.stringContaining(found) });
    const [, remedy = ""] = /change the table: (.*);$/.exec(refusal instanceof Error ? refusal.message : "") ?? [];
    await warehouse.query("admin", remedy);
    expect((await planned()).prepare).toBeNull();
  });

  test("is right where the contract leaves it to Redshift, and for a swap, which builds it anew", async () => {
    for (const change of ["ALTER DISTSTYLE ALL", "ALTER SORTKEY (note)", "ALTER COLUMN amount ENCODE az64"]) {
      await warehouse.query("admin", `ALTER TABLE sales.orders ${change}`);
    }
    const free = contractOf({ table: { name: "sales.orders" } });
    expect((await planned(free)).prepare).toBeNull();
    const swapped = contractOf({ ...design, load: { mode: "swap", key } });
    expect(await warehouse.load(swapped, watchedAttempt(2))).toMatchObject({ outcome: "done" });
    expect((await planned()).prepare).toBeNull();
  });

  test("a column that is added has its encoding from the start", async () => {
    await warehouse.query("admin", "ALTER TABLE sales.orders DROP COLUMN amount");
    expect(await warehouse.load(contract, watchedAttempt(2))).toMatchObject({ outcome: "done" });
    expect((await planned()).prepare).toBeNull();
  });
});

describe("a contract that declares an IDENTITY column", () => {
  const numbered = (mode: Readonly<Record<string, unknown>>, identity: object = { column: "row_number" }) =>
    contractOf({ ...design, table: { ...design.table, identity }, load: mode });
  const numbers = async () =>
    (await warehouse.query("admin", "SELECT row_number FROM sales.orders ORDER BY 1")).map(([number]) =>
      Number(number),
    );
  const merge = { ...load, strategy: "merge" };

  beforeEach(() => reset(warehouse, contract));

  test.each([merge, { mode: "append", key }, { mode: "truncate", key }, { mode: "swap", key }])(
    "%p: the table is made with it, and fills it at every load",
    async (mode) => {
      const made = numbered(mode);
      for (const n of [2, 3]) {
        expect(await warehouse.load(made, watchedAttempt(n))).toMatchObject({ outcome: "done" });
        const found = await numbers();
        expect(found).toHaveLength(mode.mode === "append" ? 40 * (n - 1) : 40);
        expect(new Set(found).size).toBe(found.length);
      }
      const plan = await planned(made);
      expect([plan.widen, plan.prepare]).toEqual([null, null]);
      const [column] = (await warehouse.inspect(made)).columns;
      expect(column).toMatchObject({ name: "row_number", type: "bigint", isNotNull: true });
    },
  );

  test("a merge keeps the number of a row that it changes", async () => {
    const made = numbered(merge, { column: "row_number", seed: 1000, step: 10 });
    await warehouse.load(made, watchedAttempt(2));
    const before = await numbers();
    expect(before.slice(0, 3)).toEqual([1000, 1010, 1020]);
    await warehouse.load(made, watchedAttempt(3));
    expect(await numbers()).toEqual(before);
  });

  test("a table without it is drift, and the statements of the message give it one", async () => {
    await warehouse.load(contract, watchedAttempt(2));
    const made = numbered(merge);
    const refusal: unknown = await planned(made).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      name: "SchemaDrift",
      message: expect.stringContaining("(found: no such column; expected: bigint IDENTITY(1, 1))"),
    });
    const [, statements = ""] =
      /with the old one's grants: ([\s\S]*)$/.exec(refusal instanceof Error ? refusal.message : "") ?? [];
    for (const statement of statements.split(";").filter((text) => text.trim() !== "")) {
      await warehouse.query("sluice_loader", statement);
    }
    expect(await warehouse.load(made, watchedAttempt(3))).toMatchObject({ outcome: "done" });
    expect(new Set(await numbers()).size).toBe(40);
    await warehouse.query("admin", "DROP TABLE sales.orders_old");
  });

  test("a swap gives a table the column that it did not have", async () => {
    await warehouse.load(contract, watchedAttempt(2));
    expect(await warehouse.load(numbered({ mode: "swap", key }), watchedAttempt(3))).toMatchObject({ outcome: "done" });
    expect(new Set(await numbers()).size).toBe(40);
  });

  test("a column of that name that does not fill itself is drift", async () => {
    await warehouse.load(contract, watchedAttempt(2));
    await warehouse.query("admin", "ALTER TABLE sales.orders ADD COLUMN row_number bigint");
    await expect(planned(numbered(merge))).rejects.toMatchObject({
      message: expect.stringContaining("(found: bigint; expected: bigint IDENTITY(1, 1))"),
    });
  });
});

describe("a table with an IDENTITY column that the contract does not know", () => {
  beforeEach(async () => {
    await warehouse.query("admin", "DROP TABLE sales.orders");
    await warehouse.query(
      "admin",
      `CREATE TABLE sales.orders (row_number bigint IDENTITY(1, 1) NOT NULL, id varchar(8) NOT NULL, version integer NOT NULL,
         amount decimal(9, 2), note varchar(40), sluice_batch varchar(80), sluice_file varchar(1024))`,
    );
    await warehouse.query("admin", "ALTER TABLE sales.orders OWNER TO sluice_loader");
  });

  test("fills it by itself", async () => {
    const kept = contractOf({ table: { name: "sales.orders" }, load });
    expect(await warehouse.load(kept, watchedAttempt(2))).toMatchObject({ outcome: "done" });
    const [row] = await warehouse.query("admin", "SELECT COUNT(*), COUNT(DISTINCT row_number) FROM sales.orders");
    expect(row).toEqual([40, 40]);
  });

  test("is not swapped, since the new table would be without it", async () => {
    const swapped = contractOf({ table: { name: "sales.orders" }, load: { mode: "swap", key } });
    await expect(planned(swapped)).rejects.toMatchObject({
      name: "SchemaDrift",
      message: expect.stringContaining("column 'row_number' is an IDENTITY column, and a swap"),
    });
  });

  test("does not take the contract's values for it", async () => {
    const columns = [
      "row_number:bigint",
      "id:varchar(8)",
      "version:integer",
      "amount:decimal(9,2)",
      "note:varchar(40)",
    ];
    const filling = contractOf({
      table: { name: "sales.orders" },
      columns: columns.map((column) => ({ name: column.split(":")[0], type: column.split(":")[1] })),
    });
    await expect(planned(filling)).rejects.toMatchObject({
      name: "SchemaDrift",
      message: expect.stringContaining("(found: it fills itself; expected: values of the batch)"),
    });
  });
});
