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
    ["columns[0].from", "'../a'", `A record of ${type} has nothing above it: remove '../'.`],
  ]);
  expect(findings(`{ type: ${type} }`, '{ name: c, from: "$value", type: integer }')[0]?.[1]).toBe("'$value'");
  expect(findings(`{ type: ${type} }`, '{ name: c, from: "a..b", type: integer }')[0]?.[1]).toContain("a..b");
  expect(findings(`{ type: ${type} }`, "{ name: c, from: 2, type: integer }")[0]?.[0]).toBe("columns[0].from");
  expect(findings(`{ type: ${type} }`, "{ name: c, type: varchar(9), empty: quoted }")).toHaveLength(1);
});
