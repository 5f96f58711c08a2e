import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { contractOf, preparationOf } from "../fixture.js";
import { type Attempt, TestWarehouse, type Value } from "./test-warehouse.js";

/** What may happen to the two tables of a history, and what its users ask for: cases that random histories do not draw. */

const columns = [
  { name: "id", type: "varchar(8)", trim: false },
  { name: "at", type: "date" },
  { name: "city", type: "varchar(10)" },
  { name: "detail", type: "super" },
];
const history = { mode: "history", key: ["id"], order_by: "at" };
const withLoad = (more: Readonly<Record<string, unknown>>, others = columns) =>
  contractOf({ columns: others, table: { name: "sales.orders" }, load: { ...history, ...more } });
const contract = withLoad({});

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contract]);
});
afterAll(() => warehouse?.stop());

let loads = 0;
beforeEach(async () => {
  await warehouse.as("admin", async (session) => {
    for (const table of ["sales.orders", "sluice.statements_orders"])
      await session.run(`DROP TABLE IF EXISTS ${table}`);
    await session.run("DELETE FROM sluice.loads_orders");
  });
});

function batch(...rows: readonly (readonly Value[])[]): Attempt {
  const partition = `2026-11-22T${String(loads++ % 24).padStart(2, "0")}`;
  const id = batchId("orders", partition, `${loads}.manifest.json`);
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  return { batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) }, rows };
}

const load = async (attempt: Attempt, by = contract) => {
  const outcome = await warehouse.load(by, attempt);
  if (outcome.outcome !== "done") return outcome;
  return outcome.results.at(-1)?.rows[0]?.slice(4, 9);
};
const versions = (what = "id, city, valid_from, valid_to, is_current") =>
  warehouse.query("sluice_reader", `SELECT ${what} FROM sales.orders ORDER BY id, valid_from`);

describe("the table of a history", () => {
  test("keys that differ by blanks at the end are one key, and so are texts", async () => {
    expect(await load(batch(["a", "2026-01-01", "Oslo", null], ["b", "2026-01-01", "Oslo", null]))).toEqual([
      2, 0, 0, 0, 0,
    ]);
    expect(await load(batch(["a ", "2026-01-02", "Oslo ", null]))).toEqual([0, 1, 0, 0, 0]);
    expect(await load(batch(["a  ", "2026-01-03", "Rome", null]))).toEqual([1, 0, 0, 0, 0]);
    expect(await versions("RTRIM(id), RTRIM(city), valid_from, is_current")).toEqual([
      ["a", "Oslo", "2026-01-01", false],
      ["a", "Rome", "2026-01-03", true],
      ["b", "Oslo", "2026-01-01", true],
    ]);
  });

  test("SUPER is compared as a value, NULL equals NULL, and NULL is not a value", async () => {
    await load(batch(["a", "2026-01-01", null, '{"x": 1, "y": [true, null]}']));
    expect(await load(batch(["a", "2026-01-02", null, '{"y":[true,null],"x":1.0}']))).toEqual([0, 1, 0, 0, 0]);
    expect(await load(batch(["a", "2026-01-03", null, '{"x": 1}']))).toEqual([1, 0, 0, 0, 0]);
    expect(await load(batch(["a", "2026-01-04", null, null], ["a", "2026-01-05", null, null]))).toEqual([
      1, 1, 0, 0, 0,
    ]);
    expect(await versions("valid_from, valid_to")).toEqual([
      ["2026-01-01", "2026-01-03"],
      ["2026-01-03", "2026-01-04"],
      ["2026-01-04", null],
    ]);
  });

  test("a full copy of the source every day makes no version without a change", async () => {
    for (const day of [1, 2, 3]) {
      const rows = ["a", "b", "c"].map((id) => [id, `2026-01-0${day}`, "Oslo", null]);
      expect(await load(batch(...rows))).toEqual(day === 1 ? [3, 0, 0, 0, 0] : [0, 3, 0, 0, 0]);
    }
    expect(await versions("valid_from, valid_to, is_current, at")).toEqual(
      ["a", "b", "c"].map(() => ["2026-01-01", null, true, "2026-01-03"]),
    );
  });

  test("a column that is added or gets wider makes no version, in either of the two tables", async () => {
    await load(batch(["a", "2026-01-01", "Oslo", null]));
    const wider = withLoad({}, [
      ...columns.map((column) => (column.name === "city" ? { ...column, type: "varchar(20)" } : column)),
      { name: "plan", type: "varchar(8)" },
    ]);
    expect(await load(batch(["a", "2026-01-02", "Oslo", null, null]), wider)).toEqual([0, 1, 0, 0, 0]);
    expect(await load(batch(["a", "2026-01-03", "Kristiansund N", null, "pro"]), wider)).toEqual([1, 0, 0, 0, 0]);
    const { columns: found, statements } = await warehouse.inspect(wider);
    expect(statements.map(({ name, type }) => [name, type])).toEqual(found.map(({ name, type }) => [name, type]));
    expect(preparationOf(await warehouse.plan(wider, batch()))).toEqual([]);
  });

  test("a column that is renamed in both tables goes on under its name", async () => {
    await load(batch(["a", "2026-01-01", "Oslo", null]));
    for (const table of ["sales.orders", "sluice.statements_orders"]) {
      await warehouse.query("sluice_loader", `ALTER TABLE ${table} RENAME COLUMN city TO town`);
    }
    const renamed = withLoad(
      {},
      columns.map((column) => (column.name === "city" ? { ...column, name: "town" } : column)),
    );
    expect(await load(batch(["a", "2026-01-02", "Oslo", null]), renamed)).toEqual([0, 1, 0, 0, 0]);
    await warehouse.query("sluice_loader", "ALTER TABLE sluice.statements_orders RENAME COLUMN town TO city");
    await expect(warehouse.plan(renamed, batch())).rejects.toMatchObject({
      name: "SchemaDrift",
      message: expect.stringContaining("sluice.statements_orders"),
    });
  });

  test("is made anew from what was said, when it was emptied or dropped", async () => {
    await load(batch(["a", "2026-01-01", "Oslo", null], ["b", "2026-01-01", "Rome", null]));
    await load(batch(["a", "2026-01-02", "Bergen", null]));
    const before = await versions();
    for (const loss of ["DELETE FROM sales.orders", "DROP TABLE sales.orders"]) {
      await warehouse.query("sluice_loader", loss);
      expect(await load(batch(["c", "2026-01-01", "Lima", null]))).toEqual([1, 0, 0, 0, 0]);
      expect((await versions()).filter(([id]) => id !== "c")).toEqual(before);
    }
  });

  test("is refused, and nothing is changed, where rows are there of which nobody noted what was said", async () => {
    await load(batch(["a", "2026-01-01", "Oslo", null]));
    const before = await versions();
    await warehouse.query("sluice_loader", "DROP TABLE sluice.statements_orders");
    const attempt = batch(["b", "2026-01-01", "Oslo", null]);
    const [prepare] = preparationOf(await warehouse.plan(contract, attempt));
    if (prepare === undefined) throw new TypeError("nothing is prepared");
    expect(await warehouse.run(prepare, attempt)).toMatchObject({
      outcome: "refused",
      error: "SchemaDrift",
      message: expect.stringMatching(/sales\.orders has rows, but sluice\.statements_orders.* is missing/),
    });
    expect(await versions()).toEqual(before);
    expect(await warehouse.query("sluice_loader", "SELECT COUNT(*) FROM sluice.loads_orders")).toEqual([[1]]);
  });

  test("a revision that says less takes back what its batch said, and an older one is refused", async () => {
    const first = batch(
      ["a", "2026-01-01", "Oslo", null],
      ["b", "2026-01-01", "Rome", null],
      ["b", "2026-01-02", "Bari", null],
    );
    await load(first);
    await load(batch(["b", "2026-01-03", "Pisa", null]));
    const at = (revision: string) => ({
      ...first.batch,
      revision,
      place: placeOf(first.batch.partition, revision, first.batch.batchId),
    });
    const newer = { batch: at("20261124T060000Z-0000-1a2b3c4d"), rows: [["b", "2026-01-01", "Roma", null]] };
    expect(await load(newer)).toEqual([1, 0, 0, 0, 2]);
    expect(await versions()).toEqual([
      ["b", "Roma", "2026-01-01", "2026-01-03", false],
      ["b", "Pisa", "2026-01-03", null, true],
    ]);
    const older = { batch: at("20261123T070000Z-0000-1a2b3c4d"), rows: [] };
    expect(await load(older)).toMatchObject({ outcome: "refused", error: "Superseded" });
  });
});
