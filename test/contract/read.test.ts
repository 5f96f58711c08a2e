import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Contract } from "../../contract/contract.js";
import { jsonSchemas } from "../../contract/json-schemas.js";
import { describeFinding, ProjectInvalid, readProject, readSoundProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

const dataset = soundProject["datasets/orders.yaml"];
const project = soundProject["sluice.yaml"];

/** The findings of a sound project in which one text of one file was replaced. */
function findingsWith(file: keyof typeof soundProject, from: string | RegExp, to: string) {
  const changed = soundProject[file].replace(from, to);
  expect(changed).not.toBe(soundProject[file]);
  return readProject(writeProject({ ...soundProject, [file]: changed })).findings;
}

test("a sound project has no findings and a compiled contract that its own schema accepts", () => {
  const read = readSoundProject(writeProject(soundProject));
  expect(read.findings).toEqual([]);
  const [orders] = read.contracts;
  expect(Contract.parse(JSON.parse(JSON.stringify(orders)))).toEqual(orders);
  expect(orders?.columns.map(({ name, from, required }) => [name, from, required])).toEqual([
    ["id", "id", true],
    ["placed_at", "placed_at", true],
    ["amount", "amount", false],
    ["op", "op", false],
  ]);
});

test("defaults of the dataset hold for every column, and a column's own word wins", () => {
  const folder = writeProject({
    ...soundProject,
    "datasets/orders.yaml": dataset
      .replace("columns:", 'defaults: { trim: false, "null": ["-"] }\ncolumns:')
      .replace("name: op,", "name: op, trim: true,"),
  });
  const columns = readSoundProject(folder).contracts[0]?.columns;
  expect(columns?.map(({ trim }) => trim)).toEqual([false, false, false, true]);
  expect(columns?.[0]?.null).toEqual(["-"]);
});

test("columns of a CSV without header are taken in order", () => {
  const folder = writeProject({
    ...soundProject,
    "datasets/orders.yaml": dataset
      .replace("type: csv", "type: csv, header: false")
      .replace("name: op,", "name: op, value: I,"),
  });
  expect(readSoundProject(folder).contracts[0]?.columns.map(({ from }) => from)).toEqual([1, 2, 3, null]);
});

describe("each breach is found at its place, with what to write instead", () => {
  test.each<[string, keyof typeof soundProject, string | RegExp, string, string, RegExp]>([
    ["unknown key", "sluice.yaml", "nodes:", "nodez:", "sluice.yaml:4 warehouse.create.nodez", /Write 'nodes'/],
    [
      "unknown key in a dataset",
      "datasets/orders.yaml",
      "checks:",
      "check:",
      "datasets/orders.yaml:10 check",
      /Write 'checks'/,
    ],
    [
      "wrong type",
      "datasets/orders.yaml",
      "partition: hour",
      "partition: [hour]",
      "datasets/orders.yaml:3 partition",
      /hour, day/,
    ],
    [
      "wrong enum",
      "datasets/orders.yaml",
      "partition: hour",
      "partition: houry",
      "datasets/orders.yaml:3 partition",
      /Write 'hour'/,
    ],
    [
      "no such column type",
      "datasets/orders.yaml",
      "bigint",
      "bigin",
      "datasets/orders.yaml:6 columns[0].type",
      /'bigin' is no type/,
    ],
    [
      "no such mode",
      "datasets/orders.yaml",
      "mode: upsert",
      "mode: upsrt",
      "datasets/orders.yaml:13 load.mode",
      /Write 'upsert'/,
    ],
    [
      "a refresh with order_by",
      "datasets/orders.yaml",
      "mode: upsert",
      "mode: swap",
      "load.order_by",
      /Remove 'order_by'/,
    ],
    ["upsert without key", "datasets/orders.yaml", "key: [id], ", "", "load.key", /Add 'load.key'/],
    [
      "key that is no column",
      "datasets/orders.yaml",
      "key: [id]",
      "key: [ide]",
      "datasets/orders.yaml:13 load.key[0]",
      /Write 'id'/,
    ],
    [
      "sort that is no column",
      "datasets/orders.yaml",
      "sort: [placed_at]",
      "sort: [placed]",
      "table.sort[0]",
      /no column/,
    ],
    [
      "distribution that is no column",
      "datasets/orders.yaml",
      "key(id)",
      "key(idd)",
      "table.distribution",
      /Write 'id'/,
    ],
    [
      "an identity column that batches fill",
      "datasets/orders.yaml",
      "sort: [placed_at]",
      "identity: { column: op }",
      "table.identity.column",
      /fills an identity column by itself/,
    ],
    [
      "an identity column with a name of ours",
      "datasets/orders.yaml",
      "sort: [placed_at]",
      "identity: { column: hour }",
      "table.identity.column",
      /hour_value/,
    ],
    [
      "identity numbers that stand still",
      "datasets/orders.yaml",
      "sort: [placed_at]",
      "identity: { column: number, step: 0 }",
      "table.identity.step",
      /./,
    ],
    [
      "an identity column as the sort key",
      "datasets/orders.yaml",
      "sort: [placed_at]",
      "identity: { column: row_id }, sort: [row_id]",
      "table.sort[0]",
      /no column|Name a column/,
    ],
    ["a column twice", "datasets/orders.yaml", "name: op", "name: id", "columns[3].name", /second time/],
    ["a reserved word", "datasets/orders.yaml", "name: op", "name: order", "columns[3].name", /order_value/],
    ["a name of ours", "datasets/orders.yaml", "name: op", "name: sluice_batch", "columns[3].name", /batch_value/],
    [
      "from and value",
      "datasets/orders.yaml",
      "name: op,",
      "name: op, from: a, value: b,",
      "columns[3].value",
      /Keep one/,
    ],
    [
      "a position with a header",
      "datasets/orders.yaml",
      "name: op,",
      "name: op, from: 4,",
      "columns[3].from",
      /header: false/,
    ],
    [
      "parse for a number",
      "datasets/orders.yaml",
      "type: bigint",
      "type: bigint, parse: iso8601",
      "columns[0].parse",
      /Remove 'parse'/,
    ],
    [
      "no such time zone",
      "datasets/orders.yaml",
      "type: timestamp",
      "type: timestamp, timezone: Mars",
      "columns[1].timezone",
      /Europe\/London/,
    ],
    [
      "a check over no column",
      "datasets/orders.yaml",
      "amount > 0",
      "amont > 0",
      "datasets/orders.yaml:11 checks.positive",
      /Write 'amount'/,
    ],
    [
      "a check with a subquery",
      "datasets/orders.yaml",
      "amount > 0",
      "amount > (select 1)",
      "checks.positive",
      /subquery/,
    ],
    [
      "a check with an aggregate",
      "datasets/orders.yaml",
      "amount > 0",
      "amount > max(amount)",
      "checks.positive",
      /aggregate/,
    ],
    [
      "a check with two statements",
      "datasets/orders.yaml",
      "amount is null or amount > 0",
      '"amount > 0; drop"',
      "checks.positive",
      /a .;./,
    ],
    ["a check that is not closed", "datasets/orders.yaml", "amount > 0", "(amount > 0", "checks.positive", /Close it/],
    [
      "no such source",
      "datasets/orders.yaml",
      "source: web",
      "source: wep",
      "datasets/orders.yaml:2 source",
      /Write 'web'/,
    ],
    [
      "a dataset in another's file",
      "datasets/orders.yaml",
      "dataset: orders",
      "dataset: order",
      "dataset",
      /Rename the file/,
    ],
    [
      "a name that Sluice uses itself",
      "datasets/orders.yaml",
      "dataset: orders",
      "dataset: manifests",
      "datasets/orders.yaml:1 dataset",
      /composes/,
    ],
    [
      "an aggregate without file",
      "datasets/orders.yaml",
      /$/,
      "aggregates: [shop.daily]\n",
      "aggregates[0]",
      /aggregates\/shop.daily.sql/,
    ],
    ["no YAML", "datasets/orders.yaml", "columns:", "columns: [", "datasets/orders.yaml", /YAML/],
    [
      "names too long for a bucket",
      "sluice.yaml",
      "name: shop",
      "name: shop-of-the-whole-wide-world",
      "sources.web",
      /Shorten/,
    ],
    [
      "one bucket for landing and processed",
      "sluice.yaml",
      "landing: create",
      "landing: { existingBucket: theirs }, processed: { existingBucket: theirs }",
      "sources.web.processed",
      /another bucket/,
    ],
    [
      "a key to be made for buckets that are there",
      "sluice.yaml",
      "landing: create",
      "landing: { existingBucket: theirs }, processed: { existingBucket: lake }, kms: true",
      "sources.web.kms",
      /key's ARN/,
    ],
    [
      "runs that a redrive would not find any more",
      "sluice.yaml",
      "landing: create",
      "landing: create, retention: { runs: 7d }",
      "sources.web.retention.runs",
      /at least 15d/,
    ],
    [
      "a producer that stands for many",
      "sluice.yaml",
      "landing: create",
      'landing: create, producers: ["arn:aws:iam::111111111111:role/*"]',
      "sources.web.producers[0]",
      /without wildcards/,
    ],
  ])("%s", (_, file, from, to, place, remedy) => {
    const texts = findingsWith(file, from, to).map(describeFinding);
    expect(texts.filter((text) => text.includes(place)).join("\n")).toMatch(remedy);
  });
});

test("an identity column counts from 1 by 1 unless the contract says otherwise; an older contract.json has none", () => {
  const compiled = (identity: string) => {
    const [file, text] = ["datasets/orders.yaml", soundProject["datasets/orders.yaml"]] as const;
    const folder = writeProject({ ...soundProject, [file]: text.replace("sort: [placed_at]", identity) });
    return readProject(folder).contracts[0];
  };
  expect(compiled("identity: { column: row_id }")?.table.identity).toEqual({ column: "row_id", seed: 1, step: 1 });
  const contract = compiled("identity: { column: row_id, seed: -5, step: -10 }");
  expect(contract?.table.identity).toEqual({ column: "row_id", seed: -5, step: -10 });
  const { identity, ...older } = contract?.table ?? {};
  expect(Contract.parse({ ...contract, table: older }).table.identity).toBeNull();
});

test("two datasets on one table", () => {
  const second = dataset.replace("dataset: orders", "dataset: orders_again");
  const { findings } = readProject(writeProject({ ...soundProject, "datasets/orders_again.yaml": second }));
  expect(findings.map(describeFinding).join()).toContain("which datasets/orders.yaml loads too");
});

test("all errors come in one pass, and stop a project from being used", () => {
  const folder = writeProject({
    "sluice.yaml": project.replace("region: eu-west-1", "region: Europe"),
    "datasets/orders.yaml": dataset.replace("bigint", "bigin").replace("source: web", "sauce: web"),
  });
  expect(() => readSoundProject(folder)).toThrow(ProjectInvalid);
  expect(
    readProject(folder)
      .findings.map(({ path }) => path)
      .sort(),
  ).toEqual(["columns[0].type", "region", "sauce", "source"]);
});

test("an empty folder says what is missing", () => {
  expect(readProject(writeProject({})).findings.map(describeFinding)).toEqual([
    expect.stringContaining("sluice.yaml:1 found no such file"),
  ]);
});

test("the committed JSON Schemas are those of the zod schemas", () => {
  for (const [name, generate] of Object.entries(jsonSchemas)) {
    expect(readFileSync(`${__dirname}/../../contract/${name}`, "utf8")).toBe(generate());
  }
});
