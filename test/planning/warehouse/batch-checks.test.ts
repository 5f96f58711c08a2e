import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Contract } from "../../../contract/contract.js";
import { batchId, placeOf } from "../../../contract/layout.js";
import { contractOf } from "../fixture.js";
import { type Attempt, TestWarehouse, type Value } from "./test-warehouse.js";

const modes = {
  upsert: { mode: "upsert", key: ["id"], order_by: "version" },
  append: { mode: "append" },
  replace: { mode: "replace" },
  truncate: { mode: "truncate" },
  swap: { mode: "swap" },
} as const;
type Mode = keyof typeof modes;

const checks = {
  positive: { sql: "sum(amount) > 0 and count(distinct id) = :rows -- all of them" },
  not_a_fragment: { sql: "count(*) >= 0.5 * :previous_rows" },
  usual: { sql: ":rows::int <= 1.5 * :average_rows", severity: "warn" },
  one_note: { unique: ["note"], severity: "warn" },
  known: { references: "sales.customers(customer)", column: "note", allow: "50%" },
};

const contracts = new Map(
  Object.keys(modes).map((mode) => [
    mode,
    contractOf({
      dataset: `orders_${mode}`,
      table: { name: `sales.orders_${mode}` },
      load: modes[mode as Mode],
      batch_checks: checks,
    }),
  ]),
);
const contractFor = (mode: string): Contract => {
  const contract = contracts.get(mode);
  if (contract === undefined) throw new TypeError(mode);
  return contract;
};

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([...contracts.values()]);
  await warehouse.as("admin", async (session) => {
    for (const sql of [
      "CREATE TABLE sales.customers (customer varchar(40))",
      "INSERT INTO sales.customers VALUES ('ann'), ('bob')",
      "GRANT SELECT ON TABLE sales.customers TO sluice_loader",
    ]) {
      await session.run(sql);
    }
  });
});
afterAll(() => warehouse?.stop());

/** The batch of an hour. @param rows id, version, amount, note */
function batch(mode: string, hour: number, rows: readonly (readonly Value[])[], attempt = 0): Attempt {
  const partition = `2026-11-22T${String(hour).padStart(2, "0")}`;
  const id = batchId(`orders_${mode}`, partition, "manifest.json");
  const revision = `20261123T0600${String(attempt).padStart(2, "0")}Z-0000-1a2b3c4d`;
  return { batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) }, rows };
}

const rowsOf = (count: number, note: (at: number) => Value = () => "ann", amount: Value = "1.00") =>
  Array.from({ length: count }, (_, at): Value[] => [`k${at}`, 1, amount, note(at)]);
const table = (mode: string) => warehouse.query("admin", `SELECT id, version FROM sales.orders_${mode} ORDER BY 1`);

describe.each(Object.keys(modes))("%s", (mode) => {
  const contract = contractFor(mode);
  const load = (attempt: Attempt) => warehouse.load(contract, attempt);

  test("a batch that passes is loaded, and says what was found", async () => {
    const outcome = await load(
      batch(
        mode,
        1,
        rowsOf(4, (at) => (at % 2 === 0 ? "ann" : `new${at}`)),
      ),
    );
    expect(outcome).toMatchObject({ outcome: "done" });
    const results = outcome.outcome === "done" ? outcome.results.at(-1)?.rows.map((row) => row[9]) : [];
    expect(results).toEqual([
      "known passed: 2 of 4 values of note are not in sales.customers(customer)",
      "not_a_fragment passed: 4 rows",
      "one_note warns: 1 values of note occur in more than one row",
      "positive passed: 4 rows",
      "usual passed: 4 rows",
    ]);
  });

  test.each<[string, () => Attempt, RegExp]>([
    ["too few rows beside the batch before", () => batch(mode, 2, rowsOf(1)), /not_a_fragment \(1 rows\)/],
    [
      "a condition that is false",
      () =>
        batch(
          mode,
          2,
          rowsOf(4, () => "ann", "-1.00"),
        ),
      /positive \(4 rows\)/,
    ],
    [
      "too many values that are not there",
      () =>
        batch(
          mode,
          2,
          rowsOf(3, (at) => (at === 0 ? "ann" : "eve")),
        ),
      /known \(2 of 3 values of note/,
    ],
  ])("%s: refused, and nothing is changed", async (_, attempt, message) => {
    const before = await table(mode);
    expect(await load(attempt())).toMatchObject({
      outcome: "refused",
      error: "BatchCheckFailed",
      message: expect.stringMatching(message),
    });
    expect(await table(mode)).toEqual(before);
  });

  test("a share that is met exactly passes; NULL has no say; a warning loads", async () => {
    const rows = rowsOf(9, (at) => (at < 2 ? "bob" : at < 4 ? "zoe" : null));
    const outcome = await load(batch(mode, 3, rows));
    expect(outcome).toMatchObject({ outcome: "done" });
    const found = await warehouse.query(
      "admin",
      `SELECT name, passed, found FROM sluice.batch_checks WHERE dataset = 'orders_${mode}' AND "partition" = '2026-11-22T03' ORDER BY name`,
    );
    expect(found).toEqual([
      ["known", true, "2 of 4 values of note are not in sales.customers(customer)"],
      ["not_a_fragment", true, "9 rows"],
      ["one_note", false, "2 values of note occur in more than one row"],
      ["positive", true, "9 rows"],
      ["usual", false, "9 rows"],
    ]);
  });

  test("an older hour that comes late looks at what was before it, not at what came after", async () => {
    // Before hour 2 there is only hour 1, with four rows: two are enough, and would not be beside the nine of hour 3.
    if (["replace", "truncate", "swap"].includes(mode)) return;
    expect(await load(batch(mode, 2, rowsOf(2), 1))).toMatchObject({ outcome: "done" });
  });
});

test("SQL that fails on the data names the check, whatever its severity", async () => {
  const contract = contractOf({
    batch_checks: { ratio: { sql: "sum(amount) / (count(*) - 2) > 0", severity: "warn" } },
  });
  await warehouse.bootstrap([contract]);
  await expect(warehouse.load(contract, batch("plain", 1, rowsOf(2)))).rejects.toThrow(/division by zero/i);
});

test("unique by one column and by two: blanks at the end make no difference, NULL and what is repeated are counted alike", async () => {
  const contract = contractOf({
    dataset: "orders_unique",
    table: { name: "sales.orders_unique" },
    load: modes.append,
    batch_checks: {
      one: { unique: ["note"], severity: "warn" },
      two: { unique: ["version", "note"], severity: "warn" },
      other: { unique: ["id"], severity: "warn" },
    },
  });
  await warehouse.bootstrap([contract]);
  const rows: Value[][] = [
    ["k1", 1, "1.00", "ann"],
    ["k2", 1, "1.00", "ann  "],
    ["k3", 2, "1.00", "ann"],
    ["k4", 1, "1.00", null],
    ["k5", 1, "1.00", null],
    ["k6", 1, "1.00", "bob"],
    ["k7", 2, "1.00", "bob"],
  ];
  const outcome = await warehouse.load(contract, batch("unique", 1, rows));
  expect(outcome.outcome === "done" && outcome.results.at(-1)?.rows.map((row) => row[9])).toEqual([
    "one warns: 2 values of note occur in more than one row",
    "other passed: 0 values of id occur in more than one row",
    "two warns: 1 values of version, note occur in more than one row",
  ]);
});

test("records that delete are no rows of the batch", async () => {
  const contract = contractOf({
    dataset: "orders_deleted",
    table: { name: "sales.orders_deleted" },
    load: { mode: "upsert", key: ["id"], order_by: "version", deletes: { column: "note", values: ["gone"] } },
    batch_checks: { two: { sql: ":rows = 2" } },
  });
  await warehouse.bootstrap([contract]);
  const attempt = batch(
    "deleted",
    1,
    rowsOf(5, (at) => (at < 2 ? "kept" : "gone")),
  );
  expect(await warehouse.load(contract, attempt)).toMatchObject({ outcome: "done" });
});
