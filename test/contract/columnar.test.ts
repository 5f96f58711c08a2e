import { expect, test } from "@jest/globals";
import { readDatasetText } from "../../contract/read.js";

/** What `check` says about a dataset of this format with this column. */
function findings(format: string, column = "{ name: c, type: varchar(9) }") {
  const text = `dataset: things\nsource: shop\npartition: day\nformat: ${format}\ncolumns:\n  - ${column}\nload: { mode: append }\ntable: { name: shop.things }\n`;
  return readDatasetText(text, "datasets/things.yaml").findings.map(({ path, found, remedy }) => [path, found, remedy]);
}

test.each(["parquet", "avro", "orc"])("%s takes paths, optional columns and nothing of a text's", (type) => {
  for (const column of [
    "{ name: c, type: varchar(9), optional: true }",
    '{ name: c, from: "a.b[0].c", type: integer }',
    "{ name: c, from: $file, type: varchar(9) }",
    "{ name: c, from: \"['a b']\", type: super }",
  ])
    expect(findings(`{ type: ${type} }`, column)).toEqual([]);
  expect(findings(`{ type: ${type}, compression: gzip }`)).toEqual([
    ["format.compression", expect.stringContaining("compression"), expect.any(String)],
  ]);
  expect(findings(`{ type: ${type} }`, '{ name: c, from: "../a", type: integer }')).toEqual([
    ["columns[0].from", "'../a'", `Remove '../': a record of ${type} has nothing above it.`],
  ]);
  expect(findings(`{ type: ${type} }`, '{ name: c, from: "$value", type: integer }')[0]?.[1]).toBe("'$value'");
  expect(findings(`{ type: ${type} }`, '{ name: c, from: "a..b", type: integer }')[0]?.[1]).toContain("a..b");
  expect(findings(`{ type: ${type} }`, "{ name: c, from: 2, type: integer }")[0]?.[0]).toBe("columns[0].from");
  expect(findings(`{ type: ${type} }`, "{ name: c, type: varchar(9), empty: quoted }")).toHaveLength(1);
});

test("a sheet's columns are header names or positions", () => {
  expect(findings("{ type: xlsx, sheet: 2 }", '{ name: c, from: "Order number (old)", type: integer }')).toEqual([]);
  expect(findings("{ type: xlsx, header: false }", "{ name: c, from: 2, type: integer }")).toEqual([]);
  expect(findings("{ type: xlsx }", "{ name: c, from: 2, type: integer }")[0]?.[0]).toBe("columns[0].from");
  expect(findings("{ type: xlsx, sheet: 0 }")[0]?.[0]).toBe("format.sheet");
  expect(findings("{ type: xlsx, encoding: utf-8 }")[0]?.[0]).toBe("format.encoding");
});

test("fixed width: every column says its range", () => {
  expect(findings("{ type: fixed }", '{ name: c, from: "1-10", type: varchar(9) }')).toEqual([]);
  expect(
    findings("{ type: fixed, unit: bytes, encoding: windows-1252 }", '{ name: c, from: "7", type: char(1) }'),
  ).toEqual([]);
  expect(findings("{ type: fixed }", "{ name: c, type: varchar(9) }")[0]?.[1]).toBe("a column without a range");
  for (const from of ['"0-3"', '"5-3"', "abc", '"1-"'])
    expect(findings("{ type: fixed }", `{ name: c, from: ${from}, type: varchar(9) }`)[0]?.[0]).toBe("columns[0].from");
  expect(
    findings("{ type: fixed, unit: bytes, encoding: utf-16-le }", '{ name: c, from: "1-2", type: varchar(9) }')[0]?.[2],
  ).toBe("Write unit: characters.");
});
