import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { edited } from "../../../cli/adopt/edit.js";
import { proposalsOf } from "../../../cli/adopt/proposals.js";
import { type Contract, loadedColumns } from "../../../contract/contract.js";
import { compareContracts } from "../../../contract/evolution/compare.js";
import { batchId, placeOf } from "../../../contract/layout.js";
import { readDatasetText } from "../../../contract/read.js";
import { Reader } from "./reader.js";
import { type Attempt, TestWarehouse, type Value } from "./test-warehouse.js";
import { editedBy, first, firstRecords, type Record, type Step, steps, worstOf } from "./twelve-changes.js";

/**
 * One contract goes through twelve changes while its table lives, is read, and has a view: after each the table is what a load
 * from nothing gives, and the comparison of the contracts has said the class. What the job makes of records is modelled
 * here. More than 5 s of a core: thirteen loads, and thirteen tables from nothing.
 */

const contractOf = (text: string, dataset = "orders"): Contract => {
  const { contract, findings } = readDatasetText(text, `datasets/${dataset}.yaml`);
  if (contract === undefined) throw new TypeError(JSON.stringify(findings));
  return contract;
};

const misfit = (name: string, value: Value, contract: Contract) =>
  name === "vat" &&
  Number(value) > 32_767 &&
  contract.columns.some((column) => column.name === "vat" && column.type.name === "smallint");

/** A record as the job writes it by a contract. */
function rowOf(contract: Contract, record: Record): Value[] {
  const asked = new Set(contract.columns.map(({ from }) => String(from)));
  const unknown = Object.entries(record).filter(([name]) => !asked.has(name));
  const errors = Object.entries(record).filter(([name, value]) => misfit(name, value, contract));
  return loadedColumns(contract).map(({ name, from, retired }): Value => {
    if (name === "_rescued") return rescuedText(unknown, errors);
    if (retired || errors.some(([wrong]) => wrong === name)) return null;
    return record[String(from)] ?? null;
  });
}

type Entries = readonly (readonly [string, Value])[];

function rescuedText(unknown: Entries, errors: Entries): Value {
  if (unknown.length + errors.length === 0) return null;
  return JSON.stringify({
    ...(unknown.length === 0 ? {} : { unknown: Object.fromEntries(unknown) }),
    ...(errors.length === 0
      ? {}
      : { errors: Object.fromEntries(errors.map(([name, value]) => [name, { value, reason: "out_of_range" }])) }),
  });
}

let warehouse: TestWarehouse;
let text = first;
let loads = 0;
const delivered: (readonly Record[])[] = [firstRecords];

function attemptOf(contract: Contract, day: number, records: readonly Record[]): Attempt {
  const partition = `2026-01-${String(day + 1).padStart(2, "0")}`;
  const id = batchId(contract.dataset, partition, "_manifest.json");
  const revision = `20260201T0600${String(loads++).padStart(2, "0")}Z-0000-1a2b3c4d`;
  return {
    batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) },
    rows: records.map((record) => rowOf(contract, record)),
  };
}

const load = async (contract: Contract, day: number, records: readonly Record[]) =>
  expect(await warehouse.load(contract, attemptOf(contract, day, records))).toMatchObject({ outcome: "done" });

/** The contract for a table that is not there yet. */
const afresh = (n: number) =>
  contractOf(text.replace("dataset: orders", "dataset: afresh").replace("sales.orders", `sales.afresh_${n}`), "afresh");

async function rowsOf(contract: Contract): Promise<unknown> {
  const names = loadedColumns(contract).map(({ name }) =>
    name === "_rescued" ? "JSON_SERIALIZE(_rescued)" : `"${name}"`,
  );
  return warehouse.query(
    "sluice_reader",
    `SELECT ${names.join(", ")} FROM ${contract.table.schema}.${contract.table.name} ORDER BY id`,
  );
}

/** The types of a table's own columns by name. */
const typesOf = ({ table }: Contract) =>
  warehouse.query(
    "admin",
    `SELECT a.attname, FORMAT_TYPE(a.atttypid, a.atttypmod) FROM pg_attribute AS a
     WHERE a.attrelid = '${table.schema}.${table.name}'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname`,
  );

/** Looks until it is told to end. @returns what went wrong, and how often it looked */
function look(sql: string): () => Promise<Reader> {
  const reader = new Reader();
  const work = warehouse.as("sluice_reader", (session) => reader.read(() => session.run(sql)));
  return async () => {
    reader.end();
    await work;
    return reader;
  };
}

beforeAll(async () => {
  const contract = contractOf(first);
  warehouse = await TestWarehouse.open([contract, afresh(0)]);
  await load(contract, 0, delivered[0] ?? []);
  await warehouse.query(
    "sluice_loader",
    "CREATE VIEW sales.totals AS SELECT COUNT(*) AS orders, MAX(amount) AS most FROM sales.orders",
  );
  await warehouse.query("sluice_loader", "GRANT SELECT ON TABLE sales.totals TO GROUP sluice_readers");
});
afterAll(() => warehouse?.stop());

/** What a person writes, or sluice adopt from what the fourth step has rescued. */
function changed({ edits }: Step): string {
  if (edits !== "adopt") {
    return editedBy(edits, text);
  }
  const needs = { bytes: 5, digits: 5, scale: 0, others: 0 };
  const { proposals } = proposalsOf(contractOf(text), {
    batches: 1,
    unknown: new Map([["Colour", 2]]),
    values: new Map([["Colour", ["red", "green"]]]),
    misfits: new Map([["vat", { records: 1, codes: ["out_of_range"], needs }]]),
  });
  expect(proposals.map(({ column }) => column)).toEqual(["vat", "colour"]);
  return edited(text, proposals) ?? "";
}

test.each(steps.map((step, at) => ({ ...step, n: at + 1 })))("$n: $what", async (step) => {
  const { n, records } = step;
  const before = contractOf(text);
  text = changed(step);
  const contract = contractOf(text);
  const classes = compareContracts(before, contract).map((change) => change.class);
  expect(worstOf(classes)).toBe(step.class);

  const readers = ["SELECT COUNT(*), MAX(amount) FROM sales.orders", "SELECT orders, most FROM sales.totals"].map(look);
  await load(contract, n, records);
  delivered.push(records);
  if (step.again !== undefined) await load(contract, step.again, delivered[step.again] ?? []);
  for (const seen of await Promise.all(readers.map((end) => end()))) {
    expect(seen.wrong).toEqual([]);
    expect(seen.reads).toBeGreaterThan(0);
  }

  const nothing = afresh(n);
  const newest = new Map(delivered.flat().map((record) => [record.id, record]));
  await load(nothing, n, [...newest.values()]);
  expect(await rowsOf(contract)).toEqual(await rowsOf(nothing));
  expect(await typesOf(contract)).toEqual(await typesOf(nothing));
  expect(await warehouse.query("sluice_reader", "SELECT orders FROM sales.totals")).toEqual([[newest.size]]);
});
