import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { Contract } from "../../contract/contract.js";
import { eventSchemas, jsonSchemas } from "../../contract/json-schemas.js";
import { describeFinding, ProjectInvalid, readProject, readSoundProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

const dataset = soundProject["datasets/orders.yaml"];
const project = soundProject["sluice.yaml"];

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

test("two files of one dataset, which would be one contract", () => {
  const second = dataset.replace("shop.orders", "shop.others");
  const { findings } = readProject(writeProject({ ...soundProject, "datasets/orders.yml": second }));
  expect(findings.map(describeFinding)).toEqual([
    expect.stringMatching(/^datasets\/orders\.yml:1 dataset: found 'orders', which datasets\/orders\.yaml is too/),
  ]);
});

test("a dataset with the name of another one's table of rejects", () => {
  const second = dataset.replace("dataset: orders", "dataset: orders_rejects").replace("shop.orders", "shop.others");
  const { findings } = readProject(writeProject({ ...soundProject, "datasets/orders_rejects.yaml": second }));
  expect(findings.map(describeFinding)).toEqual([
    expect.stringMatching(/orders_rejects', the name of the catalogue's table of what orders rejects/),
  ]);
});

test("a limit of rejects that check takes is one that the Lambdas take", () => {
  const limitOf = (max: string) => {
    const text = dataset.replace("table:", `rejects: { max: ${max} }\ntable:`);
    const { contracts, findings } = readProject(writeProject({ ...soundProject, "datasets/orders.yaml": text }));
    if (findings.length > 0) return findings.map(({ path }) => path);
    return Contract.parse(JSON.parse(JSON.stringify(contracts[0]))).rejects;
  };
  expect(["100%", "100.0%", "99.9%", "0.5%"].map(limitOf)).toEqual(
    [100, 100, 99.9, 0.5].map((max_percent) => ({ max_percent })),
  );
  expect(["100.5%", "100.01%", "101%", "-1%"].map(limitOf)).toEqual(Array.from({ length: 4 }, () => ["rejects.max"]));
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
    expect(readFileSync(new URL(`../../contract/${name}`, import.meta.url), "utf8")).toBe(generate());
  }
  for (const { file, schema } of eventSchemas()) {
    expect(readFileSync(new URL(`../../docs/events/${file}`, import.meta.url), "utf8")).toBe(schema);
  }
});
