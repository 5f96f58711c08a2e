import { describe, expect, test } from "@jest/globals";
import { parquetColumns } from "../../contract/contract.js";
import { describeFinding, readProject, readSoundProject } from "../../contract/read.js";
import { targetColumns } from "../../sql/tables.js";
import { soundProject, writeProject } from "./projects.js";

const text = soundProject["datasets/orders.yaml"];
const declared = (dataset: string) => writeProject({ ...soundProject, "datasets/orders.yaml": dataset });
const namesOf = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);

describe("_rescued", () => {
  const names = ["id", "placed_at", "amount", "op", "_rescued", "sluice_batch", "sluice_file"];

  test.each([
    ["unknown_columns: rescue", text.replace("table:", "unknown_columns: rescue\ntable:")],
    ["on_error: rescue", text.replace("char(1) }", "char(1), on_error: rescue }")],
  ])("follows the contract's own columns with %s", (_, dataset) => {
    const [contract] = readSoundProject(declared(dataset)).contracts;
    if (contract === undefined) throw new Error("no contract");
    expect(namesOf(parquetColumns(contract))).toEqual(names);
    expect(namesOf(targetColumns(contract))).toEqual(names);
    expect(contract.columns.at(-1)).toMatchObject({ name: "_rescued", from: "$rescued", type: { name: "super" } });
  });

  test("is not there without either, and opens no version of a history", () => {
    const [contract] = readSoundProject(declared(text)).contracts;
    expect(contract?.columns.map(({ name }) => name)).not.toContain("_rescued");
    const history = text.replace("mode: upsert", "mode: history").replace("table:", "unknown_columns: rescue\ntable:");
    const [versions] = readSoundProject(declared(history)).contracts;
    expect(versions?.load.history?.track).toEqual(["amount", "op"]);
  });

  test("its limit is a number or a share", () => {
    const rescuing = text.replace("char(1) }", "char(1), on_error: rescue }");
    const limits = ["3", "0.5%"].map(
      (max) =>
        readSoundProject(declared(rescuing.replace("table:", `rescued: { max: ${max} }\ntable:`))).contracts[0]
          ?.rescued,
    );
    expect(limits).toEqual([{ max_rows: 3 }, { max_percent: 0.5 }]);
  });
});

describe("nothing is rescued that names, orders or marks a record, or has no name", () => {
  const rescue = (column: string) => text.replace(`name: ${column}, `, `name: ${column}, on_error: rescue, `);
  test.each<[string, string, string]>([
    ["a key", rescue("id"), "columns[0].on_error: found on_error: rescue at 'id', which is in the key"],
    ["order_by", rescue("placed_at"), "columns[1].on_error: found on_error: rescue at 'placed_at', which is order_by"],
    [
      "a required column",
      rescue("amount").replace('"decimal(10,2)"', '"decimal(10,2)", required: true'),
      "columns[2].on_error: found on_error: rescue at 'amount', which is required",
    ],
    [
      "a delete column",
      rescue("op").replace("order_by: placed_at", "order_by: placed_at, deletes: { column: op, values: [D] }"),
      "columns[3].on_error: found on_error: rescue at 'op', which marks deletes",
    ],
    [
      "unknown columns without names",
      text.replace("type: csv", "type: csv, header: false").replace("table:", "unknown_columns: rescue\ntable:"),
      "unknown_columns: found unknown_columns: rescue for csv, whose columns have no names",
    ],
    [
      "what is left of a whole record",
      text
        .replace("type: csv", "type: json")
        .replace("{ name: op,", "{ name: op, from: $value,")
        .replace("table:", "unknown_columns: rescue\ntable:"),
      "unknown_columns: found unknown_columns: rescue together with 'op', which contains the whole record",
    ],
    [
      "with a limit for nothing",
      text.replace("table:", "unknown_columns: rescue\nrescued: { max: 1 }\ntable:"),
      "rescued: found 'rescued', but no column with on_error: rescue",
    ],
  ])("%s", (_, dataset, finding) => {
    expect(readProject(declared(dataset)).findings.map(describeFinding).join("\n")).toContain(finding);
  });
});
