import { expect, test } from "@jest/globals";
import { describeFinding, readProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

function findingsFor(format: string, from: string): string {
  const text = `dataset: orders
source: web
partition: hour
format: ${format}
columns:
  - { name: id, type: integer }
  - { name: place, from: ${JSON.stringify(from)}, type: varchar(20) }
table: { name: shop.orders }
load: { mode: append }
`;
  const { findings } = readProject(writeProject({ ...soundProject, "datasets/orders.yaml": text }));
  return findings.map(describeFinding).join("\n");
}

const line = "{ type: json }";
const deep = "{ type: json, records: 'shops.*.orders' }";
const xml = "{ type: xml, record: order }";

test.each([
  ["{ type: json, concatenated: true }", "a['size 12\"']"],
  ["{ type: json, records: $ }", "a"],
  ["{ type: json, lines: true, records: order.items }", "../../shop"],
  [deep, "../../../made"],
  [deep, "../['full name']"],
  ["{ type: json, records: '*' }", "[0]"],
  ["{ type: xml, record: [node, way] }", "$element"],
  ["{ type: xml, record: p:order }", "../q:shop/@id"],
  [xml, "count(preceding-sibling::order) + 1"],
  [xml, "Dt | DtTm"],
])("%s with '%s' is sound", (format, from) => {
  expect(findingsFor(format, from)).toBe("");
});

test.each([
  ["{ type: json, records: $value }", "a", /format\.records.*'\$value'/],
  ["{ type: json, records: $document }", "a", /format\.records/],
  ["{ type: json, records: ../a }", "a", /format\.records/],
  ["{ type: json, lines: true, concatenated: true }", "a", /format\.lines.*concatenated/],
  ["{ type: json, lines: false }", "a", /format\.lines.*'records: \$'/],
  [line, "../a", /columns\[1\]\.from.*nothing above it/],
  ["{ type: json, records: $ }", "../a", /columns\[1\]\.from.*nothing above it/],
  [deep, "../../../../a", /columns\[1\]\.from.*at most 3/],
  ["{ type: json, records: 'a[0].b' }", "../../../a", /at most 2/],
  [deep, "../", /columns\[1\]\.from.*character 4/],
  ["{ type: json, records: \"a['x.*.y']\" }", "$1", /no star in 'records'/],
  ["{ type: xml, record: '*' }", "@a", /format\.record.*an element's name/],
  ["{ type: xml, record: [a, 'b/c'] }", "@a", /format\.record\[1\]/],
  ["{ type: xml, record: [a, b, a] }", "@a", /format\.record\[2\].*'a' twice/],
  [xml, "$elemnt", /Write '\$element'/],
  [xml, "upper-case(v)", /'upper-case\(\)', which XPath 1\.0 does not have/],
  [xml, "format-number(v, '0')", /'format-number\(\)'/],
  [xml, "normalise-space(v)", /Write 'normalize-space\(\)'/],
  [xml, "substring(v)", /takes 2 or 3/],
  [xml, "id('x')/@a", /calls 'id\(\)'/],
  [xml, "if (v) then 1 else 2", /cannot be read as XPath 1\.0/],
  [xml, "$v/a", /one of \$element/],
  [xml, "a[$v]", /variable '\$v'/],
])("%s with '%s' is refused", (format, from, message) => {
  expect(findingsFor(format, from)).toMatch(message);
});
