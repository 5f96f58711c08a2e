import { expect, test } from "@jest/globals";
import { machine, machineArn, openAccount } from "./support.js";

test("the fields of a statement's result are PascalCase in a state machine, though the API's are not", async () => {
  const task = {
    Type: "Task",
    Resource: "arn:aws:states:::aws-sdk:redshiftdata:getStatementResult",
    Arguments: { Id: "1" },
    End: true,
  };
  const GetStatementResult = async () => ({
    Records: [[{ longValue: 3 }, { isNull: true }]],
    ColumnMetadata: [{ name: "n" }],
    TotalNumRows: 1,
  });
  const account = openAccount({ m: machine({ T: task }) }, { others: { "redshift-data": { GetStatementResult } } });
  const { executionArn } = await account.call("StartExecution", { stateMachineArn: machineArn("m"), input: "{}" });
  const { output } = await account.ended(String(executionArn));
  expect(JSON.parse(String(output))).toEqual({
    Records: [[{ LongValue: 3 }, { IsNull: true }]],
    ColumnMetadata: [{ Name: "n" }],
    TotalNumRows: 1,
  });
});
