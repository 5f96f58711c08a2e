import { describe, expect, test } from "@jest/globals";
import { compareContracts } from "../../contract/evolution/compare.js";
import { describeFinding, readProject, readSoundProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

const text = soundProject["datasets/orders.yaml"];
const declared = (dataset: string) => writeProject({ ...soundProject, "datasets/orders.yaml": dataset });
const contractOf = (dataset: string) => {
  const [contract] = readSoundProject(declared(dataset)).contracts;
  if (contract === undefined) throw new Error("no contract");
  return contract;
};
const found = (dataset: string) => readProject(declared(dataset)).findings.map(describeFinding).join("\n");
const amount = '{ name: amount, type: "decimal(10,2)"';

test("a retired column has no default and no SQL, and files may say its name", () => {
  const columns = contractOf(text.replace(`${amount} }`, `${amount}, from: sum, default: 1, retired: true }`)).columns;
  expect(columns[2]).toMatchObject({ name: "amount", from: "sum", default: null, retired: true });
});

describe("an old name", () => {
  test.each<[string, string, string]>([
    [
      "its own",
      text.replace(amount, `${amount}, was: amount`),
      "columns[2].was: found was: amount, which is the column's name",
    ],
    [
      "another column's",
      text.replace(amount, `${amount}, was: op`),
      "columns[2].was: found was: op, which is also a current or previous name of 'op'",
    ],
    [
      "of two columns",
      text.replace(amount, `${amount}, from: a, was: total`).replace("{ name: op,", "{ name: op, from: b, was: total,"),
      "columns[3].was: found was: total, which is also a current or previous name of 'amount'",
    ],
    [
      "of a column that is not loaded",
      text.replace("{ name: op,", "{ name: op, was: operation, load: false,"),
      "columns[3].was: found was: operation at 'op' with load: false",
    ],
    [
      "without a word on the files",
      text.replace(amount, `${amount}, was: total`),
      "columns[2].was: found was: total at 'amount' without 'from'",
    ],
  ])("%s", (_, dataset, finding) => {
    expect(found(dataset)).toContain(finding);
  });

  test("with 'from' is sound", () => {
    expect(found(text.replace(amount, `${amount}, was: total, from: total`))).toBe("");
  });
});

describe("a column cannot be retired that is", () => {
  test.each([
    ["in the key", text.replace("{ name: id,", "{ name: id, retired: true,"), "'id', which is in the key"],
    [
      "order_by",
      text.replace("{ name: placed_at,", "{ name: placed_at, retired: true,"),
      "'placed_at', which is order_by",
    ],
    ["required", text.replace(amount, `${amount}, required: true, retired: true`), "'amount', which is required"],
    ["not loaded", text.replace("{ name: op,", "{ name: op, load: false, retired: true,"), "'op', which is not loaded"],
  ])("%s", (_, dataset, finding) => {
    expect(found(dataset)).toContain(
      `retired: found retired: true at ${finding}`.replace("retired: found", ".retired: found"),
    );
  });
});

describe("check --against", () => {
  const classes = (after: string) =>
    compareContracts(contractOf(text), contractOf(after)).map((change) => [change.path, change.class]);

  test("a rename is one change, which breaks readers; 'was' alone is planned", () => {
    const renamed = text
      .replace(amount, '{ name: total, type: "decimal(10,2)", was: amount, from: amount')
      .replaceAll("amount is null or amount > 0", "total is null or total > 0");
    expect(classes(renamed)).toContainEqual(["columns.total.was", "breaks readers"]);
    expect(classes(renamed).filter(([path]) => path?.startsWith("columns.amount"))).toEqual([]);
    expect(classes(text.replace(amount, `${amount}, was: total, from: amount`))).toEqual([
      ["columns.amount.was", "planned"],
    ]);
  });

  test("retiring breaks readers, and rescuing does not", () => {
    expect(classes(text.replace(amount, `${amount}, retired: true`))).toEqual([
      ["columns.amount.retired", "breaks readers"],
    ]);
    expect(classes(text.replace(amount, `${amount}, on_error: rescue`))).toEqual([
      ["columns.amount.on_error", "harmless"],
      ["columns._rescued", "planned"],
    ]);
  });
});
