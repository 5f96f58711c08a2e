import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { contractText } from "../../../cli/infer/contract-text.js";
import { draftContract } from "../../../cli/infer/infer.js";
import type { Hints } from "../../../cli/infer/sample.js";
import { readProject } from "../../../contract/read.js";
import { soundProject, writeProject } from "../../contract/projects.js";

const folder = mkdtempSync(join(tmpdir(), "sluice-infer-"));

/** What the file itself says; judge.test.ts has what a load's reader says of it. */
async function infer(body: string | Uint8Array, { name = "orders.csv", ...hints }: Hints & { name?: string } = {}) {
  const file = join(folder, name);
  writeFileSync(file, body);
  const draft = await draftContract({ files: [file], source: "web", hints });
  return { text: contractText(draft), dataset: draft.dataset };
}

/** Name and type of each column, and what else was written for it. */
async function columnsOf(body: string | Uint8Array, options: Hints & { name?: string } = {}) {
  const { columns } = parse((await infer(body, options)).text);
  return columns.map(({ name, type, ...rest }: Record<string, unknown>) => [name, type, rest]);
}

const orders = `order_id;Ordered At;Amount;Paid;Zip;Nothing;Note
7;24/12/2025 08:15;1234.5;yes;01067;;N/A
8;25/12/2025 09:00;15;no;10115;;  two words
7;24/12/2025 08:15;99.25;;01067;;
`;

test("a contract with the evidence for every guess, that check takes", async () => {
  const { text, dataset } = await infer(orders, { name: "orders-2025-12-25.csv" });
  expect(text).toMatchInlineSnapshot(`
"# Inferred from 'orders-2025-12-25.csv': 3 record(s).
# A sample does not show everything that may arrive: review the types, the key, and the lines with 'look'.
dataset: orders
source: web
partition: day # from the file's name: 'orders-2025-12-25.csv' is of 2025-12-25; load it with --partition 2025-12-25
format: { type: csv, delimiter: ";" }

columns:
  - { name: order_id, type: integer } # always there, 2 distinct, such as '7'
  - { name: ordered_at, from: "Ordered At", type: timestamp, parse: "dd/MM/yyyy HH:mm" } # always there, 2 distinct, such as '24/12/2025 08:15'
  - { name: amount, from: Amount, type: "decimal(8,2)" } # always there, 3 distinct, such as '1234.5'
  - { name: paid, from: Paid, type: boolean } # 1 of 3 empty, 2 distinct, such as 'yes'
  - { name: zip, from: Zip, type: varchar(8) } # always there, 2 distinct, up to 5 bytes, such as '01067'
    # look: leading zeros, such as '01067': kept as text
  # left out: { name: nothing, from: Nothing }
  #   look: no value in the sample, so the type is unknown
  - { name: note, from: Note, type: varchar(16) } # 1 of 3 empty, 2 distinct, up to 9 bytes, such as 'N/A'
    # look: 'N/A' once: if that means NULL, add null: ["N/A"]
    # look: leading or trailing spaces in 1 value(s), such as '  two words': they are trimmed

rejects: { max: 0 } # or a number, or 1%: if more records are rejected, the whole batch is refused

table: { name: web.orders, sort: [ordered_at] }

# key: no column, and no pair of columns, is unique; nearest are order_id 2 of 3 distinct; ordered_at 2 of 3 distinct; zip 2 of 3 distinct
load: { mode: append } # no key: each batch's rows are added once
"
`);
  expect(dataset).toBe("orders");
  const project = readProject(writeProject({ ...soundProject, "datasets/orders.yaml": text }));
  expect(project.findings).toEqual([]);
});

describe("types", () => {
  const column = (...values: readonly string[]) =>
    `id,value\n${values.map((value, index) => `${index},"${value}"`).join("\n")}\n`;

  test.each<[string, readonly string[], string, Readonly<Record<string, unknown>>]>([
    ["whole numbers", ["1", "-20"], "integer", {}],
    ["beyond half of an integer's range", ["1073741824"], "bigint", {}],
    ["beyond a bigint", ["9223372036854775808"], "decimal(38,0)", {}],
    ["decimals by their digits", ["1.25", "-300.5"], "decimal(7,2)", {}],
    ["exponents", ["1e-7", "2"], "double precision", {}],
    ["more than a double", ["1e400", "2"], "varchar(8)", {}],
    ["leading zeros are no numbers", ["007", "123"], "varchar(8)", {}],
    ["a plus sign is no number: telephone numbers have one", ["+4930", "+1"], "varchar(8)", {}],
    ["a decimal comma", ["1,5", "2,25"], "decimal(5,2)", { number: { decimal: "," } }],
    ["groups of three", ["1,234.50", "12"], "decimal(8,2)", { number: { thousands: "," } }],
    ["money", ["€ 1.234,50", "-12,00 €"], "decimal(8,2)", { number: { decimal: ",", thousands: ".", strip: ["€"] } }],
    ["accounting", ["(5.00)", "6.50"], "decimal(5,2)", { number: { negative: ["parentheses"] } }],
    ["a comma that may be either", ["1,234", "5,678"], "varchar(8)", {}],
    ["an E between digits may be a code", ["12E4", "3E5"], "varchar(8)", {}],
    ["words of truth", ["Yes", "no"], "boolean", {}],
    ["one letter alone may be anything", ["N", "N"], "varchar(8)", {}],
    ["texts that stand for NULL", ["3", "n/a", "NULL"], "integer", { null: ["n/a", "NULL"] }],
    ["bytes, not characters", ["ä".repeat(10)], "varchar(32)", {}],
    ["ISO dates", ["2024-02-29", "1999-12-31"], "date", {}],
    ["a day that does not exist", ["2023-02-29", "1999-12-31"], "varchar(16)", {}],
    ["ISO times", ["2024-02-29T10:00:00Z", "2024-02-29 10:00:00.5+01:00"], "timestamp", {}],
    ["finer than microseconds", ["2024-02-29T10:00:00.1234567Z"], "timestamp", { round: true }],
    ["day first", ["31/01/2024", "01/02/2024"], "date", { parse: "dd/MM/yyyy" }],
    ["month first", ["1/31/2024", "12/1/2024"], "date", { parse: "M/d/yyyy" }],
    ["day or month first: not told", ["01/02/2024", "03/04/2024"], "varchar(16)", {}],
    ["dates in two orders", ["31/01/2024", "01/31/2024"], "varchar(16)", {}],
    ["names of months", ["5 Jan 2024 1:05 PM", "17 Feb 2024 12:30 AM"], "timestamp", { parse: "d MMM yyyy h:mm a" }],
    ["JSON", ['{""a"":1}', "[]"], "super", {}],
  ])("%s", async (_, values, type, rest) => {
    const columns = await columnsOf(column(...values));
    expect(columns[1]).toEqual(["value", type, rest]);
  });

  test("whole numbers named like times are epochs", async () => {
    const columns = await columnsOf('{"updated":1517966996303,"amount":1517966996303}\n', { name: "a.json" });
    expect(columns).toEqual([
      ["updated", "timestamp", { parse: "epoch_millis" }],
      ["amount", "bigint", {}],
    ]);
  });

  test("JSON numbers keep their digits, mixed types are texts, nested ones super", async () => {
    const lines = '{"n":0.1000000000000000055,"m":1,"o":{"deep":[1]}}\n{"n":2,"m":"x","o":{"deep":[]}}\n';
    expect(await columnsOf(lines, { name: "a.json" })).toEqual([
      ["n", "double precision", {}],
      ["m", "varchar(8)", {}],
      ["deep", "super", { from: "o.deep" }],
    ]);
  });
});

describe("keys", () => {
  const load = async (text: string) => parse((await infer(text)).text).load;

  test("versions of a key are told by the time of change", async () => {
    const versions = "order_id,changed_at\n1,2024-01-01T00:00:00Z\n1,2024-01-02T00:00:00Z\n2,2024-01-01T00:00:00Z\n";
    expect(await load(versions)).toEqual({ mode: "upsert", key: ["order_id"], order_by: "changed_at" });
  });

  test("two columns together", async () => {
    const text = "shop,order_no,pieces\na,1,5\na,2,5\nb,1,5\nb,2,7\n";
    expect(await load(text)).toEqual({ mode: "upsert", key: ["order_no", "shop"] });
  });

  test("an amount that happens to differ is no key", async () => {
    expect(await load("amount,place\n1,a\n2,a\n3,b\n")).toEqual({ mode: "append" });
  });
});

describe("formats", () => {
  const formatOf = async (body: string | Uint8Array, options: Hints & { name?: string } = {}) =>
    parse((await infer(body, options)).text).format;

  test.each<[string, string, Readonly<Record<string, unknown>>]>([
    ["tabs", "a_b\tc_d\n1\t2\n", { type: "csv", delimiter: "\t" }],
    ["no header", "1|x\n2|y\n", { type: "csv", delimiter: "|", header: false }],
    ["backslashes", 'a,b\n1,"x \\" y, z"\n2,"\\"q\\", w"\n', { type: "csv", escape: "backslash", quotes: "strict" }],
    ["single quotes", "a,b\n1,'x, y'\n2,'z'\n", { type: "csv", quote: "'", quotes: "strict" }],
    ["an array", '[{"a":1,"b":2},{"a":2,"b":2}]', { type: "json", records: "*" }],
    ["a map", '{"x":{"a":1,"b":2},"y":{"a":2,"b":2},"z":{"a":2,"b":2}}', { type: "json", records: "*" }],
    ["an envelope", '{"meta":{"n":2,"of":3},"d":{"rows":[{"a":1,"b":2}]}}', { type: "json", records: "d.rows" }],
    ["elements", "<r><x a='1' b='2'/><x a='2' b='3'/></r>", { type: "xml", record: "x" }],
  ])("%s", async (name, body, format) => {
    expect(await formatOf(body, { name: `${name.replaceAll(" ", "-")}.txt` })).toEqual(format);
  });

  test("gzip under another name, and Latin letters", async () => {
    const body = gzipSync(Buffer.from("name,n\nJos\xe9,1\n", "latin1"));
    expect(await formatOf(body, { name: "packed.csv" })).toEqual({
      type: "csv",
      encoding: "windows-1252",
    });
  });
});

describe("what cannot be told is refused by name, with what to do", () => {
  test.each<[string, string, string | Uint8Array, RegExp]>([
    ["DelimiterUnknown", "a.csv", "1|x\n2|y|b|more\n3;z\n", /--delimiter/],
    ["DelimiterUnknown", "b.csv", "a,b|c\nd,e|f\n", /, and 2 with.*--delimiter/],
    ["HeaderUnknown", "c.csv", "Alice,Paris\nBob,London\n", /--header yes or --header no/],
    ["FileUnreadable", "f.parquet", "PAR1....", /Parquet/],
    ["FormatUnknown", "g.json", '{"a":1}{"a":', /is not valid/],
    ["RecordsUnknown", "h.json", '{"x":[{"a":1,"b":1}],"y":[{"c":1,"d":1}]}', /--records x or y/],
    [
      "RecordsUnknown",
      "i.xml",
      "<r><x a='1' b='2'/><x a='1' b='2'/><y c='1' d='1'/><y c='2' d='1'/></r>",
      /--records x or y/,
    ],
    ["FileUnreadable", "j.xml", "<!DOCTYPE r [<!ENTITY e 'x'>]><r>&e;</r>", /entities/],
    ["FileUnreadable", "k.xml", "<r><x></r>", /not well-formed in line 1/],
    ["NoRecords", "l.csv", "id,name\n", /Use a sample with records/],
    ["NoRecords", "m.csv", "", /empty/],
    ["NameUnknown", "2024-01-01.csv", "id,n\n1,2\n", /--dataset/],
  ])("%s: %s", async (name, file, body, message) => {
    await expect(infer(body, { name: file })).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });
});
