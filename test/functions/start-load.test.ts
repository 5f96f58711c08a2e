import "./quiet.js";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { handler } from "../../functions/start-load/handler.js";
import { errorOf, sampleContract } from "./samples.js";

const stateMachineArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:demo-usgs-load-partition";
const stepFunctions = mockClient(SFNClient);

beforeEach(() => {
  stepFunctions.reset();
  stepFunctions.onAnyCommand().rejects(new Error("a call that was not foreseen"));
  process.env.STATE_MACHINE_ARN = stateMachineArn;
  const contracts = { quakes: sampleContract(), days: { ...sampleContract(), dataset: "days", partition: "day" } };
  process.env.CONTRACTS = join(mkdtempSync(join(tmpdir(), "start-load-")), "contracts.json");
  writeFileSync(process.env.CONTRACTS, JSON.stringify(contracts));
});

afterEach(() => rmSync(dirname(process.env.CONTRACTS ?? ""), { recursive: true }));

const record = (key: string, versionId: string | undefined, sequencer = "0055") => ({
  eventName: "ObjectCreated:Put",
  s3: { bucket: { name: "landing" }, object: { key, versionId, sequencer, size: 3 } },
});

const started = () => stepFunctions.commandCalls(StartExecutionCommand).map((call) => call.args[0].input);

const exists = () => new ExecutionAlreadyExists({ $metadata: {}, message: "Execution Already Exists: 'arn'" });

describe("start-load", () => {
  test("starts one execution a record, named after dataset, partition and manifest version", async () => {
    stepFunctions.on(StartExecutionCommand).resolves({ executionArn: "arn", startDate: new Date(0) });
    await handler({
      Records: [
        record("quakes/2026/11/22/05/_manifest.json", "v1"),
        record("days/2026/11/22/late-1.manifest.json", undefined),
      ],
    });
    expect(started()).toEqual([
      {
        stateMachineArn,
        name: expect.stringMatching(/^quakes-2026112205-[0-9a-f]{12}$/),
        input:
          '{"dataset":"quakes","manifest":{"bucket":"landing","key":"quakes/2026/11/22/05/_manifest.json","versionId":"v1"}}',
      },
      {
        stateMachineArn,
        name: expect.stringMatching(/^days-20261122-[0-9a-f]{12}$/),
        input: '{"dataset":"days","manifest":{"bucket":"landing","key":"days/2026/11/22/late-1.manifest.json"}}',
      },
    ]);
  });

  test("the same event gives the same name; another version or sequencer another one", async () => {
    stepFunctions.on(StartExecutionCommand).resolves({ executionArn: "arn", startDate: new Date(0) });
    const key = "quakes/2026/11/22/05/_manifest.json";
    for (const [version, sequencer] of [["v1"], ["v1"], ["v2"], [undefined, "01"], [undefined, "02"]] as const) {
      await handler({ Records: [record(key, version, sequencer)] });
    }
    const names = started().map(({ name }) => name);
    expect(names[1]).toBe(names[0]);
    expect(new Set(names).size).toBe(4);
  });

  test("decodes keys as S3 encodes them (F1.3)", async () => {
    stepFunctions.on(StartExecutionCommand).resolves({ executionArn: "arn", startDate: new Date(0) });
    await handler({ Records: [record("quakes/2026/11/22/05/a+b%2Bc%3D%C3%A9.manifest.json", "v1")] });
    expect(started()[0]?.input).toContain('"key":"quakes/2026/11/22/05/a b+c=é.manifest.json"');
  });

  test("a key outside every partition folder is started too, under a safe name, so that it is refused by name", async () => {
    stepFunctions.on(StartExecutionCommand).resolves({ executionArn: "arn", startDate: new Date(0) });
    await handler({ Records: [record("k%C3%BCche/manifest.json", "v1"), record("manifest.json", "v1")] });
    expect(started().map(({ name }) => name)).toEqual([
      expect.stringMatching(/^k_che--[0-9a-f]{12}$/),
      expect.stringMatching(/^manifest_json--[0-9a-f]{12}$/),
    ]);
  });

  test("S3's test event starts nothing", async () => {
    await handler({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "landing" });
    expect(stepFunctions.calls()).toHaveLength(0);
  });

  test("something that is no S3 event is an error", async () => {
    expect((await errorOf(() => handler({ source: "aws.s3" }))).name).toBe("ZodError");
  });

  test("a duplicate event looks at the execution that is there, and is no error", async () => {
    stepFunctions.on(StartExecutionCommand).rejects(exists());
    stepFunctions.on(DescribeExecutionCommand).resolves({ status: "FAILED", error: "FileMissing" });
    await handler({ Records: [record("quakes/2026/11/22/05/_manifest.json", "v1")] });
    const [described] = stepFunctions.commandCalls(DescribeExecutionCommand);
    expect(described?.args[0].input.executionArn).toBe(
      `arn:aws:states:eu-west-1:000000000000:execution:demo-usgs-load-partition:${started()[0]?.name}`,
    );
  });

  test("one record that cannot be started fails the event, after the others were started", async () => {
    stepFunctions
      .on(StartExecutionCommand)
      .rejectsOnce(Object.assign(new Error("slow down"), { name: "ThrottlingException" }))
      .resolves({ executionArn: "arn", startDate: new Date(0) });
    const error = await errorOf(() =>
      handler({
        Records: [record("quakes/2026/11/22/05/_manifest.json", "v1"), record("days/2026/11/22/_manifest.json", "v1")],
      }),
    );
    expect(error).toEqual({
      name: "LoadsNotStarted",
      message: "1 of 2 loads were not started: ThrottlingException: slow down",
    });
    expect(started()).toHaveLength(2);
  });

  test("a missing variable is named", async () => {
    delete process.env.STATE_MACHINE_ARN;
    const error = await errorOf(() => handler({ Records: [record("q/2026/11/22/05/_manifest.json", "v1")] }));
    expect(error).toEqual(expect.objectContaining({ name: "EnvironmentIncomplete" }));
    expect(error.message).toContain("STATE_MACHINE_ARN");
  });
});
