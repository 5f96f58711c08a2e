import "../../functions/quiet.js";
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { backfill, planBackfill } from "../../../cli/loads/backfill.js";
import { batchId, executionName } from "../../../contract/layout.js";
import { errorOf, sampleContract } from "../../functions/samples.js";
import { loadArn, sessionOf } from "../session.js";

const stepFunctions = mockClient(SFNClient);
const s3 = mockClient(S3Client);
const session = sessionOf([sampleContract()]);
const now = new Date("2026-11-25T00:00:00Z");
const key = (hour: string) => `quakes/2026/11/22/${hour}/_manifest.json`;
const partition = (hour: string) => `2026-11-22T${hour}`;
const nameOf = (hour: string) => executionName("quakes", partition(hour), key(hour), `v${hour}`);

/** What the account has: landed manifests, rows of the ledger, and the executions that are there or begin. */
let ledger: string[];
let statuses: Map<string, { status: "SUCCEEDED" | "FAILED"; error?: string }>;

beforeEach(() => {
  ledger = [];
  statuses = new Map();
  stepFunctions.reset();
  s3.reset();
  const unforeseen = new Error("a call that was not foreseen");
  stepFunctions.onAnyCommand().rejects(unforeseen);
  s3.onAnyCommand().rejects(unforeseen);
  s3.on(ListObjectsV2Command).resolves({});
  for (const hour of ["03", "05", "06"]) {
    const object = { Key: key(hour), Size: 2, ETag: '"e"', LastModified: new Date("2026-11-22T08:00:00Z") };
    s3.on(ListObjectsV2Command, { Prefix: `quakes/2026/11/22/${hour}/` }).resolves({ Contents: [object] });
    s3.on(HeadObjectCommand, { Key: key(hour) }).resolves({
      ...{ ContentLength: 2, ETag: '"e"', LastModified: object.LastModified, VersionId: `v${hour}` },
    });
  }
  stepFunctions.on(GetExecutionHistoryCommand).resolves({ events: [] });
  stepFunctions.on(StartExecutionCommand).callsFake(({ name }) => {
    if (statuses.has(name)) throw new ExecutionAlreadyExists({ $metadata: {}, message: "exists" });
    statuses.set(name, { status: "SUCCEEDED" });
    return { executionArn: loadArn(name), startDate: new Date(0) };
  });
  stepFunctions.on(DescribeExecutionCommand).callsFake(({ executionArn }) => {
    const name = String(executionArn).slice(String(executionArn).lastIndexOf(":") + 1);
    const found = statuses.get(name);
    if (found === undefined) throw new ExecutionDoesNotExist({ $metadata: {}, message: "none" });
    const output = name.startsWith("backfill-")
      ? { outcome: "done", results: [{ rows: ledger.map((row) => [row]) }] }
      : { outcome: "loaded", counts: { written: 7 }, warnings: [] };
    return {
      ...{ executionArn, name, ...found, startDate: new Date(0), stopDate: new Date(1000) },
      ...(found.status === "SUCCEEDED" ? { output: JSON.stringify(output) } : {}),
      input: JSON.stringify({ dataset: "quakes", manifest: { bucket: "landing", key: key("05") } }),
    };
  });
});

const loads = () =>
  stepFunctions
    .commandCalls(StartExecutionCommand)
    .map((call) => call.args[0].input)
    .filter(({ name }) => !name?.startsWith("backfill-"));
const request = { dataset: "quakes", from: partition("03"), to: partition("06") };

describe("backfill", () => {
  test("loads what landed in the range and is not in the ledger, oldest first, with a line each", async () => {
    ledger = [`${batchId("quakes", partition("05"), key("05"))}/v05`];
    const plan = await planBackfill(session, request, now);
    expect([plan.partitions, plan.found, plan.due.length]).toEqual([4, 3, 2]);
    const lines: string[] = [];
    const results = await backfill(session, plan, (line) => lines.push(line));
    expect(lines).toEqual(["1/2 2026-11-22T03: loaded, 7 written", "2/2 2026-11-22T06: loaded, 7 written"]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["loaded", "loaded"]);
    expect(loads().map(({ name }) => name)).toEqual([nameOf("03"), nameOf("06")]);
  });

  test("a load that ended before without a row is begun anew", async () => {
    statuses.set(nameOf("03"), { status: "FAILED", error: "GlueRunNotSucceeded" });
    const plan = await planBackfill(session, { ...request, to: partition("03") }, now);
    await backfill(session, plan, () => {});
    expect(loads().map(({ name }) => name)).toEqual([nameOf("03"), `${nameOf("03")}-r2`]);
  });

  test("--force does not ask the ledger, and says so in the input", async () => {
    const plan = await planBackfill(session, { ...request, force: true }, now);
    expect(plan.due).toHaveLength(3);
    await backfill(session, plan, () => {});
    expect(loads().map(({ name, input }) => [name, JSON.parse(input ?? "").force])).toEqual(
      ["03", "05", "06"].map((hour) => [`${nameOf(hour)}-r2`, true]),
    );
  });

  test("nothing landed: nothing is asked and nothing started", async () => {
    const plan = await planBackfill(session, { ...request, from: partition("10"), to: partition("12") }, now);
    expect(plan.due).toEqual([]);
    expect(stepFunctions.calls()).toEqual([]);
  });

  test.each([
    [{ ...request, dataset: "quake" }, /no dataset 'quake'/],
    [{ ...request, from: "2026-11-22" }, /is not a partition by hour/],
    [{ ...request, from: partition("07") }, /later than/],
  ])("wrong usage: %j", async (wrong, problem) => {
    const error = await errorOf(() => planBackfill(session, wrong, now));
    expect(error.name).toBe("UsageWrong");
    expect(error.message).toMatch(problem);
  });
});
