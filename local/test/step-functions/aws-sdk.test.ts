import { describe, expect, test } from "@jest/globals";
import { AwsError, type Shape } from "../../call/call.js";
import { runTask } from "./run-task.js";
import { machine, machineArn, openAccount, START } from "./support.js";

describe("aws-sdk", () => {
  test("PascalCase in and out, times as ISO text", async () => {
    const task = { Resource: "arn:aws:states:::aws-sdk:redshiftdata:describeStatement", Arguments: { Id: "1" } };
    const DescribeStatement = async (input: Shape) => ({
      Id: input.Id,
      Status: "FINISHED",
      CreatedAt: new Date(START),
      SubStatements: [{ Id: "1:1", HasResultSet: true }],
      Error: undefined,
    });
    const { output } = await runTask(task, { "redshift-data": { DescribeStatement } });
    expect(output).toEqual({
      Id: "1",
      Status: "FINISHED",
      CreatedAt: "2026-11-24T05:00:00.000Z",
      SubStatements: [{ Id: "1:1", HasResultSet: true }],
    });
  });

  test("also where the API is camelCase", async () => {
    const task = {
      Resource: "arn:aws:states:::aws-sdk:sfn:listExecutions",
      Arguments: { StateMachineArn: "{% $states.context.StateMachine.Id %}", MaxResults: 5 },
    };
    const { output } = await runTask(task, {});
    expect(output).toMatchObject({
      Executions: [{ Name: "e", Status: "RUNNING", StartDate: "2026-11-24T05:00:00.000Z" }],
    });
  });

  test.each([
    [
      "redshift",
      "createClusterSnapshot",
      "CreateClusterSnapshot",
      "ClusterSnapshotAlreadyExistsFault",
      "Redshift.ClusterSnapshotAlreadyExistsException",
    ],
    [
      "redshift",
      "createClusterSnapshot",
      "CreateClusterSnapshot",
      "ClusterSnapshotAlreadyExists",
      "Redshift.ClusterSnapshotAlreadyExistsException",
    ],
    ["redshift", "createClusterSnapshot", "CreateClusterSnapshot", "Throttling", "Redshift.RedshiftException"],
    [
      "redshiftdata",
      "executeStatement",
      "ExecuteStatement",
      "ActiveStatementsExceededException",
      "RedshiftData.ActiveStatementsExceededException",
    ],
    ["redshiftdata", "executeStatement", "ExecuteStatement", "ValidationException", "RedshiftData.ValidationException"],
    [
      "redshiftdata",
      "executeStatement",
      "ExecuteStatement",
      "ThrottlingException",
      "RedshiftData.RedshiftDataException",
    ],
    // In the model of these services, though not of the two before.
    [
      "redshiftserverless",
      "createSnapshot",
      "CreateSnapshot",
      "ThrottlingException",
      "RedshiftServerless.ThrottlingException",
    ],
    [
      "redshiftserverless",
      "createSnapshot",
      "CreateSnapshot",
      "SlowDown",
      "RedshiftServerless.RedshiftServerlessException",
    ],
    ["glue", "getCrawler", "GetCrawler", "ThrottlingException", "Glue.ThrottlingException"],
    ["glue", "getCrawler", "GetCrawler", "AccessDeniedException", "Glue.AccessDeniedException"],
    ["glue", "getCrawler", "GetCrawler", "InternalServiceException", "Glue.InternalServiceException"],
    ["glue", "getCrawler", "GetCrawler", "InternalFailure", "Glue.GlueException"],
    ["redshiftdata", "executeStatement", "ExecuteStatement", "SdkClientException", "RedshiftData.SdkClientException"],
    ["s3", "getObject", "GetObject", "NoSuchKey", "S3.NoSuchKeyException"],
    [
      "secretsmanager",
      "getSecretValue",
      "GetSecretValue",
      "ValidationException",
      "SecretsManager.SecretsManagerException",
    ],
  ])("%s %s: %s %s is %s", async (service, action, operation, name, expected) => {
    const names = {
      redshift: "redshift",
      redshiftdata: "redshift-data",
      redshiftserverless: "redshift-serverless",
      glue: "glue",
      s3: "s3",
      secretsmanager: "secretsmanager",
    } as const;
    const key = Object.entries(names).find(([id]) => id === service)?.[1] ?? "s3";
    const refuse = async () => {
      throw new AwsError(name, "the message");
    };
    const task = { Resource: `arn:aws:states:::aws-sdk:${service}:${action}`, Arguments: {} };
    const { described } = await runTask(task, { [key]: { [operation]: refuse } });
    expect(described.error).toBe(expected);
    expect(described.cause).toMatch(/^the message/);
  });

  test("members that are not PascalCase are refused when it runs", async () => {
    const task = { Resource: "arn:aws:states:::aws-sdk:redshiftdata:describeStatement", Arguments: { id: "1" } };
    expect((await runTask(task, {})).described).toMatchObject({
      error: "States.Runtime",
      cause: expect.stringContaining("'id'"),
    });
  });

  test("what the local account has not built fails by name, whatever is caught", async () => {
    const task = {
      Resource: "arn:aws:states:::aws-sdk:glue:getCrawler",
      Arguments: { Name: "c" },
      Retry: [{ ErrorEquals: ["States.ALL"] }],
    };
    expect((await runTask(task, {})).described).toMatchObject({
      error: "States.Runtime",
      cause: expect.stringContaining("not supported in the local account: glue GetCrawler"),
    });
  });
});

describe("at creation", () => {
  test.each([
    [
      "arn:aws:states:::aws-sdk:glue:startCrawl",
      /The resource provided arn:aws:states:::aws-sdk:glue:startCrawl is not recognized/,
    ],
    ["arn:aws:states:::aws-sdk:glue:StartCrawler", /is not recognized/],
    ["arn:aws:states:::aws-sdk:dynamodb:getItem", /not supported in the local account/],
    ["arn:aws:states:::ecs:runTask.sync", /not supported in the local account/],
    ["arn:aws:states:::glue:startJobRun.waitForTaskToken", /not supported in the local account/],
  ])("%s is refused", (Resource, expected) => {
    expect(() => openAccount({ bad: machine({ T: { Type: "Task", Resource, End: true } }) })).toThrow(expected);
  });

  test("the machine is named; substitutions are made; ValidateStateMachineDefinition says the same", async () => {
    const definition = machine({
      T: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { FunctionName: `\${${"f"}}` },
        End: true,
      },
    });
    const { call } = openAccount({ good: definition }, { substitutions: { f: 'quoted "name"' } });
    const described = await call("DescribeStateMachine", { stateMachineArn: machineArn("good") });
    expect(JSON.parse(String(described.definition))).toMatchObject({
      States: { T: { Arguments: { FunctionName: 'quoted "name"' } } },
    });
    expect(() => openAccount({ bad: machine({ A: { Type: "Pass" } }) })).toThrow(
      /^bad: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: .* at \/States\/A'$/,
    );
    expect(
      await call("ValidateStateMachineDefinition", { definition: JSON.stringify(machine({ A: { Type: "Pass" } })) }),
    ).toMatchObject({ result: "FAIL", diagnostics: [{ severity: "ERROR", location: "/States/A" }] });
  });
});
