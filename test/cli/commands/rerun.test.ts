import "../../functions/quiet.js";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { rerun } from "../../../cli/commands/rerun.js";
import { definitionVersion } from "../../../contract/definition.js";
import { stateInputs } from "../../../planning/inputs.js";
import { readInspection } from "../../../planning/inspection.js";
import { planLoad } from "../../../planning/plan.js";
import { errorOf, sampleBatch, sampleBatchFile, sampleContract, sampleReport } from "../../functions/samples.js";
import { findings } from "../../planning/findings.js";
import { loadArn, machineArn, sessionOf } from "../session.js";

const stepFunctions = mockClient(SFNClient);
const s3 = mockClient(S3Client);
const lambda = mockClient(LambdaClient);
const name = "quakes-2026112205-aaaa";
const input = '{"dataset":"quakes","manifest":{"bucket":"landing","key":"k","versionId":"v1"}}';
const execution = { executionArn: loadArn(name), source: "usgs", dataset: "quakes" };

const scheduled = { resourceType: "lambda", resource: "invoke", region: "eu-west-1" };

/** The history of an execution that entered some states; the manifest's validation gave a batch. */
function history(...states: readonly (readonly [string, string])[]): HistoryEvent[] {
  const parameters = JSON.stringify({ Payload: { definition: definitionVersion } });
  const answer = JSON.stringify({ Payload: { batch: sampleBatch } });
  return states.flatMap(([type, state], index) => [
    {
      type: `${type}StateEntered`,
      id: index * 2 + 1,
      timestamp: new Date(0),
      stateEnteredEventDetails: { name: state },
    },
    ...(state === "Validate the manifest" && states.length > 1
      ? [
          {
            type: "TaskScheduled",
            id: index * 2 + 2,
            timestamp: new Date(0),
            taskScheduledEventDetails: { ...scheduled, parameters },
          },
          {
            type: "TaskSucceeded",
            id: index * 2 + 2,
            timestamp: new Date(0),
            taskSucceededEventDetails: { resourceType: "lambda", resource: "invoke", output: answer },
          },
        ]
      : []),
  ]) as HistoryEvent[];
}

function given(status: "FAILED" | "SUCCEEDED" | "RUNNING", error: string | undefined, events: HistoryEvent[]) {
  stepFunctions
    .on(DescribeExecutionCommand)
    .resolves({ ...{ executionArn: execution.executionArn, name, input, status, redriveStatus: "REDRIVABLE" }, error });
  const chained = events.map((event, at) => ({ previousEventId: at, ...event, id: at + 1 }));
  stepFunctions.on(GetExecutionHistoryCommand).resolves({ events: chained });
}

const pinned = (contract: unknown) =>
  s3.on(GetObjectCommand).resolves({
    ContentLength: 1,
    ETag: '"e"',
    LastModified: new Date(0),
    Body: { transformToByteArray: async () => new TextEncoder().encode(JSON.stringify(contract)) },
  } as never);

beforeEach(() => {
  for (const mock of [stepFunctions, s3, lambda]) mock.reset();
  const unforeseen = new Error("a call that was not foreseen");
  stepFunctions.onAnyCommand().rejects(unforeseen);
  s3.onAnyCommand().rejects(unforeseen);
  lambda.onAnyCommand().rejects(unforeseen);
  stepFunctions.on(RedriveExecutionCommand).resolves({ redriveDate: new Date(0) });
  stepFunctions
    .on(StartExecutionCommand)
    .callsFake(({ name: asked }) => ({ executionArn: loadArn(asked), startDate: new Date(0) }));
  lambda.on(GetFunctionConfigurationCommand).rejects(new Error("nothing was planned"));
});

const session = sessionOf([sampleContract()]);
const started = () => stepFunctions.commandCalls(StartExecutionCommand).map((call) => call.args[0].input);
const stoppedAt = (state: string) => history(["Task", "Validate the manifest"], ["Task", state]);

describe("a load that was planned", () => {
  const inspection = findings({
    session: [["sluice_loader", "analytics", 1, 1, 0, 1]],
    relations: ["loads_quakes", "lock_quakes"].map((table) => ["sluice", table, "table", "sluice_loader", 1, 1, 1, 1]),
  });
  const reportFile = `${sampleBatch.runFolder}jr_1/report.json`;
  const planned = planLoad({
    ...{ contract: sampleContract(), batch: sampleBatch, batchFile: sampleBatchFile(), report: sampleReport() },
    ...{ inspection: readInspection(inspection), isForced: false },
    ...{ project: "demo", copyRole: "arn:copy", snapshotRetentionDays: 14, replaces: [] },
  });
  const plan = stateInputs(planned, sampleBatch.execution);

  function stoppedAfter(planned: unknown): HistoryEvent[] {
    const parameters = JSON.stringify({
      Payload: {
        batch: sampleBatch,
        reportFile,
        inspection: { isEarly: false, answer: { outcome: "done", results: inspection } },
      },
    });
    const common = { timestamp: new Date(0), id: 90 };
    const task = { resourceType: "lambda", resource: "invoke" };
    return [
      ...stoppedAt("Plan the load"),
      { ...common, type: "TaskScheduled", taskScheduledEventDetails: { ...task, region: "eu-west-1", parameters } },
      {
        ...common,
        type: "TaskSucceeded",
        taskSucceededEventDetails: { ...task, output: JSON.stringify({ Payload: planned }) },
      },
      ...history(["Task", "Upsert the rows"]),
    ];
  }

  beforeEach(() => {
    const object = (value: unknown) => ({
      ...{ ContentLength: 1, ETag: '"e"', LastModified: new Date(0) },
      Body: { transformToByteArray: async () => new TextEncoder().encode(JSON.stringify(value)) },
    });
    s3.on(GetObjectCommand).callsFake(({ Key }) => {
      if (String(Key).endsWith("contract.json")) return object(sampleContract());
      return object(String(Key).endsWith("batch.json") ? sampleBatchFile() : sampleReport());
    });
    const Variables = { PROJECT: "demo", COPY_ROLE_ARN: "arn:copy", SNAPSHOT_RETENTION_DAYS: "14" };
    lambda.on(GetFunctionConfigurationCommand).resolves({ Environment: { Variables } });
  });

  test("is redriven when the same SQL would be rendered now", async () => {
    given("FAILED", "StatementFailed", stoppedAfter(plan));
    expect((await rerun(session, execution, false)).decision).toEqual({
      way: "redrive",
      why: expect.stringContaining("'Upsert the rows'"),
    });
  });

  test("names the branch that failed of a conversion and the inspection beside it", async () => {
    const events = [
      ...history(["Task", "Validate the manifest"], ["Parallel", "Convert the partition and inspect the target"]),
      ...history(["Task", "Convert the partition to Parquet"]),
      ...history(["Task", "Inspect the target"]),
    ];
    const at = events.length;
    const failed = {
      type: "TaskFailed",
      taskFailedEventDetails: { resourceType: "states", resource: "startExecution" },
    };
    given("FAILED", "GlueRunNotSucceeded", [...events, { ...failed, previousEventId: at - 1 } as HistoryEvent]);
    expect((await rerun(session, execution, false)).decision).toEqual({
      way: "redrive",
      why: expect.stringContaining("'Convert the partition to Parquet'"),
    });
  });

  test("is begun anew when other SQL would be: a redrive would run the old", async () => {
    given("FAILED", "StatementFailed", stoppedAfter({ ...plan, load: { statements: ["SELECT 1"] } }));
    expect((await rerun(session, execution, false)).decision.why).toMatch(/the SQL has changed/);
  });
});

describe("rerun", () => {
  test("a load that an older definition began is begun anew: a redrive would keep that definition", async () => {
    const events = stoppedAt("Upsert the rows").map((event) =>
      event.type === "TaskScheduled"
        ? { ...event, taskScheduledEventDetails: { ...scheduled, parameters: '{"Payload":{"dataset":"quakes"}}' } }
        : event,
    );
    given("FAILED", "States.TaskFailed", events);
    const { decision } = await rerun(session, execution, false);
    expect(decision).toEqual({ way: "new execution", why: expect.stringContaining("definition of its state machine") });
  });

  test("redrives a load that stopped at a task, the contract being what it was", async () => {
    given("FAILED", "GlueRunNotSucceeded", stoppedAt("Convert the partition to Parquet"));
    pinned(sampleContract());
    const { decision, executionArn } = await rerun(session, execution, false);
    expect([decision.way, executionArn]).toEqual(["redrive", execution.executionArn]);
    expect(stepFunctions.commandCalls(RedriveExecutionCommand)).toHaveLength(1);
    expect(started()).toEqual([]);
  });

  test("a contract that changed needs a new execution, with the same input", async () => {
    given("FAILED", "GlueRunNotSucceeded", stoppedAt("Convert the partition to Parquet"));
    pinned({ ...sampleContract(), description: "as it was" });
    const { decision, executionArn } = await rerun(session, execution, false);
    expect(decision.why).toMatch(/contract has changed/);
    expect(executionArn).toBe(loadArn(`${name}-r2`));
    expect(started()).toEqual([{ stateMachineArn: machineArn("demo-usgs-load-partition"), name: `${name}-r2`, input }]);
  });

  test("a load that failed before anything was pinned is redriven", async () => {
    given("FAILED", "Lambda.ServiceException", history(["Task", "Validate the manifest"]));
    expect((await rerun(session, execution, false)).decision.way).toBe("redrive");
  });

  test("a refused load is begun anew, under the next name that is free", async () => {
    given("FAILED", "FileMissing", history(["Task", "Validate the manifest"], ["Fail", "The batch is refused"]));
    pinned(sampleContract());
    stepFunctions
      .on(StartExecutionCommand, { name: `${name}-r2` })
      .rejects(new ExecutionAlreadyExists({ $metadata: {}, message: "exists" }));
    expect((await rerun(session, execution, false)).executionArn).toBe(loadArn(`${name}-r3`));
  });

  test("--force is a new execution with force in its input", async () => {
    given("SUCCEEDED", undefined, stoppedAt("The batch is loaded"));
    await rerun(session, execution, true);
    expect(started().map(({ input: text }) => JSON.parse(text ?? ""))).toEqual([{ ...JSON.parse(input), force: true }]);
  });

  test("what runs still is left alone", async () => {
    given("RUNNING", undefined, []);
    expect((await errorOf(() => rerun(session, execution, false))).name).toBe("UsageWrong");
  });
});
