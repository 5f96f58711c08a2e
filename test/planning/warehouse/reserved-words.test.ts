import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { reservedWords } from "../../../cli/init/reserved-words.js";
import { batchId, placeOf } from "../../../contract/layout.js";
import { systemColumns } from "../../../contract/semantics/reserved-columns.js";
import { commentHash } from "../../../planning/inspection.js";
import { contractOf } from "../fixture.js";
import { entriesTried } from "./modes.js";
import { type Attempt, TestWarehouse, type Value } from "./test-warehouse.js";

/** Every word that Redshift reserves, as the name of a column: each statement of each mode has to quote them. */
const words = [...reservedWords].filter((word) => !systemColumns.has(word));
const [key, version, op, note] = ["select", "order", "do", "default"] as const;
const types: Readonly<Record<string, string>> = {
  [key]: "varchar(8)",
  [version]: "integer",
  [op]: "varchar(1)",
  timestamp: "timestamp",
};
const columns = words.map((name) => ({
  name,
  type: types[name] ?? "varchar(20)",
  ...([key, version, "timestamp"].includes(name) ? { required: true } : {}),
  description: `The column ${name}.`,
}));

const quoted = (word: string) => `"${word}"`;
const contractWith = (load: object, more: readonly object[] = []) =>
  contractOf({
    columns: [...columns, ...more],
    load,
    table: { name: "sales.orders", distribution: `key(${key})`, sort: [version, "group"] },
  });
const modes = {
  upsert: {
    mode: "upsert",
    key: [key, "primary"],
    order_by: version,
    deletes: { column: op, values: ["D"], action: "soft", mark: "isnull_mark" },
  },
  append: { mode: "append" },
  replace: { mode: "replace" },
  truncate: { mode: "truncate" },
  swap: { mode: "swap" },
  history: {
    mode: "history",
    key: [key, "primary"],
    order_by: "timestamp",
    deletes: { column: op, values: ["D"] },
  },
} as const;

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contractOf()]);
});
afterAll(() => warehouse?.stop());

let loads = 0;
function next(
  rows: readonly (readonly [id: string, version: number, note: string])[],
  more: readonly Value[] = [],
): Attempt {
  const partition = `2026-11-22T${String(loads++).padStart(2, "0")}`;
  const id = batchId("orders", partition, "manifest.json");
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  const valueIn = (word: string, [own, newness, text]: readonly [string, number, string]): Value =>
    ({ [key]: own, [version]: newness, [op]: "U", [note]: text, timestamp: `2026-11-22 0${newness}:00:00` })[word] ??
    `a ${word}`;
  return {
    batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) },
    rows: rows.map((row) => [...words.map((word) => valueIn(word, row)), ...more]),
  };
}

test("AWS's list is whole, and of it only what PostgreSQL's tables have themselves is no column", () => {
  expect(reservedWords.size).toBeGreaterThanOrEqual(150);
  expect([...reservedWords].filter((word) => systemColumns.has(word))).toEqual(["oid"]);
});

describe.each(entriesTried(modes))("all reserved words by %s", (mode, load) => {
  const asLoader = (sql: string) => warehouse.query("sluice_loader", sql);
  const select = `SELECT ${[key, version, note].map(quoted).join(", ")} FROM sales.orders ORDER BY 1, 2`;

  test("make a table, load twice, take another column, and keep grants and a view", async () => {
    await asLoader("DROP TABLE IF EXISTS sales.orders__sluice_previous CASCADE");
    await asLoader("DROP TABLE IF EXISTS sales.orders CASCADE");
    const first = contractWith(load);
    expect(
      await warehouse.load(
        first,
        next([
          ["a", 1, "old"],
          ["b", 1, "old"],
        ]),
      ),
    ).toMatchObject({ outcome: "done" });
    await asLoader(`CREATE VIEW sales.seen AS SELECT ${words.map(quoted).join(", ")} FROM sales.orders`);
    await asLoader("GRANT SELECT ON sales.seen TO GROUP sluice_readers");
    expect(
      await warehouse.load(
        first,
        next([
          ["a", 2, "new"],
          ["c", 1, "new"],
        ]),
      ),
    ).toMatchObject({ outcome: "done" });
    const added = contractWith(load, [{ name: "user_note", type: "varchar(9)" }]);
    expect(await warehouse.load(added, next([["d", 1, "more"]], ["x"]))).toMatchObject({ outcome: "done" });
    const found = await asLoader(select);
    const all = [
      ["a", 1, "old"],
      ["a", 2, "new"],
      ["b", 1, "old"],
      ["c", 1, "new"],
      ["d", 1, "more"],
    ];
    const expected: Readonly<Record<string, readonly Value[][]>> = {
      upsert: [
        ["a", 2, "new"],
        ["b", 1, "old"],
        ["c", 1, "new"],
        ["d", 1, "more"],
      ],
      append: all,
      history: all,
    };
    expect(found.map((row) => row.map(String))).toEqual(
      (expected[mode] ?? [["d", 1, "more"]]).map((row) => row.map(String)),
    );
    expect(await warehouse.query("sluice_reader", "SELECT count(*) FROM sales.seen")).toEqual([[found.length]]);
    const inspected = await warehouse.inspect(added);
    expect(inspected.columns.map(({ name }) => name)).toEqual(expect.arrayContaining(words));
    // Some of them with each load: a step has room for 40 statements.
    expect(inspected.comments.get("all")).toBe(commentHash("The column all."));
    await asLoader("DROP VIEW sales.seen");
  });
});
