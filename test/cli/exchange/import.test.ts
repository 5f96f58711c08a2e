import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { exportContracts } from "../../../cli/exchange/export.js";
import { type ImportFormat, importContract } from "../../../cli/exchange/import.js";
import { previewFiles } from "../../../cli/preview/preview.js";
import type { Contract } from "../../../contract/contract.js";
import { readDatasetText, readSoundProject } from "../../../contract/read.js";

const demo = readSoundProject("examples/demo");

const imported = (format: ImportFormat, text: string) =>
  importContract({ format, text, file: "schema", dataset: undefined, source: "web", partition: "day" });

/** The compiled contract, which has no error. */
async function contractOf(format: ImportFormat, text: string): Promise<Contract> {
  const { text: yaml, problems, dataset } = await imported(format, text);
  const { contract, findings } = readDatasetText(yaml, `datasets/${dataset}.yaml`);
  if (contract === undefined) throw new Error(JSON.stringify(findings));
  expect(problems).toEqual([]);
  return contract;
}

const shape = ({ columns }: Contract) =>
  columns.map(({ name, type, required, description }) => ({ name, type, required, description }));

describe("round trips over the demo's contracts", () => {
  test.each(demo.contracts.map((contract) => [contract.dataset, contract] as const))(
    "ODCS: %s",
    async (_, contract) => {
      const [file] = await exportContracts({ project: demo.project, contracts: [contract] }, "odcs");
      const back = await contractOf("odcs", file?.text ?? "");
      expect(shape(back)).toEqual(shape(contract));
      expect(back.load.key).toEqual(contract.load.key);
      expect(back.checks).toEqual(contract.checks);
      expect([back.table.schema, back.table.name, back.description]).toEqual([
        contract.table.schema,
        contract.table.name,
        contract.description,
      ]);
      expect(back.expect).toEqual(contract.expect);
    },
  );

  test.each(demo.contracts.map((contract) => [contract.dataset, contract] as const))(
    "JSON Schema: %s",
    async (_, contract) => {
      const [file] = await exportContracts({ project: demo.project, contracts: [contract] }, "json-schema");
      expect(shape(await contractOf("json-schema", file?.text ?? ""))).toEqual(shape(contract));
    },
  );
});

test("DDL of Redshift: types, key, and every other word as a line to look at", async () => {
  const ddl = `create table if not exists shop.orders (
    id bigint not null identity(1,1) encode az64 distkey, "Line No" smallint not null, amount numeric(10,2) default 0,
    t text, v varchar(max), s super, tz timestamp with time zone, j json, primary key (id, "Line No")
  ) diststyle key compound sortkey (tz, id);`;
  const { text } = await imported("ddl", ddl);
  expect(text).toContain(`  - { name: line_no, from: "Line No", type: "smallint", required: true } # int2 not null\n`);
  expect(text).toContain("    # look: the column's default is not in this contract\n");
  expect(text).toContain(`  # left out: { name: j } # json\n    # look: no type of a contract can hold 'json'\n`);
  for (const words of ["diststyle key", "compound sortkey (tz, id)", "encode az64", "identity(1,1)", "distkey"])
    expect(text).toContain(`'${words}'`);
  const contract = await contractOf("ddl", ddl);
  expect(contract.load).toMatchObject({ mode: "upsert", key: ["id", "line_no"] });
  expect(contract.columns.map(({ type }) => type.name)).toEqual([
    "bigint",
    "smallint",
    "decimal",
    "varchar",
    "varchar",
    "super",
    "timestamptz",
  ]);
});

test("Avro: unions with null, logical types, nested values, and what no column holds", async () => {
  const fields = [
    { name: "id", type: "long" },
    {
      name: "amount",
      type: ["null", { type: "bytes", logicalType: "decimal", precision: 10, scale: 2 }],
      default: null,
    },
    { name: "at", type: { type: "long", logicalType: "timestamp-millis" } },
    { name: "kind", type: { type: "enum", name: "K", symbols: ["A", "BB"] } },
    { name: "raw", type: "bytes" },
    { name: "tags", type: { type: "array", items: "string" } },
  ];
  const schema = JSON.stringify({ type: "record", name: "OrderLine", fields });
  const { columns, dataset } = await contractOf("avro", schema);
  expect(dataset).toBe("order_line");
  expect(columns.map(({ name, type, required }) => [name, type, required])).toEqual([
    ["id", { name: "bigint" }, true],
    ["amount", { name: "decimal", precision: 10, scale: 2 }, false],
    ["at", { name: "timestamptz" }, true],
    ["kind", { name: "varchar", length: 2 }, true],
    ["raw", { name: "varchar", length: 256 }, true],
    ["tags", { name: "super" }, true],
  ]);
  const { text } = await imported("avro", schema);
  expect(text).toContain("format: { type: avro }");
  expect(text).toContain("# look: bytes are read as UTF-8 text; others are rejected");
  expect(text).toContain("# look: one of A, BB: perhaps a check");
});

test("a contract imported from an Avro schema loads a file of that schema", async () => {
  const fields = [
    { name: "id", type: "long" },
    { name: "amount", type: ["null", { type: "bytes", logicalType: "decimal", precision: 10, scale: 2 }] },
    { name: "at", type: { type: "long", logicalType: "timestamp-millis" } },
    { name: "day", type: { type: "int", logicalType: "date" } },
    { name: "clock", type: { type: "int", logicalType: "time-millis" } },
    { name: "tags", type: { type: "array", items: "string" } },
    { name: "either", type: ["null", "string", "long"] },
    { name: "raw", type: "bytes" },
  ];
  const schema = JSON.stringify({ type: "record", name: "OrderLine", fields });
  const file = join(mkdtempSync(join(tmpdir(), "sluice-avro-")), "lines.avro");
  const write = `import sys, json, decimal, datetime as d, fastavro
rows = [dict(id=n, amount=decimal.Decimal("1.50"), at=d.datetime(2026, 1, 2, 3, 4, tzinfo=d.timezone.utc), day=d.date(2026, 1, 2),
  clock=d.time(8, 15), tags=["a"], either=n if n else "x", raw=b"r") for n in range(3)]
fastavro.writer(open(sys.argv[2], "wb"), fastavro.parse_schema(json.loads(sys.argv[1])), rows)`;
  execFileSync(".venv/bin/python", ["-c", write, schema, file]);
  const { text } = await imported("avro", schema);
  expect(text).toContain("name: clock");
  const { report, rows } = await previewFiles(await contractOf("avro", schema), [file], 10);
  expect(report.counts).toMatchObject({ read: 3, written: 3, rejected: 0 });
  expect(rows).toHaveLength(3);
});

/** One record in three languages: a whole number, a text of 3 bytes, an amount, a day, an instant, a yes or no, a value inside. */
const described: readonly (readonly [ImportFormat, string, string, string])[] = [
  [
    "json-schema",
    JSON.stringify({
      title: "orders",
      type: "object",
      required: ["id"],
      properties: {
        id: { type: "integer", minimum: 1, maximum: 99 },
        name: { type: ["string", "null"], maxLength: 3 },
        amount: { type: "number" },
        day: { type: "string", format: "date" },
        at: { type: "string", format: "date-time" },
        paid: { type: "boolean" },
        tags: { type: "array", items: { type: "string" } },
      },
    }),
    '{"id": 1, "name": "a\u00fc", "amount": 1.5, "day": "2026-01-02", "at": "2026-01-02T03:04:05Z", "paid": true, "tags": ["a"]}\n{"id": 2}\n',
    '{"name": "no id"}\n{"id": 3, "at": "noon"}\n',
  ],
  [
    "odcs",
    `{ apiVersion: v3.1.0, kind: DataContract, schema: [{ name: orders, properties: [
       { name: id, logicalType: integer, required: true }, { name: name, physicalType: varchar(3) },
       { name: amount, physicalType: "decimal(9,2)" }, { name: day, logicalType: date },
       { name: at, logicalType: timestamp, logicalTypeOptions: { timezone: true } }, { name: paid, logicalType: boolean },
       { name: tags, logicalType: array }] }] }`,
    'id,name,amount,day,at,paid,tags\n1,a\u00fc,1.50,2026-01-02,2026-01-02T03:04:05Z,true,"[""a""]"\n2,,,,,,\n',
    "id,name,amount,day,at,paid,tags\n,no id,,,,,\n3,,,,noon,,\n",
  ],
  [
    "ddl",
    `create table shop.orders (id bigint not null, name varchar(3), amount numeric(9,2), day date, at timestamptz, paid boolean, tags super)`,
    'id,name,amount,day,at,paid,tags\n1,a\u00fc,1.50,2026-01-02,2026-01-02T03:04:05Z,true,"[""a""]"\n2,,,,,,\n',
    "id,name,amount,day,at,paid,tags\n,no,,,,,\n3,,,,noon,,\n",
  ],
];
test.each(described)(
  "a contract imported from %s takes records of the schema, and no others",
  async (format, schema, right, wrong) => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-import-"));
    const contract = await contractOf(format, schema);
    const preview = async (name: string, text: string) => {
      const file = join(folder, `${name}.${format === "json-schema" ? "json" : "csv"}`);
      writeFileSync(file, text);
      return previewFiles(contract, [file], 10);
    };
    const { report, rows } = await preview("right", right);
    expect(report.counts).toMatchObject({ read: 2, written: 2, rejected: 0 });
    expect(rows).toMatchObject([
      { name: "a\u00fc", paid: true },
      { name: null, paid: null },
    ]);
    expect((await preview("wrong", wrong)).report.counts).toMatchObject({ read: 2, written: 0, rejected: 2 });
  },
);

test("JSON Schema of others: references, lists of records, unknown keywords", async () => {
  const schema = JSON.stringify({
    title: "orders",
    type: "array",
    items: { $ref: "#/$defs/order" },
    $defs: {
      order: {
        type: "object",
        properties: {
          id: { type: "integer", minimum: 0, maximum: 9 },
          mail: { type: "string", maxLength: 10, pattern: "@" },
        },
        required: ["id"],
        additionalProperties: false,
      },
    },
  });
  const contract = await contractOf("json-schema", schema);
  expect(contract.columns.map(({ name, type, required }) => [name, type, required])).toEqual([
    ["id", { name: "smallint" }, true],
    ["mail", { name: "varchar", length: 40 }, false],
  ]);
  const { text } = await imported("json-schema", schema);
  expect(text).toContain('# look: not in this contract: pattern: "@"');
  expect(text).toContain("# look: not in this contract: additionalProperties: false");
});

test("ODCS of others: logical types, rules and sections that a contract has no place for", async () => {
  const odcs = `apiVersion: v3.0.2
kind: DataContract
id: x
version: 1.0.0
status: active
team: [{ username: ceastwood }]
schema:
  - name: tbl
    properties:
      - { name: txn_ref_dt, logicalType: date, partitioned: true, primaryKey: true, primaryKeyPosition: 1 }
      - { name: amount, logicalType: number, unique: true, logicalTypeOptions: { minimum: 17 }, quality: [{ metric: nullValues, mustBe: 0 }] }
`;
  const { columns, load } = await contractOf("odcs", odcs);
  expect(columns.map(({ name, type }) => [name, type.name])).toEqual([
    ["txn_ref_dt", "date"],
    ["amount", "double precision"],
  ]);
  expect(load.key).toEqual(["txn_ref_dt"]);
  const { text } = await imported("odcs", odcs);
  expect(text).toContain('# number, {"minimum":17}');
  for (const words of ["ceastwood", "partitioned", "nullValues", "status", "unique"])
    expect(text).toMatch(new RegExp(`# look: .*${words}`));
});

test.each<[string, ImportFormat, string, RegExp]>([
  ["no JSON", "json-schema", "{", /^schema is not JSON: /],
  ["no object", "json-schema", '{"type":"string"}', /does not describe an object with properties/],
  ["a wrong keyword", "json-schema", '{"properties":{"a":{"type":7}}}', /properties\.a is not a JSON Schema: type/],
  [
    "a reference outside",
    "json-schema",
    '{"properties":{"a":{"$ref":"http://x/y"}}}',
    /refers to 'http:\/\/x\/y', which is not in the file/,
  ],
  ["no record", "avro", '{"type":"enum","name":"x"}', /not the Avro schema of a record/],
  [
    "a field without a type",
    "avro",
    '{"type":"record","name":"x","fields":[{"name":"a"}]}',
    /not the Avro schema of a record: fields\.0\.type/,
  ],
  ["no SQL", "ddl", "creat table x (a int)", /not valid SQL/],
  ["two tables", "ddl", "create table x (a int); create table y (a int)", /2 CREATE TABLE statements; expected one/],
  ["no ODCS", "odcs", "kind: Other", /not an Open Data Contract v3: apiVersion/],
  ["no YAML", "odcs", "a: [", /is not YAML/],
  [
    "only columns that no table holds",
    "ddl",
    "create table x (a json)",
    /no columns that a table can hold: a \(json: no type of a contract can hold 'json'\)/,
  ],
  ["a list", "json-schema", "[1]", /^schema: the schema is not a JSON Schema: Invalid input: expected object/],
  [
    "a circle",
    "json-schema",
    '{"properties":{"a":{"$ref":"#/properties/a"}}}',
    /'#\/properties\/a', which leads to no end/,
  ],
  ["a column twice", "ddl", "create table x (a int, a int)", /the column 'a' twice. Remove one/],
  [
    "no columns",
    "ddl",
    "create table x as select 1 as a",
    /no CREATE TABLE with a list of columns.*not CREATE TABLE AS/,
  ],
  [
    "an enum without symbols",
    "avro",
    '{"type":"record","name":"x","fields":[{"name":"a","type":{"type":"enum","name":"e"}}]}',
    /field 'a' is of type enum without 'symbols'/,
  ],
  ["no table", "odcs", "{ apiVersion: v3.1.0, kind: DataContract }", /describes no table\. Add one under schema/],
  [
    "no properties",
    "odcs",
    "{ apiVersion: v3.1.0, kind: DataContract, schema: [{ name: t }] }",
    /the table 't' has no properties/,
  ],
])("%s is refused", async (_, format, text, message) => {
  await expect(imported(format, text)).rejects.toMatchObject({
    name: "SchemaFileInvalid",
    message: expect.stringMatching(message),
  });
});
