import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { type ExportFormat, exportContracts } from "../../../cli/exchange/export.js";
import { statements } from "../../../cli/exchange/statements.js";
import { readSoundProject } from "../../../contract/read.js";
import { soundProject, writeProject } from "../../contract/projects.js";

const orders = `dataset: orders
source: web
description: "Orders {{ of }} the | shop."
partition: hour
format: { type: csv, delimiter: ";" }
columns:
  - { name: id, from: Id, type: bigint, description: "a | b" }
  - { name: line, type: smallint }
  - { name: placed_at, type: timestamptz, parse: "dd/MM/yyyy HH:mm" }
  - { name: amount, type: "decimal(10,2)" }
  - { name: op, type: char(1), required: true }
  - { name: note, type: varchar(20), trim: false }
  - { name: extra, type: super }
  - { name: total, type: double precision, expression: "amount * 2" }
checks:
  positive: amount is null or amount > 0
  known_op: op in ('I', 'U', 'D')
  spark_only: note rlike '^[a-z]+$'
table: { name: shop.orders, distribution: key(id), identity: { column: row_id } }
load: { mode: upsert, key: [id, line], order_by: placed_at, deletes: { column: op, values: [D] } }
expect: { every: 1h, within: 90m }
rejects: { max: 1% }
`;
const events = `dataset: events
source: web
partition: day
format: { type: json }
columns: [{ name: id, type: integer }]
table: { name: shop.events }
load: { mode: append, key: [id] }
`;
const project = readSoundProject(
  writeProject({ ...soundProject, "datasets/orders.yaml": orders, "datasets/events.yaml": events }),
);
const demo = readSoundProject("examples/demo");

async function exported(dataset: string, format: ExportFormat) {
  const contracts = project.contracts.filter((contract) => contract.dataset === dataset);
  const [file] = await exportContracts({ project: project.project, contracts }, format);
  if (file === undefined) throw new Error(`no ${format} of ${dataset}`);
  return file;
}

/** The standard's own schema, as its Python package has it. */
function odcsSchema(): object {
  const lib = readdirSync(".venv/lib").find((name) => name.startsWith("python")) ?? "";
  return JSON.parse(
    readFileSync(join(".venv/lib", lib, "site-packages/open_data_contract_standard/schema.json"), "utf8"),
  );
}

describe("ODCS", () => {
  test("is what the standard's schema allows, for the demo and for every kind of column", async () => {
    const ajv = new Ajv2019({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(odcsSchema());
    const files = [...(await exportContracts(demo, "odcs")), ...(await exportContracts(project, "odcs"))];
    for (const { name, text } of files) {
      validate(parse(text));
      expect([name, validate.errors]).toEqual([name, null]);
    }
    expect(files.map(({ name }) => name)).toContain("earthquakes.odcs.yaml");
    const { kind: _, ...broken } = parse(files[0]?.text ?? "");
    expect(validate(broken)).toBe(false);
  });

  test("says types, keys, checks and what is expected", async () => {
    const { schema, slaProperties } = parse((await exported("orders", "odcs")).text);
    const [{ properties, quality, physicalName }] = schema;
    expect(physicalName).toBe("shop.orders");
    expect(properties.slice(0, 3)).toEqual([
      { name: "row_id", logicalType: "integer", physicalType: "bigint", required: true, unique: true },
      expect.objectContaining({ name: "id", primaryKey: true, primaryKeyPosition: 1, required: true }),
      expect.objectContaining({ name: "line", primaryKey: true, primaryKeyPosition: 2, required: true }),
    ]);
    expect(quality).toEqual([
      expect.objectContaining({
        name: "positive",
        type: "sql",
        query: `SELECT COUNT(*) FROM \${table} WHERE (amount is null or amount > 0) IS NOT TRUE`,
        mustBe: 0,
      }),
      expect.objectContaining({ name: "known_op", type: "sql" }),
      expect.objectContaining({ name: "spark_only", type: "custom", implementation: "note rlike '^[a-z]+$'" }),
    ]);
    expect(slaProperties).toEqual([
      expect.objectContaining({ property: "frequency", value: 1, unit: "hour" }),
      expect.objectContaining({ property: "latency", value: 90, unit: "minute" }),
    ]);
  });

  test("the key of an appended table is unique in a batch only, so it is listed instead", async () => {
    const { text, leftOut } = await exported("events", "odcs");
    expect(text).not.toMatch(/primaryKey|unique/);
    expect(leftOut).toContain('load.key: ["id"]');
  });
});

describe("dbt", () => {
  // Shape: docs.getdbt.com/reference/source-properties, /reference/resource-properties/data-tests and /freshness.
  test("sources with tests of dbt's own and freshness from the ledger", async () => {
    const { version, sources } = parse((await exported("orders", "dbt")).text);
    expect(version).toBe(2);
    const [{ name, schema, tables }] = sources;
    expect([name, schema]).toEqual(["shop", "shop"]);
    const [{ description, config, data_tests, columns }] = tables;
    expect(description).toBe("{% raw %}Orders {{ of }} the | shop.{% endraw %}");
    expect(config).toEqual({
      freshness: { error_after: { count: 150, period: "minute" } },
      loaded_at_query: "select max(loaded_at) from sluice.loads where dataset = 'orders'",
    });
    const key = "len(cast(id as varchar)) || ':' || cast(id as varchar) || cast(line as varchar)";
    expect(data_tests).toEqual([
      { unique: { name: "orders_key", arguments: { column_name: key } } },
      {
        not_null: {
          name: "orders_positive",
          arguments: { column_name: "case when amount is null or amount > 0 then 1 end" },
        },
      },
      {
        not_null: {
          name: "orders_known_op",
          arguments: { column_name: "case when op in ('I', 'U', 'D') then 1 end" },
        },
      },
    ]);
    const required = columns.filter((column: { data_tests?: unknown }) => column.data_tests !== undefined);
    expect(required.map((column: { name: string }) => column.name)).toEqual([
      "row_id",
      "id",
      "line",
      "placed_at",
      "op",
      "is_deleted",
    ]);
  });

  test("one file for all datasets, one source per schema", async () => {
    const [file, ...more] = await exportContracts(demo, "dbt");
    expect(more).toEqual([]);
    const { sources } = parse(file?.text ?? "");
    expect(sources.map(({ name }: { name: string }) => name)).toEqual(["atlas", "seismic"]);
    expect(sources[0].tables[0].columns[0].data_tests).toEqual(["not_null", "unique"]);
  });
});

describe("JSON Schema", () => {
  const row = {
    row_id: 1,
    id: 7,
    line: 1,
    placed_at: "2026-11-22 05:00:00+00",
    amount: "12.50",
    op: "I",
    note: null,
    extra: '{"a":1}',
    total: 25,
    is_deleted: false,
    sluice_batch: "x",
    sluice_file: "y",
  };

  test.each<[string, object, boolean]>([
    ["a row as sluice query gives it", {}, true],
    ["a decimal as a number", { amount: 12.5 }, true],
    ["too many decimals", { amount: "12.505" }, false],
    ["beyond the decimal's range", { amount: 1e8 }, false],
    ["a key that is NULL", { id: null }, false],
    ["beyond a smallint", { line: 40000 }, false],
    ["text that is too long", { note: "x".repeat(21) }, false],
    ["a time without an offset in a timestamptz", { placed_at: "2026-11-22 05:00:00" }, false],
    ["a row without a column", { note: undefined }, false],
  ])("%s", async (_, change, isValid) => {
    const ajv = new Ajv2020({ allowUnionTypes: true });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse((await exported("orders", "json-schema")).text));
    expect(validate(JSON.parse(JSON.stringify({ ...row, ...change })))).toBe(isValid);
  });
});

test("Markdown says everything, and cells stay cells", async () => {
  const { text, leftOut } = await exported("orders", "markdown");
  expect(leftOut).toEqual([]);
  expect(text).toContain("| **id** (key) | bigint | never | a \\| b | `from: Id` |");
  expect(text).toContain("| spark_only | `note rlike '^[a-z]+$'` |");
  expect(text).toContain("| `load.deletes` |");
});

describe("nothing is dropped", () => {
  test.each<ExportFormat>(["odcs", "dbt", "json-schema"])("%s lists what it does not say", async (format) => {
    const { text, leftOut } = await exported("orders", format);
    for (const line of leftOut)
      expect(text).toContain(format === "json-schema" ? JSON.stringify(line).slice(1, -1) : line);
    const all = leftOut.join("\n");
    for (const key of [
      "source",
      "partition",
      "format",
      "rejects",
      "columns[].from",
      "columns[].trim",
      "load.mode",
      "load.order_by",
      "load.deletes",
      "table.distribution",
    ])
      expect(all).toContain(`${key}: `);
  });

  test("a contract of defaults states only what everybody should read", () => {
    const [contract] = project.contracts.filter(({ dataset }) => dataset === "events");
    expect(contract && statements(contract).map(({ key }) => key)).toEqual([
      "dataset",
      "source",
      "partition",
      "format",
      "rejects",
      "columns.required",
      "table.schema",
      "table.name",
      "load.mode",
      "load.key",
    ]);
  });
});
