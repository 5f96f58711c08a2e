import { describe, expect, test } from "@jest/globals";
import { describeFinding, readProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

const json = `dataset: orders
source: web
partition: hour
format: { type: json, records: shops.*.orders }
columns:
  - { name: shop, from: $1, type: varchar(20) }
  - { name: id, from: "ids[0]", type: bigint }
  - { name: title, from: "a['b.c']", type: varchar(20) }
  - { name: made_at, from: $document.made, type: timestamp }
table: { name: shop.orders }
load: { mode: upsert, key: [id] }
`;
const xml = json
  .replace("{ type: json, records: shops.*.orders }", "{ type: xml, record: p:order, namespaces: { p: 'urn:p' } }")
  .replace("$1", '"../@shop"')
  .replace("ids[0]", "p:id[@kind='main: 1']")
  .replace("a['b.c']", "string(p:title)")
  .replace("$document.made", "$landed");
const texts = { csv: soundProject["datasets/orders.yaml"], json, xml };

function findingsOf(text: string) {
  return readProject(writeProject({ ...soundProject, "datasets/orders.yaml": text })).findings;
}

test("what these begin from is sound", () => {
  for (const text of Object.values(texts)) expect(findingsOf(text)).toEqual([]);
});

describe("what would fail only at the first load is found before", () => {
  test.each<[string, keyof typeof texts, string, string, RegExp]>([
    ["an optional key", "csv", "name: id,", "name: id, optional: true,", /:13 load\.key\[0\].*optional/],
    ["a key that is its own order", "csv", "key: [id]", "key: [id, placed_at]", /load\.key\[1\].*also order_by/],
    [
      "a key that marks deletes",
      "csv",
      "key: [id],",
      "key: [op], deletes: { column: op, values: [D] },",
      /marks deletes/,
    ],
    ["a key with a default", "csv", "name: id,", "name: id, default: 0,", /load\.key\[0\].*the same key/],
    ["a key that is rounded", "csv", "name: id,", "name: id, round: true,", /could become the same key/],
    [
      "a key that is a constant",
      "csv",
      "name: id,",
      "name: id, value: 7,",
      /load\.key: .*Add a column that identifies/,
    ],
    [
      "a key of what a file shares",
      "json",
      'from: "ids[0]", type: bigint',
      "from: $partition, type: timestamp",
      /load\.key: /,
    ],
    [
      "one sign for two things",
      "csv",
      "{ type: csv }",
      "{ type: csv, comment: ',' }",
      /format\.comment.*also the delimiter/,
    ],
    ["a JSON path that breaks off", "json", "ids[0]", "ids[0", /columns\[1\]\.from.*character 4/],
    ["records that break off", "json", "shops.*.orders", '"shops..orders"', /format\.records.*character 6/],
    ["a star that is not there", "json", "from: $1", "from: $2", /columns\[0\]\.from.*\$1 to \$1/],
    ["a special place misspelt", "json", "from: $1", "from: $partitoin", /Write '\$partition'/],
    ["$document without a path", "json", "$document.made", "$document", /\$document\.<path>/],
    ["a prefix that is not bound", "xml", "p:order", "q:order", /format\.record.*Write 'p'/],
    ["a prefix in an XPath", "xml", "string(p:title)", "string(x:title)", /columns\[2\]\.from.*prefix 'x'/],
    ["an XPath that is not closed", "xml", "string(p:title)", "string(p:title", /a bracket that is not closed/],
    ["a pattern with a slip", "csv", "type: timestamp", "type: timestamp, parse: epoch_milis", /Write 'epoch_millis'/],
    [
      "a pattern without a year",
      "csv",
      "type: timestamp",
      "type: timestamp, parse: dd.MM.",
      /columns\[1\]\.parse.*no year/,
    ],
    [
      "a default of another type",
      "csv",
      '"decimal(10,2)"',
      '"decimal(10,2)", default: none',
      /columns\[2\]\.default.*cannot hold/,
    ],
    [
      "a constant that is too large",
      "csv",
      "type: bigint",
      "type: smallint, value: 40000",
      /columns\[0\]\.value.*cannot hold/,
    ],
    [
      "an encoding misspelt",
      "csv",
      "sort: [placed_at]",
      "columns: { op: { encode: zsdt } }",
      /table\.columns\.op\.encode.*Write 'zstd'/,
    ],
    [
      "an encoding of another type",
      "csv",
      "sort: [placed_at]",
      "columns: { op: { encode: az64 } }",
      /'az64' for char\(1\)/,
    ],
  ])("%s", (_, which, from, to, message) => {
    const changed = texts[which].replace(from, to);
    expect(changed).not.toBe(texts[which]);
    expect(findingsOf(changed).map(describeFinding).join("\n")).toMatch(message);
  });
});

describe("what Spark and the job take is not refused", () => {
  const withDefaults = (defaults: string, column: string) =>
    texts.csv.replace("columns:\n", `defaults: ${defaults}\ncolumns:\n  - ${column}\n`);

  test("a constant is judged by the contract's defaults too", () => {
    expect(findingsOf(withDefaults("{ parse: dd/MM/yyyy }", "{ name: d, type: date, default: 31/12/2026 }"))).toEqual(
      [],
    );
    expect(findingsOf(withDefaults("{ truncate: true }", "{ name: c, type: char(1), default: long }"))).toEqual([]);
    const own = "{ name: c, type: char(1), truncate: false, default: long }";
    expect(findingsOf(withDefaults("{ truncate: true }", own))).toMatchObject([{ path: "columns[0].default" }]);
  });

  test("a bad default is told once, however many columns there are", () => {
    expect(findingsOf(withDefaults("{ parse: epoch_milis }", "{ name: d, type: date }"))).toMatchObject([
      { path: "defaults.parse", remedy: "Write 'epoch_millis'." },
    ]);
  });

  const checked = (sql: string) =>
    findingsOf(
      texts.csv
        .replace("amount is null or amount > 0", JSON.stringify(sql))
        .replace(
          "columns:\n",
          "columns:\n  - { name: uuid, type: varchar(36) }\n  - { name: constructor, type: bigint }\n",
        ),
    ).map(({ found }) => found);

  test.each([
    "constructor > 0",
    "length(uuid) = 36",
    "placed_at < timestamp '2030-01-01' + interval 1 week",
    "cast(amount as long) > 0",
    String.raw`op rlike r'\d'`,
    String.raw`op rlike R"\w+'s"`,
    "hex(X'1F') = op",
    "extract(week from placed_at) > 1",
    "datediff(quarter, placed_at, placed_at) = 0",
    "exists(split(op, ','), x -> x = 'a')",
    "aggregate(array(1, 2), 0, (total, y) -> total + Y) = 3",
  ])("%s", (sql) => {
    expect(checked(sql)).toEqual([]);
  });

  test.each([
    ["toString > 0", "'toString' is not a column"],
    ["uuid() = uuid", "uuid, whose value changes"],
    ["placed_at < current_date", "current_date, whose value changes"],
    ["exists (select 1)", "a subquery"],
    ["amount > ammount", "'ammount' is not a column"],
    ["row_id() over (order by id) = 1", "a window"],
  ])("but %s is", (sql, message) => {
    expect(checked(sql)).toEqual([expect.stringContaining(message)]);
  });
});
