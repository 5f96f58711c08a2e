import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { placeImported } from "../../../cli/exchange/import.js";
import { importTable } from "../../../cli/exchange/import-table.js";
import { StatementFailed } from "../../../cli/warehouse/statements.js";
import { readDatasetText } from "../../../contract/read.js";
import { contractOf } from "../../planning/fixture.js";
import { TestWarehouse } from "../../planning/warehouse/test-warehouse.js";

const contract = contractOf();
let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contract]);
  await warehouse.as("admin", async (session) => {
    for (const sql of [
      `CREATE TABLE sales.people (id bigint NOT NULL, name varchar(40), "Note" varchar(10), at timestamp NOT NULL, payload super, odd time,
         PRIMARY KEY (id)) DISTSTYLE KEY DISTKEY (id) SORTKEY (at, id)`,
      "COMMENT ON TABLE sales.people IS 'Who buys'",
      "COMMENT ON COLUMN sales.people.name IS 'As they sign'",
      "INSERT INTO sales.people (id, name, at) VALUES (1, 'ann', '2026-01-01'), (1, 'bob', '2026-01-02')",
      "GRANT SELECT ON TABLE sales.people TO sluice_reader",
      "CREATE TABLE sales.secret (id integer NOT NULL)",
    ]) {
      await session.run(sql);
    }
  });
});
afterAll(() => warehouse?.stop());

async function imported(name: string) {
  const ask = async (sql: string) => {
    try {
      return { columns: [], rows: await warehouse.query("sluice_reader", sql) };
    } catch (error) {
      throw new StatementFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return placeImported(await importTable(ask, name), {
    file: name,
    dataset: undefined,
    source: "crm",
    partition: "day",
  });
}

test("a table that is there: types, key, design and comments, with what its rows show as evidence", async () => {
  const { text, problems, dataset } = await imported("sales.people");
  expect(problems).toEqual([]);
  expect(text.split("\n").filter((line) => line.includes("{") || line.includes("look"))).toEqual([
    "# look: the primary key (id) occurs in more than one row: Redshift does not enforce keys",
    "# look: order_by: one of at, if it says which version of a row is the newer",
    "# look: the schema does not say how files are written, so CSV with a header is assumed. With sample files, use sluice infer",
    "format: { type: csv }",
    '  - { name: id, type: "bigint", required: true } # bigint not null, a value in each of 2 rows',
    '  - { name: name, type: "varchar(40)", description: "As they sign" } # character varying(40), a value in each of 2 rows',
    "    # look: no row lacks a value: add required: true if that is a rule",
    '  - { name: note, type: "varchar(10)" } # character varying(10), 2 of 2 rows without a value',
    '  - { name: at, type: "timestamp", required: true } # timestamp without time zone not null, a value in each of 2 rows',
    '  - { name: payload, type: "super" } # super, 2 of 2 rows without a value',
    "  # left out: { name: odd } # time without time zone, 2 of 2 rows without a value",
    "    # look: no type of a contract can hold 'time without time zone'",
    "table: { name: sales.people, distribution: key(id), sort: [at, id] }",
    "load: { mode: upsert, key: [id] } # look: order_by, where a column tells versions apart",
  ]);
  const { contract: read, findings } = readDatasetText(text, `datasets/${dataset}.yaml`);
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(read?.description).toBe("Who buys");
});

test("a table that Sluice loads: its own columns are left out, and said", async () => {
  await warehouse.load(contract, {
    batch: { partition: "2026-11-22T05", batchId: "b", revision: "r", place: "p" },
    rows: [["a", 1, "1.00", "x"]],
  });
  const { text } = await imported("sales.orders");
  expect(text).toContain("# look: sales.orders has Sluice's own columns: a dataset loads it already");
  expect(text).not.toContain("sluice_batch");
});

test("a table whose rows nobody may read is described all the same, and says so", async () => {
  const { text } = await imported("sales.secret");
  expect(text).toContain("# look: the rows of sales.secret could not be read, so nothing is known about its values: ");
  expect(text).toContain('  - { name: id, type: "integer", required: true } # integer not null\n');
});

test.each([
  ["sales.nothing", "There is no table sales.nothing, or the reading user may not see its schema."],
  ["people", "'people' is not a table's name. Write schema.table."],
])("%s", async (name, message) => {
  await expect(imported(name)).rejects.toThrow(message);
});
