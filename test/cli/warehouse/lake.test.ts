import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { beforeEach, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { main } from "../../../cli/main.js";
import { queryLake } from "../../../cli/warehouse/lake.js";
import { readSoundProject } from "../../../contract/read.js";
import { soundProject, writeProject } from "../../contract/projects.js";

const folder = writeProject(soundProject);
const { project } = readSoundProject(folder);
const athena = mockClient(AthenaClient);
const clients = { athena: new AthenaClient({ region: "eu-west-1" }) };
const row = (...values: (string | undefined)[]) => ({ Data: values.map((VarCharValue) => ({ VarCharValue })) });
const ResultSetMetadata = { ColumnInfo: ["id", "note"].map((Name) => ({ Name, Type: "varchar" })) };

beforeEach(() => {
  athena.reset();
  athena.onAnyCommand().rejects(new Error("a call that nobody foresaw"));
  athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: "q1" });
});

test("a query of the lake runs in the project's workgroup; its rows come without the header, NULL as NULL", async () => {
  athena
    .on(GetQueryExecutionCommand)
    .resolvesOnce({ QueryExecution: { Status: { State: "RUNNING" } } })
    .resolves({ QueryExecution: { Status: { State: "SUCCEEDED" } } });
  athena
    .on(GetQueryResultsCommand)
    .resolvesOnce({ ResultSet: { ResultSetMetadata, Rows: [row("id", "note"), row("1", undefined)] }, NextToken: "n" })
    .resolves({ ResultSet: { ResultSetMetadata, Rows: [row("id", "note")] } });
  expect(await queryLake(clients, project, "select 1")).toEqual({
    columns: ["id", "note"],
    rows: [
      ["1", null],
      ["id", "note"],
    ],
  });
  expect(athena.commandCalls(StartQueryExecutionCommand)[0]?.args[0].input).toEqual({
    QueryString: "select 1",
    WorkGroup: "shop-lake",
  });
});

test("a query that fails says what Athena says", async () => {
  const Status = { State: "FAILED" as const, StateChangeReason: "TABLE_NOT_FOUND: line 1:15" };
  athena.on(GetQueryExecutionCommand).resolves({ QueryExecution: { Status } });
  await expect(queryLake(clients, project, "select 1")).rejects.toThrow("TABLE_NOT_FOUND: line 1:15");
});

test("in the local account it is refused by name, before anything is started", async () => {
  expect(await main(["node", "sluice", "query", "select 1", "--lake", "--local", "--project", folder])).toBe(64);
});
