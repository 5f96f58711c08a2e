import { expect, test } from "@jest/globals";
import { sharedSql } from "../../../cli/exchange/shared-sql.js";
import { readDatasetText } from "../../../contract/read.js";

const { contract } = readDatasetText(
  `dataset: t
source: web
partition: day
format: { type: json }
columns:
  - { name: a, type: integer }
  - { name: b, type: varchar(9) }
  - { name: s, type: super }
table: { name: web.t }
load: { mode: append }
`,
  "t.yaml",
);

test.each<[string, boolean]>([
  ["a > 0 and (b is null or b like 'x%')", true],
  ["a between 1 and 5 or not a in (7, 8)", true],
  ["coalesce(a, 0) * 2 <> -3", true],
  ["case when lower(b) = 'x' then a > 1 else true end", true],
  ["a / 2 > 0", false],
  ["cast(b as int) > 0", false],
  ["b rlike 'x'", false],
  ["regexp_like(b, 'x')", false],
  ["b == 'x'", false],
  ["b = 'a\\nb'", false],
  ['b = "x"', false],
  ["b = '{{ x }}'", false],
  ["unknown > 0", false],
  ["s.x > 0", false],
  ["s is null", false],
  ["a > 0) or (a < 5", false],
  ["exists (select 1 from t)", false],
  ["a > (select 1)", false],
  ["a > 0; drop table t", false],
])("%s: %s", async (sql, isShared) => {
  if (contract === undefined) throw new Error("the contract is not sound");
  expect((await sharedSql(contract))(sql)).toBe(isShared);
});
