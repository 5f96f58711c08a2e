import {
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  RedshiftDataClient,
} from "@aws-sdk/client-redshift-data";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { runStatement } from "../../../cli/warehouse/statements.js";
import { errorOf } from "../../functions/samples.js";

const dataApi = mockClient(RedshiftDataClient);
const clients = { redshiftData: new RedshiftDataClient({ region: "eu-west-1" }) };
const warehouse = { place: { ClusterIdentifier: "demo" }, database: "analytics", secret: "demo/warehouse/reader" };

beforeEach(() => {
  dataApi.reset();
  dataApi.onAnyCommand().rejects(new Error("a call that was not foreseen"));
  dataApi
    .on(ExecuteStatementCommand, {
      ClusterIdentifier: "demo",
      Database: "analytics",
      SecretArn: "demo/warehouse/reader",
      Sql: "select 1",
    })
    .resolves({ Id: "s1" });
});

describe("a statement through the Data API", () => {
  test("waits for its end and reads every page of its result", async () => {
    dataApi
      .on(DescribeStatementCommand, { Id: "s1" })
      .resolvesOnce({ Status: "STARTED" })
      .resolves({ Status: "FINISHED", HasResultSet: true });
    dataApi
      .on(GetStatementResultCommand, { Id: "s1" })
      .resolvesOnce({
        ColumnMetadata: [{ name: "a" }, { name: "b", label: "b" }],
        Records: [[{ longValue: 1 }, { stringValue: "" }]],
        NextToken: "t",
      })
      .resolves({
        ColumnMetadata: [{ name: "a" }, { name: "b" }],
        Records: [[{ booleanValue: false }, { isNull: true }]],
      });
    expect(await runStatement(clients, warehouse, "select 1")).toEqual({
      columns: ["a", "b"],
      rows: [
        [1, ""],
        [false, null],
      ],
    });
  });

  test("an integer that lost its last digits on the way is not shown", async () => {
    dataApi.on(DescribeStatementCommand).resolves({ Status: "FINISHED", HasResultSet: true });
    const answer = (longValue: number) => ({ ColumnMetadata: [{ name: "id" }], Records: [[{ longValue }]] });
    dataApi.on(GetStatementResultCommand).resolvesOnce(answer(-9007199254740991)).resolves(answer(9007199254740992));
    expect((await runStatement(clients, warehouse, "select 1")).rows).toEqual([[-9007199254740991]]);
    expect((await errorOf(() => runStatement(clients, warehouse, "select 1"))).message).toMatch(
      /Column 'id'.*CAST\(id AS varchar\(20\)\)/,
    );
  });

  test("a statement without result has no rows", async () => {
    dataApi.on(DescribeStatementCommand).resolves({ Status: "FINISHED", HasResultSet: false });
    expect(await runStatement(clients, warehouse, "select 1")).toEqual({ columns: [], rows: [] });
  });

  test.each(["FAILED", "ABORTED"] as const)("%s is an error with the warehouse's own words", async (Status) => {
    dataApi.on(DescribeStatementCommand).resolves({ Status, Error: "ERROR: relation does not exist" });
    expect((await errorOf(() => runStatement(clients, warehouse, "select 1"))).message).toBe(
      "ERROR: relation does not exist",
    );
  });
});
