import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createGlueService } from "../../../glue/service.js";
import { caller } from "../caller.js";
import { FakeAccount } from "../fake-account.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "glue-catalogue-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const declared = {
  Name: "Quakes",
  PartitionKeys: [{ Name: "year", Type: "string" }],
  StorageDescriptor: { Columns: [{ Name: "id", Type: "string" }], Location: "s3://b/data/quakes/" },
};

/** The account as a start finds it. */
function open(table: object | null = declared) {
  const account = new FakeAccount(folder);
  account.addResource("AWS::Glue::Database", "demo_usgs", {
    CatalogId: "000000000000",
    DatabaseInput: { Name: "demo_usgs" },
  });
  if (table !== null)
    account.addResource("AWS::Glue::Table", "Quakes", { DatabaseName: "demo_usgs", TableInput: table });
  return caller(createGlueService(account));
}

const OF_TABLE = { DatabaseName: "demo_usgs", TableName: "quakes" };
const partition = (year: string) => ({
  Values: [year],
  StorageDescriptor: { Location: `s3://b/data/quakes/year=${year}/` },
});

describe("the catalogue", () => {
  test("has the template's databases and tables, in lower case", async () => {
    const call = open();
    expect(await call("GetDatabases", {})).toMatchObject({ DatabaseList: [{ Name: "demo_usgs" }] });
    expect(await call("GetTable", { DatabaseName: "demo_usgs", Name: "QUAKES" })).toMatchObject({
      Table: { Name: "quakes", DatabaseName: "demo_usgs", PartitionKeys: [{ Name: "year" }], VersionId: "0" },
    });
    await expect(call("GetTable", { DatabaseName: "demo_usgs", Name: "none" })).rejects.toMatchObject({
      name: "EntityNotFoundException",
    });
    await expect(call("GetTables", { DatabaseName: "none" })).rejects.toMatchObject({
      name: "EntityNotFoundException",
    });
  });

  test("registers partitions; one that is there already is AlreadyExistsException", async () => {
    const call = open();
    await call("CreatePartition", { ...OF_TABLE, PartitionInput: partition("2026") });
    await expect(call("CreatePartition", { ...OF_TABLE, PartitionInput: partition("2026") })).rejects.toMatchObject({
      name: "AlreadyExistsException",
    });
    expect(
      await call("BatchCreatePartition", { ...OF_TABLE, PartitionInputList: [partition("2026"), partition("2025")] }),
    ).toMatchObject({ Errors: [{ PartitionValues: ["2026"], ErrorDetail: { ErrorCode: "AlreadyExistsException" } }] });
    await expect(call("GetPartitions", { ...OF_TABLE, Expression: "year > '2025'" })).rejects.toMatchObject({
      name: "InvalidInputException",
      message: expect.stringContaining("Expression is not supported"),
    });
    await expect(
      call("CreatePartition", { ...OF_TABLE, PartitionInput: { Values: ["2026", "01"] } }),
    ).rejects.toMatchObject({
      name: "InvalidInputException",
    });
  });

  test("does not open with a template's table that a crawler has made: CloudFormation could not create it", async () => {
    const call = open(null);
    await call("CreateTable", { DatabaseName: "demo_usgs", TableInput: declared });
    expect(() => open()).toThrow(/CREATE_FAILED AWS::Glue::Table quakes: AlreadyExistsException/);
    await open(null)("DeleteTable", { DatabaseName: "demo_usgs", Name: "quakes" });
    expect(await open()("GetTable", { DatabaseName: "demo_usgs", Name: "quakes" })).toMatchObject({ Table: {} });
  });

  test("removes a table that the templates no longer have, so that a crawler can make it", async () => {
    await open()("CreatePartition", { ...OF_TABLE, PartitionInput: partition("2026") });
    const call = open(null);
    await expect(call("GetTable", { DatabaseName: "demo_usgs", Name: "quakes" })).rejects.toMatchObject({
      name: "EntityNotFoundException",
    });
    await call("CreateTable", { DatabaseName: "demo_usgs", TableInput: declared });
    expect(await call("GetPartitions", OF_TABLE)).toMatchObject({ Partitions: [] });
  });

  test("keeps what was registered over a restart, page by page", async () => {
    let call = open();
    for (const year of ["2024", "2025", "2026"])
      await call("CreatePartition", { ...OF_TABLE, PartitionInput: partition(year) });
    await call("DeletePartition", { ...OF_TABLE, PartitionValues: ["2025"] });
    await call("UpdatePartition", { ...OF_TABLE, PartitionValueList: ["2024"], PartitionInput: partition("2023") });
    call = open();
    const first = await call("GetPartitions", { ...OF_TABLE, MaxResults: 1 });
    expect(first).toMatchObject({ Partitions: [{ Values: ["2023"] }] });
    const second = await call("GetPartitions", { ...OF_TABLE, MaxResults: 1, NextToken: first.NextToken });
    expect(second).toMatchObject({ Partitions: [{ Values: ["2026"] }] });
    expect(second.NextToken).toBeUndefined();
  });

  test("keeps a caller's change of a declared table until the declaration changes", async () => {
    let call = open();
    const changed = { ...declared, Parameters: { by: "hand" } };
    await call("UpdateTable", { DatabaseName: "demo_usgs", TableInput: changed });
    call = open();
    const name = { DatabaseName: "demo_usgs", Name: "quakes" };
    expect(await call("GetTable", name)).toMatchObject({ Table: { Parameters: { by: "hand" }, VersionId: "1" } });
    call = open({ ...declared, Description: "new" });
    expect(await call("GetTable", name)).toMatchObject({
      Table: { Parameters: {}, Description: "new", VersionId: "2" },
    });
  });
});
