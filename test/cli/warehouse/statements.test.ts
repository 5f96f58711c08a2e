import { createServer } from "node:http";
import {
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  RedshiftDataClient,
} from "@aws-sdk/client-redshift-data";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { createClients } from "../../../cli/account/clients.js";
import { formatRows } from "../../../cli/output/rows.js";
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

  test("an integer beyond 2^53 keeps its digits, and a text that looks like one stays a text", async () => {
    dataApi.on(DescribeStatementCommand).resolves({ Status: "FINISHED", HasResultSet: true });
    dataApi.on(GetStatementResultCommand).resolves({
      ColumnMetadata: [
        { name: "id", typeName: "int8" },
        { name: "note", typeName: "varchar" },
      ],
      Records: [
        [{ stringValue: "-9223372036854775808" }, { stringValue: "9007199254740993" }],
        [{ longValue: 7 }, { stringValue: "" }],
        [{ isNull: true }, { isNull: true }],
      ],
    });
    const result = await runStatement(clients, warehouse, "select 1");
    expect(result.rows).toEqual([
      [-9223372036854775808n, "9007199254740993"],
      [7, ""],
      [null, null],
    ]);
    expect(formatRows(result, "json", "")).toBe(
      '[{"id":-9223372036854775808,"note":"9007199254740993"},{"id":7,"note":""},{"id":null,"note":null}]',
    );
    expect(formatRows(result, "csv", "-")).toContain("-9223372036854775808,9007199254740993\r\n7,\r\n-,-");
  });

  test("the digits of an answer survive the SDK, and no text is taken for a number", async () => {
    const record = [{ longValue: 0 }, { stringValue: ',"longValue":9007199254740993,' }];
    const body = JSON.stringify({
      ColumnMetadata: [
        { name: "id", typeName: "int8" },
        { name: "t", typeName: "varchar" },
      ],
      Records: [record],
    }).replace('"longValue":0', '"longValue":9007199254740993');
    const server = createServer((_, answer) =>
      answer.setHeader("content-type", "application/x-amz-json-1.1").end(body),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const local = { endpoint: `http://127.0.0.1:${port}`, accessKeyId: "a", secretAccessKey: "s" };
    dataApi.restore();
    const { redshiftData } = createClients({ region: "eu-west-1", local });
    const { Records } = await redshiftData.send(new GetStatementResultCommand({ Id: "s1" }));
    redshiftData.destroy();
    server.close();
    expect(Records).toEqual([[{ stringValue: "9007199254740993" }, { stringValue: ',"longValue":9007199254740993,' }]]);
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
