import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { readProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

const dataset = (check: string) => `dataset: orders
source: web
partition: hour
format: { type: csv }
columns:
  - { name: id, type: bigint }
  - { name: code, type: varchar(8) }
  - { name: share, type: real }
  - { name: day_text, type: varchar(20) }
  - { name: ordered_on, type: date }
checks:
  the_check: ${JSON.stringify(check)}
table: { name: shop.orders }
load: { mode: append }
`;

const warningsOf = (check: string) =>
  readProject(writeProject({ ...soundProject, "datasets/orders.yaml": dataset(check) })).findings.map(
    ({ severity, path, found, remedy }) => `${severity} ${path}: ${found} | ${remedy}`,
  );

test.each<[string, string, RegExp]>([
  ["a backslash in a quoted pattern", "code rlike '^\\d+$'", /backslash before 'd'.*Write r'\^\\d\+\$'/],
  ["a dot behind a backslash", "code rlike '^a\\.b$'", /backslash before '\.'/],
  ["the pattern of a function", "regexp_like(code, '^\\d{3}$')", /Write r/],
  ["like", "code like '1\\d3'", /Write r/],
  ["a POSIX class", "code rlike '^[[:alpha:]]+$'", /set of letters.*\\p\{Alpha\}/],
  ["a varchar and a number", "code = 5", /'05' is equal to it.*Write '5' in quotes/],
  ["a number and a varchar", "5 <= code", /Write '5'/],
  ["a varchar in a list of numbers", "code not in (1, 2)", /Write '1'/],
  ["a varchar between numbers", "code between 1 and 5", /Write '1'/],
  ["a real and a decimal literal", "share <= 0.1", /Write 0.1f/],
  ["a bare time", "cast('10:15' as timestamp) is not null", /gets the day on which the load runs/],
  ["a text as a timestamp", "cast(day_text as timestamp) is not null", /to_timestamp/],
  ["a separator that is a pattern", "split(code, '|')[1] = 'a'", /Write r'\\\|'/],
  ["the day of the week", "extract(dow from ordered_on) between 1 and 5", /weekday/],
])("check warns of %s", (_, check, expected) => {
  const warnings = warningsOf(check);
  expect(warnings).toEqual([expect.stringMatching(/^warning checks\.the_check: /)]);
  expect(warnings[0]).toMatch(expected);
});

test.each([
  "code rlike r'^\\d+$'",
  "code like 'a\\_b%'",
  "code = '5' and id = 5",
  "share <= 0.1f and share > 0",
  "split(code, '-')[1] = 'a'",
  "split(code, r'\\|')[1] = 'a'",
  "to_timestamp(day_text, 'yyyy-MM-dd') > timestamp'2026-01-01 00:00:00'",
  "extract(month from ordered_on) = 5",
  "length(code) > 3 and code in ('1', '2')",
])("check has nothing to say of %s", (check) => {
  expect(warningsOf(check)).toEqual([]);
});

test("the demo's contracts have none of it", () => {
  expect(readProject(fileURLToPath(new URL("../../examples/demo", import.meta.url))).findings).toEqual([]);
});
