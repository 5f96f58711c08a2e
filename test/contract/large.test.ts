import { expect, test } from "@jest/globals";
import { describeFinding, readProject } from "../../contract/read.js";
import { stagingColumns } from "../../sql/tables.js";
import { soundProject, writeProject } from "./projects.js";

const text = soundProject["datasets/orders.yaml"];
const amount = '{ name: amount, type: "decimal(10,2)" }';
const large = text.replace(
  amount,
  `${amount}\n  - { name: body, type: super, large: true }\n  - { name: small, type: super }`,
);
const read = (dataset: string, project: string = soundProject["sluice.yaml"]) =>
  readProject(writeProject({ "sluice.yaml": project, "datasets/orders.yaml": dataset }));
const found = (...args: Parameters<typeof read>) =>
  read(...args)
    .findings.map(describeFinding)
    .join("\n");
const optedIn = soundProject["sluice.yaml"].replace("warehouse:", "warehouse:\n  large_strings: true");

test("a large column is staged as a value, another super as text", () => {
  const [contract] = read(large).contracts;
  if (contract === undefined) throw new Error("no contract");
  const types = stagingColumns(contract).map(({ name, type }) => [name, type.name]);
  expect(types).toContainEqual(["body", "super"]);
  expect(types).toContainEqual(["small", "varchar"]);
  expect(contract.large_strings).toBe(false);
});

test("check says where texts inside stay short", () => {
  expect(found(large)).toContain("columns[3].large: found large: true at 'body' without warehouse.large_strings");
  expect(read(large).findings.map(({ severity }) => severity)).toEqual(["warning"]);
  expect(found(large, optedIn)).toBe("");
  expect(read(large, optedIn).contracts[0]?.large_strings).toBe(true);
  expect(read(text, optedIn).contracts[0]?.large_strings).toBe(false);
});

test.each([
  [
    "another type",
    text.replace(amount, `{ name: amount, type: varchar(20), large: true }`),
    "large: true at 'amount' of type varchar(20)",
  ],
  ["what is not loaded", large.replace("large: true", "large: true, load: false"), "of type super with load: false"],
  [
    "a very wide table",
    large.replace(
      "checks:",
      `${Array.from({ length: 500 }, (_, i) => `  - { name: a_column_with_a_long_name_${i}, type: integer }`).join("\n")}\nchecks:`,
    ),
    "large: true at 'body' beside 505 other columns",
  ],
])("%s cannot be large", (_, dataset, finding) => {
  expect(found(dataset)).toContain(finding);
});
