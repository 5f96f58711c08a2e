import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { contractOf } from "../fixture.js";
import { type Mode, modes } from "./modes.js";
import { stepsOf, TestWarehouse } from "./test-warehouse.js";

/** Values of more than a VARCHAR has room for: staged as values, whatever the load mode. */

const loads = { upsert: { key: ["id"], order_by: "at" }, history: { key: ["id"], order_by: "at" } };
const contractFor = (mode: Mode) =>
  contractOf({
    dataset: mode,
    columns: [
      { name: "id", type: "varchar(8)" },
      { name: "at", type: "date" },
      { name: "body", type: "super", large: true },
      { name: "small", type: "super" },
    ],
    table: { name: `sales.${mode}` },
    load: { mode, ...(mode === "upsert" || mode === "history" ? loads[mode] : {}) },
  });

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open(modes.map(contractFor));
});
afterAll(() => warehouse?.stop());

test.each(modes)("%s", async (mode) => {
  const contract = contractFor(mode);
  const words = Array.from({ length: 20_000 }, (_, i) => `word${i}`);
  for (const [day, more] of [
    ["2026-01-01", 1],
    ["2026-01-02", 2],
  ] as const) {
    const partition = `2026-11-22T0${more}`;
    const id = batchId(mode, partition, "manifest.json");
    const revision = "20261123T060000Z-0000-1a2b3c4d";
    const attempt = {
      batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) },
      rows: [["a", day, JSON.stringify({ words, more }), `{"more": ${more}}`]],
    };
    const plan = await warehouse.plan(contract, attempt);
    const copies = stepsOf(plan).flatMap(({ statements }) => statements.filter((sql) => sql.startsWith("COPY")));
    expect(copies).toHaveLength(1);
    expect(copies[0]).toContain("FORMAT AS JSON 'auto'");
    expect(await warehouse.follow(plan, attempt)).toMatchObject({ outcome: "done" });
  }
  const read = `SELECT LENGTH(JSON_SERIALIZE(body)), JSON_SERIALIZE(small) FROM sales.${mode} ORDER BY at`;
  const length = JSON.stringify({ words, more: 1 }).length;
  const both = mode === "append" || mode === "history";
  expect(await warehouse.query("sluice_reader", read)).toEqual([
    ...(both ? [[length, '{"more":1}']] : []),
    [length, '{"more":2}'],
  ]);
});
