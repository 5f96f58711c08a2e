import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Change } from "../../contract/evolution/change.js";
import { readSoundProject } from "../../contract/read.js";
import { writeProject } from "../contract/projects.js";
import { Reader } from "../planning/warehouse/reader.js";
import {
  editedBy,
  first,
  firstRecords,
  type Step as OneStep,
  type Record,
  steps,
  worstOf,
} from "../planning/warehouse/twelve-changes.js";
import { Loads } from "./loads.js";
import { RunningAccount, sluice } from "./running-account.js";

jest.setTimeout(900_000);

/**
 * The twelve changes by the commands that a person types: `check --against deployed` says the class, the deployed contract
 * loads what comes, a reader of the table and of its view sees no error, and the table is what a load from nothing gives.
 * `npm run long` deploys each of the twelve by itself; the fast form six that are unlike, in two deployments.
 */
type Step = OneStep & { readonly n: number };
const all: readonly Step[] = steps.map((step, at) => ({ ...step, n: at + 1 }));
const together = [
  [1, 3, 4, 6],
  [5, 7],
];
const deployments =
  process.env.SLUICE_LONG === undefined
    ? together.map((some) => all.filter(({ n }) => some.includes(n)))
    : all.map((step) => [step]);

const declaration = `name: grown
region: eu-central-1
warehouse: { create: { database: shop } }
sources:
  shop: { landing: create, engine: lambda }
`;
const view = `create or replace view sales.totals as
select count(*) as orders, max(amount) as most from sales.orders
`;
const withView = first.replace("load:", "catalogue: partition\naggregates: [sales.totals]\nload:");
/** The same contract for a table that is not there yet. */
const afresh = (text: string, n: number) =>
  text
    .replace("dataset: orders", "dataset: afresh")
    .replace("sales.orders", `sales.afresh_${n}`)
    .replace("aggregates: [sales.totals]\n", "");

const project = writeProject({
  "sluice.yaml": declaration,
  "datasets/orders.yaml": withView,
  "datasets/afresh.yaml": afresh(withView, 0),
  "aggregates/sales.totals.sql": view,
});
const fileOf = (dataset: string) => join(project, "datasets", `${dataset}.yaml`);
const where = ["--project", project, "--local"];
let account: RunningAccount;
let loads: Loads;

async function start(): Promise<void> {
  account = await RunningAccount.start(project);
  loads = new Loads(project, account);
}

/** Every name that the first contract asks for stands in the header, and whatever else a record has. */
const always = ["id", "version", "quantity", "amount", "ratio", "note", "fax"];
function csvOf(records: readonly Record[]): string {
  const header = [...new Set([...always, ...records.flatMap((record) => Object.keys(record))])];
  const lines = records.map((record) => header.map((name) => String(record[name] ?? "")).join(","));
  return [header.join(","), ...lines].join("\n");
}

async function load(dataset: string, n: number, records: readonly Record[]): Promise<void> {
  const folder = join(project, "files", dataset);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "orders.csv"), csvOf(records));
  const partition = `2026-01-${String(n + 1).padStart(2, "0")}`;
  const path = join(folder, "orders.csv");
  const { code, said } = await sluice("load", dataset, path, "--partition", partition, ...where, "--json");
  expect([code, said.slice(-2000)]).toEqual([0, expect.any(String)]);
}

/** Reads until it is told to end. @returns what it saw fail, and how often it read */
function look(sql: string): () => Promise<Reader> {
  const reader = new Reader();
  const work = reader.read(() => loads.query(sql));
  return async () => {
    reader.end();
    await work;
    return reader;
  };
}

/** What a reader finds in the table of a dataset, and the types of its columns; by name, since new columns stand at the end. */
async function contentOf(dataset: string): Promise<object> {
  const contract = readSoundProject(project).contracts.find((each) => each.dataset === dataset);
  const { schema = "", name = "" } = contract?.table ?? {};
  const names = (contract?.columns ?? []).map((column) => column.name).sort();
  const { rows } = await loads.query(
    `select ${names.map((each) => (each === "_rescued" ? "json_serialize(_rescued)" : each)).join(", ")} from ${schema}.${name} order by id`,
  );
  const types = await loads.query(
    `select column_name, data_type, character_maximum_length, numeric_precision, numeric_scale
     from svv_columns where table_schema = '${schema}' and table_name = '${name}' order by column_name`,
  );
  return { names, rows, types: types.rows };
}

const delivered = new Map<number, readonly Record[]>([[0, firstRecords]]);
beforeAll(async () => {
  await start();
  await load("orders", 0, firstRecords);
  await load("afresh", 0, firstRecords);
});
afterAll(async () => {
  await account?.stop();
  rmSync(project, { recursive: true, force: true });
});

/** Changes the contract's file as a person does, or as `sluice adopt` does. */
async function change({ edits }: Step): Promise<void> {
  if (edits !== "adopt") {
    return writeFileSync(fileOf("orders"), editedBy(edits, readFileSync(fileOf("orders"), "utf8")));
  }
  const { code, said } = await sluice("adopt", "orders", "--write", ...where);
  expect([code, said]).toEqual([0, expect.stringMatching(/vat: .*colour: .*was changed/s)]);
}

async function expectClass(of: readonly Step[]): Promise<void> {
  const { code, out } = await sluice("check", "--against", "deployed", ...where, "--json");
  const { changes }: { changes: readonly Change[] } = JSON.parse(out);
  const worst = worstOf(of.map((step) => step.class));
  expect(worstOf(changes.map((each) => each.class))).toBe(worst);
  expect(code).toBe(worst === "planned" || worst === "harmless" ? 0 : 2);
  // A number grows by a copy of the table, and what that costs is said.
  const growing = changes.filter(({ path, after }) => path.endsWith(".type") && !after?.startsWith("varchar"));
  for (const { table } of growing) expect(table).toMatch(/ sales\.orders has about \d+ rows in \d+ MB\.$/);
  expect(growing.length > 0).toBe(of.some(({ n }) => [2, 5, 8, 12].includes(n)));
}

const titled = deployments.map((each) => [each.map(({ n, what }) => `${n}: ${what}`).join("; "), each] as const);
test.each(titled)("%s", async (_, together) => {
  for (const step of together) await change(step);
  await expectClass(together);
  const n = together.at(-1)?.n ?? 0;
  await account.stop();
  writeFileSync(fileOf("afresh"), afresh(readFileSync(fileOf("orders"), "utf8"), n));
  await start();

  const readers = ["select count(*), max(amount) from sales.orders", "select orders, most from sales.totals"].map(look);
  expect((await sluice("bootstrap", ...where)).code).toBe(0);
  for (const step of together) {
    await load("orders", step.n, step.records);
    delivered.set(step.n, step.records);
    if (step.again !== undefined) await load("orders", step.again, delivered.get(step.again) ?? []);
  }
  for (const seen of await Promise.all(readers.map((end) => end()))) {
    expect(seen.wrong).toEqual([]);
    expect(seen.reads).toBeGreaterThan(0);
  }

  const newest = new Map([...delivered.values()].flat().map((record) => [record.id, record]));
  await load("afresh", n, [...newest.values()]);
  expect(await contentOf("orders")).toEqual(await contentOf("afresh"));
  expect((await loads.query("select orders from sales.totals")).rows).toEqual([[newest.size]]);
});
