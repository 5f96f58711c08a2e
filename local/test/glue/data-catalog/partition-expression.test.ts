import { describe, expect, test } from "@jest/globals";
import { parsePartitionExpression } from "../../../glue/data-catalog/partition-expression.js";

const keys = [
  { Name: "year", Type: "string" },
  { Name: "n", Type: "int" },
];
const rows = [
  ["2025", "9"],
  ["2026", "10"],
  ["2026", "9"],
];
const chosen = (expression: string) => rows.filter(parsePartitionExpression(expression, keys)).map((row) => row.join());

describe("an expression over partition keys", () => {
  test.each([
    ["", ["2025,9", "2026,10", "2026,9"]],
    ["year = '2026'", ["2026,10", "2026,9"]],
    ["year='2026' AND n < 10", ["2026,9"]],
    ["n >= 10 or year <> '2026'", ["2025,9", "2026,10"]],
    ["not (year = '2026' and n = 9)", ["2025,9", "2026,10"]],
    ["year in ('2025', '2024')", ["2025,9"]],
    ["n not in (9)", ["2026,10"]],
    ["n between 10 and 11", ["2026,10"]],
    ["year like '%6'", ["2026,10", "2026,9"]],
  ])("%s", (expression, expected) => {
    expect(chosen(expression)).toEqual(expected);
  });

  test.each([
    ["year = ", "it ends too early"],
    ["month = '1'", "month is not a partition key"],
    ["year = '2026' n", "n found"],
    ["year ~ '2026'", "not understood"],
    ["year = n", "n is not a literal"],
  ])("%s is refused", (expression, message) => {
    expect(() => parsePartitionExpression(expression, keys)).toThrow(message);
  });
});
