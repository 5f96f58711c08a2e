import { describe, expect, test } from "@jest/globals";
import { parquetColumns } from "../../contract/contract.js";
import { describeFinding, readProject, readSoundProject } from "../../contract/read.js";
import { stagingColumns, targetColumns } from "../../sql/tables.js";
import { soundProject, writeProject } from "./projects.js";

const text = soundProject["datasets/orders.yaml"];
const declared = (dataset: string) => writeProject({ ...soundProject, "datasets/orders.yaml": dataset });
const namesOf = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);

describe("a column with load: false", () => {
  test("is no column of Parquet, staging and target", () => {
    const folder = declared(text.replace("type: char(1) }", "type: char(1), load: false }"));
    const [contract] = readSoundProject(folder).contracts;
    if (contract === undefined) throw new Error("no contract");
    expect(contract.columns.map(({ load }) => load)).toEqual([true, true, true, false]);
    const names = ["id", "placed_at", "amount", "sluice_batch", "sluice_file"];
    expect(namesOf(parquetColumns(contract))).toEqual(names);
    expect(namesOf(stagingColumns(contract))).toEqual(names);
    expect(namesOf(targetColumns(contract))).toEqual(names);
  });

  test("is the delete column: whether a record is a delete stands before the lineage", () => {
    const deletes = "order_by: placed_at, deletes: { column: op, values: [D] }";
    const folder = declared(
      text.replace("type: char(1) }", "type: char(1), load: false }").replace("order_by: placed_at", deletes),
    );
    const [contract] = readSoundProject(folder).contracts;
    if (contract === undefined) throw new Error("no contract");
    const names = ["id", "placed_at", "amount", "is_deleted", "sluice_batch", "sluice_file"];
    expect(namesOf(parquetColumns(contract))).toEqual(names);
    expect(namesOf(targetColumns(contract))).toEqual(names);
  });

  test.each<[string, string, string]>([
    [
      "key",
      "name: id, type: bigint",
      "load.key[0]: found 'id' with load: false; expected a column of the table as key",
    ],
    ["order_by", "name: placed_at, type: timestamp", "load.order_by: found 'placed_at' with load: false"],
    ["sort", "name: placed_at, type: timestamp", "table.sort[0]: found 'placed_at' with load: false"],
    ["distribution", "name: id, type: bigint", "table.distribution: found 'id' with load: false"],
  ])("cannot be %s", (_, column, finding) => {
    const { findings } = readProject(declared(text.replace(column, `${column}, load: false`)));
    expect(findings.map(describeFinding).join("\n")).toContain(finding);
  });
});
