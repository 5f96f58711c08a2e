import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Contract } from "../../../contract/contract.js";
import { batchId, placeOf } from "../../../contract/layout.js";
import { contractOf } from "../fixture.js";
import { type Attempt, TestWarehouse, type Value } from "./test-warehouse.js";

const [first, second] = ["0123456789ab", "ba9876543210"];
const columns = (protect: object, more: readonly object[] = []) => [
  { name: "id", type: "varchar(64)", description: "Who.", ...protect },
  { name: "version", type: "bigint" },
  { name: "amount", type: "decimal(10,2)" },
  { name: "note", type: "varchar(40)" },
  ...more,
];
const of = (
  dataset: string,
  load: object,
  protect: object = { protect: "hash" },
  more: readonly object[] = [],
): Contract => contractOf({ dataset, table: { name: `sales.${dataset}` }, columns: columns(protect, more), load });

const byKey = { mode: "upsert", key: ["id"], order_by: "version" };
const contracts = {
  upsert: of("people", byKey),
  replace: of("present_people", { mode: "replace" }),
  swap: of("swapped_people", { mode: "swap" }),
  clear: of("clear_people", byKey, {}),
  // More columns than the comments of one statement have room for.
  wide: of(
    "wide_people",
    byKey,
    { protect: "hash" },
    Array.from({ length: 60 }, (_, at) => ({ name: `c${at}`, type: "integer", description: "Some number." })),
  ),
};

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open(Object.values(contracts));
});
afterAll(() => warehouse?.stop());

let hour = 0;
function batch(contract: Contract, more: Partial<Attempt>): Attempt {
  const partition = `2026-11-22T${String(hour++).padStart(2, "0")}`;
  const id = batchId(contract.dataset, partition, "manifest.json");
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  const rest: Value[] = contract.columns.slice(4).map(() => 1);
  return {
    batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) },
    rows: [["h1", hour, "1.00", "n", ...rest]],
    ...more,
  };
}
const load = (contract: Contract, more: Partial<Attempt>) => warehouse.load(contract, batch(contract, more));
const comment = async ({ table: { schema, name } }: Contract) => {
  const [row] = await warehouse.query("admin", `SELECT pg_catalog.col_description('${schema}.${name}'::regclass, 1)`);
  return row?.[0];
};

test("a new table says by which key its column is hashed, and takes what the same key hashed", async () => {
  await load(contracts.upsert, { keyVersion: first });
  expect(await comment(contracts.upsert)).toBe(`[protected: hash ${first}] Who.`);
  expect(await load(contracts.upsert, { keyVersion: first })).toMatchObject({ outcome: "done" });
});

test("another key is refused until it is said to replace the one of before", async () => {
  const attempt = batch(contracts.upsert, { keyVersion: second });
  await expect(warehouse.load(contracts.upsert, attempt)).rejects.toMatchObject({
    name: "ProtectionChanged",
    message: `sales.people: 'id' holds values of 'hash ${first}', the batch values of 'hash ${second}'. These never equal each other, and old rows stay as they are. Nothing was changed. Restore the previous key or 'protect'; or, to load the table again, write 'protection: { replaces: ['hash ${first}'] }' in sluice.yaml, deploy, and rerun. See docs/protection.md, 'A new key'.`,
  });
  expect(await comment(contracts.upsert)).toContain(first);
  await warehouse.load(contracts.upsert, { ...attempt, replaces: [`hash ${first}`] });
  expect(await comment(contracts.upsert)).toBe(`[protected: hash ${second}] Who.`);
  // Said once too often, it changes nothing.
  await load(contracts.upsert, { keyVersion: second, replaces: [`hash ${first}`] });
});

test("a refresh puts every row in the place of those of before, and needs no word", async () => {
  for (const contract of [contracts.replace, contracts.swap]) {
    for (const keyVersion of [first, second]) await load(contract, { keyVersion });
    // A swap's comments go with the table that it builds from the present one.
    expect(await comment(contract)).toBe(`[protected: hash ${second}] Who.`);
  }
});

test("a column in clear that becomes protected, and one that no longer is, are refused likewise", async () => {
  const { clear } = contracts;
  await load(clear, {});
  expect(await comment(clear)).toBe("Who.");
  const hashed = { ...clear, columns: contracts.upsert.columns };
  await expect(load(hashed, { keyVersion: first })).rejects.toThrow(
    "'id' holds clear values, the batch values of 'hash 0123456789ab'",
  );
  await load(hashed, { keyVersion: first, replaces: ["clear"] });
  expect(await comment(clear)).toBe(`[protected: hash ${first}] Who.`);
  await expect(load(clear, {})).rejects.toThrow(`'id' holds values of 'hash ${first}', the batch clear values`);
  await load(clear, { replaces: [`hash ${first}`] });
  expect(await comment(clear)).toBe("Who.");
});

test("in a wide table too", async () => {
  await load(contracts.wide, { keyVersion: first });
  expect(await comment(contracts.wide)).toBe(`[protected: hash ${first}] Who.`);
  await load(contracts.wide, { keyVersion: first });
  await expect(load(contracts.wide, { keyVersion: second })).rejects.toMatchObject({ name: "ProtectionChanged" });
});
