import { describe, expect, test } from "@jest/globals";
import { describeFinding, readDatasetText } from "../../contract/read.js";
import { targetColumns } from "../../sql/tables.js";

const text = `dataset: customers
source: crm
partition: day
format: { type: csv }
columns:
  - { name: id, type: integer }
  - { name: changed_at, type: timestamptz }
  - { name: op, type: char(1) }
  - { name: city, type: varchar(40) }
  - { name: plan, type: varchar(20) }
table: { name: crm.customers, sort: [id, valid_from], columns: { is_current: { encode: raw } } }
load: { mode: history, key: [id], order_by: changed_at, deletes: { column: op, values: [D] } }
`;
const read = (changed: string) => readDatasetText(changed, "datasets/customers.yaml");
const findingsOf = (from: string, to: string) => {
  expect(text).toContain(from);
  return read(text.replace(from, to)).findings.map(describeFinding);
};

describe("a history", () => {
  test("has its own columns behind the contract's, which the table's design may name", () => {
    const { contract, findings } = read(text);
    expect(findings).toEqual([]);
    if (contract === undefined) throw new Error("no contract");
    expect(contract.load.history).toEqual({
      ...{ valid_from: "valid_from", valid_to: "valid_to", current: "is_current" },
      track: ["city", "plan"],
    });
    expect(targetColumns(contract).map(({ name, type, isRequired }) => [name, type.name, isRequired])).toEqual([
      ["id", "integer", true],
      ["changed_at", "timestamptz", true],
      ["op", "char", false],
      ["city", "varchar", false],
      ["plan", "varchar", false],
      ["valid_from", "timestamptz", true],
      ["valid_to", "timestamptz", false],
      ["is_current", "boolean", true],
      ["sluice_batch", "varchar", false],
      ["sluice_file", "varchar", false],
    ]);
  });

  test.each<[string, string, string, string]>([
    [
      "order",
      "name: changed_at, type: timestamptz",
      "name: changed_at, type: integer",
      "'changed_at' of type integer; expected a date, timestamp or timestamptz: the time from which a record is valid",
    ],
    ["tracked name", "order_by: changed_at", "order_by: changed_at, track: [citi]", "Write 'city'."],
    [
      "tracked key",
      "order_by: changed_at",
      "order_by: changed_at, track: [id, city]",
      "'id', which is part of the key",
    ],
    [
      "tracked deletes",
      "order_by: changed_at",
      "order_by: changed_at, track: [op]",
      "'op', which is the column that marks deletes",
    ],
    ["tracked twice", "order_by: changed_at", "order_by: changed_at, track: [city, city]", "'city' a second time"],
    [
      "own name that is taken",
      "order_by: changed_at",
      "order_by: changed_at, valid_to: plan",
      "'plan', which is already a column",
    ],
    [
      "own name twice",
      "order_by: changed_at",
      "order_by: changed_at, valid_to: valid_from",
      "'valid_from', which is also the name of valid_from",
    ],
    [
      "own name that is Sluice's",
      "order_by: changed_at",
      "order_by: changed_at, current: sluice_now",
      "a name that Sluice does not reserve",
    ],
    [
      "identity",
      "sort: [id, valid_from]",
      "identity: { column: number }",
      "Remove 'identity'. A version is identified by id and valid_from.",
    ],
    ["sort key of another mode", "mode: history", "mode: upsert", "'valid_from', which is not a column"],
    ["action", "values: [D] }", "values: [D], action: soft }", "action"],
  ])("check names a wrong %s", (_, from, to, expected) => {
    expect(findingsOf(from, to).join("\n")).toContain(expected);
  });

  test("check warns where nothing could make a version", () => {
    const bare = text.replace(/ {2}- \{ name: (?:city|plan).*\n/g, "");
    expect(read(bare).findings.map(describeFinding).join()).toContain("no column whose change could start a version");
  });
});
