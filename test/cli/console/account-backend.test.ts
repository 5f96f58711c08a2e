import "../../functions/quiet.js";
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { AccountBackend } from "../../../cli/console/account-backend.js";
import type { Contract } from "../../../contract/contract.js";
import { executionName } from "../../../contract/layout.js";
import { definitionText } from "../../../state-machines/definitions.js";
import { errorOf, sampleContract } from "../../functions/samples.js";
import { loadArn, sessionOf } from "../session.js";

const stepFunctions = mockClient(SFNClient);
const s3 = mockClient(S3Client);
const key = "quakes/2026/11/22/05/_manifest.json";
const name = executionName("quakes", "2026-11-22T05", key, "v1");
const child = "arn:aws:states:eu-west-1:000000000000:execution:demo-run-statements:child-1";
const task = { resourceType: "states", resource: "startExecution.sync:2" };
const time = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 6, 0, seconds));
const at = (id: number) => ({ id, previousEventId: id - 1, timestamp: time(id) });

const history: HistoryEvent[] = [
  { ...at(1), type: "TaskStateEntered", stateEnteredEventDetails: { name: "Validate the manifest" } },
  { ...at(3), type: "TaskStateExited", stateExitedEventDetails: { name: "Validate the manifest" } },
  { ...at(4), type: "TaskStateEntered", stateEnteredEventDetails: { name: "Inspect the target" } },
  {
    ...{ ...at(5), type: "TaskSubmitted" },
    taskSubmittedEventDetails: { ...task, output: JSON.stringify({ ExecutionArn: child }) },
  },
  { ...at(9), type: "ExecutionFailed", executionFailedEventDetails: { error: "FileMissing" } },
];
const childHistory: HistoryEvent[] = [
  { ...at(6), type: "TaskStateEntered", stateEnteredEventDetails: { name: "Submit the batch" } },
];

beforeEach(() => {
  stepFunctions.reset();
  s3.reset();
  const unforeseen = new Error("a call that was not foreseen");
  stepFunctions.onAnyCommand().rejects(unforeseen);
  s3.onAnyCommand().rejects(unforeseen);
  const listed = { executionArn: loadArn(name), name, stateMachineArn: "m", startDate: time(0) };
  stepFunctions
    .on(ListExecutionsCommand)
    .resolves({ executions: [{ ...listed, status: "FAILED", stopDate: time(9), redriveCount: 0 }] })
    .on(ListExecutionsCommand, { statusFilter: "RUNNING" })
    .resolves({ executions: [] });
  stepFunctions.on(DescribeExecutionCommand).callsFake(({ executionArn }: { executionArn: string }) => {
    if (executionArn !== loadArn(name)) throw new ExecutionDoesNotExist({ $metadata: {}, message: "none" });
    const input = { dataset: "quakes", manifest: { bucket: "landing", key, versionId: "v1" } };
    const ended = {
      status: "FAILED",
      error: "FileMissing",
      cause: "a.json is not there. Upload it.",
      stopDate: time(9),
    };
    return {
      executionArn,
      name,
      startDate: time(0),
      input: JSON.stringify(input),
      redriveStatus: "REDRIVABLE",
      ...ended,
    };
  });
  stepFunctions.on(GetExecutionHistoryCommand).resolves({ events: history });
  stepFunctions.on(GetExecutionHistoryCommand, { executionArn: child }).resolves({ events: childHistory });
  const machine = { stateMachineArn: "m", roleArn: "r", updateDate: time(0) };
  stepFunctions
    .on(DescribeStateMachineForExecutionCommand)
    .resolves({ ...machine, name: "demo-usgs-load-partition", definition: definitionText("load-partition") })
    .on(DescribeStateMachineForExecutionCommand, { executionArn: child })
    .resolves({ ...machine, name: "demo-run-statements", definition: definitionText("run-statements") });
  s3.on(ListObjectsV2Command).resolves({});
});

const backend = () =>
  new AccountBackend(sessionOf([sampleContract()]), { isLocal: false, environment: null, isReadOnly: false });

describe("the backend over an account", () => {
  test("its overview has the datasets with the states of their partitions", async () => {
    const one = backend();
    const { rows, project, account, isLocal, troubles, newest, counts } = await one.overview();
    expect({ project, account, isLocal }).toEqual({ project: "demo", account: "000000000000", isLocal: false });
    expect(rows).toMatchObject([{ dataset: "quakes", state: "refused", loads: 1, freshness: null }]);
    const load = { dataset: "quakes", partition: "2026-11-22T05", execution: name, error: "FileMissing" };
    expect(troubles).toEqual([{ ...load, source: "usgs", kind: "refused", since: time(9).toISOString(), files: null }]);
    expect([counts.refused, newest]).toMatchObject([1, [{ ...load, state: "refused", seconds: 9 }]]);
    const all = { dataset: null, source: null, owner: null, state: null, text: "" };
    const found = async (filter: object) => (await one.newest({ ...all, ...filter }, 60)).loads.length;
    expect([await found({ state: "refused", text: "QUAK" }), await found({ source: "usgs" })]).toEqual([1, 1]);
    expect([await found({ state: "loaded" }), await found({ owner: "nobody" })]).toEqual([0, 0]);
    expect(await one.map()).toMatchObject([{ dataset: "quakes", cells: [["2026-11-22T05", "refused"]] }]);
    const byFile = await one.search(`s3://landing/${key}`);
    expect([byFile.loads.length, byFile.looked]).toEqual([1, "The file belongs to quakes 2026-11-22T05."]);
    expect((await one.search(name.slice(0, 12))).loads).toHaveLength(1);
    expect((await one.search("nothing-of-it")).loads).toHaveLength(0);
  });

  test("a dataset's page has its contract, the runs that come, and no rates where nothing was read", async () => {
    const schedule = { cron: "5 * * * ? *", timezone: "UTC", lag_seconds: 0, settle_seconds: 0, manifests: "producer" };
    const contract: Contract = { ...sampleContract(), schedule: { ...schedule, manifests: "producer" } };
    const place = { isLocal: false, environment: null, isReadOnly: true };
    s3.on(GetObjectCommand, { Key: "paused/quakes.json" }).rejects(new NoSuchKey({ $metadata: {}, message: "none" }));
    const page = await new AccountBackend(sessionOf([contract]), place).dataset("quakes");
    expect(page.columns).toMatchObject([{ name: "id", type: "varchar(32)", isKey: true, isRequired: true }]);
    expect(page.checked).toEqual({ loads: 0, read: 0 });
    expect(page.lineage.map(({ what, how }) => [what, how])).toEqual([
      ["Files", "complete by a manifest"],
      ["Parquet", "typed, checked, without what was rejected"],
      ["Data Catalog", "for Athena and Spectrum"],
      ["Table", "upsert by id"],
    ]);
    expect(page.schedule?.pause).toBeNull();
    const minutes = page.schedule?.next.map((time) => time.slice(14, 19));
    expect(minutes).toEqual(["05:00", "05:00", "05:00", "05:00", "05:00"]);
    expect(page.facts).toContainEqual({ key: "load.mode", text: "upsert" });
  });

  test("a trend has the last loads; what cannot be read is a gap in it", async () => {
    const [trend] = await backend().trends(["quakes", "unknown"]);
    expect(trend).toMatchObject({ dataset: "quakes", isPending: false });
    expect(trend?.points).toMatchObject([{ execution: name, state: "refused", seconds: 9, read: null, cost: null }]);
  });

  test("who may only look changes nothing", async () => {
    const place = { isLocal: false, environment: null, isReadOnly: true };
    const one = new AccountBackend(sessionOf([sampleContract()]), place);
    expect((await errorOf(() => one.rerun({ execution: name, force: false }))).name).toBe("NotPossible");
    expect(stepFunctions.commandCalls(StartExecutionCommand)).toHaveLength(0);
  });

  test("a run stands on the definition that it ran by, with its children and what to type", async () => {
    const one = backend();
    const [attempt] = await one.attempts("quakes", "2026-11-22T05");
    expect(attempt).toMatchObject({ execution: name, outcome: "refused", error: "FileMissing", seconds: 9 });
    const run = await one.run(name);
    expect(run).toMatchObject({ attempt, message: "a.json is not there. Upload it.", runFolder: null });
    expect(run.next?.commands[0]).toBe("sluice load quakes <corrected files> --partition 2026-11-22T05");
    expect(run.machine.nodes.map((node) => node.name)).toContain("Swap the tables");
    expect(run.machine.visits.map(({ state, seconds, outcome }) => [state, seconds, outcome])).toEqual([
      ["Validate the manifest", 2, "done"],
      ["Inspect the target", 5, "failed"],
    ]);
    expect(run.machine.children).toMatchObject([
      { state: "Inspect the target", run: { machine: "demo-run-statements", visits: [{ state: "Submit the batch" }] } },
    ]);
    // A child starts no others: what it was given and gave is not read.
    const asked = stepFunctions.commandCalls(GetExecutionHistoryCommand).map((call) => call.args[0].input);
    expect(asked.map(({ includeExecutionData }) => includeExecutionData)).toEqual([true, false]);
  });

  test("a state in full: its tries, what it started, its input; not of a foreign execution", async () => {
    const detail = await backend().state(loadArn(name), "Inspect the target");
    expect(detail).toMatchObject({
      state: "Inspect the target",
      runIds: [{ kind: "execution", id: child }],
      log: null,
    });
    const foreign = "arn:aws:states:eu-west-1:000000000000:execution:other-load:one";
    expect((await errorOf(() => backend().state(foreign, "Inspect the target"))).name).toBe("NotThere");
    expect((await errorOf(() => backend().state(loadArn(name), "Swap the tables"))).message).toContain("was never in");
  });

  test("a rerun is planned without being done, then done as planned", async () => {
    stepFunctions
      .on(StartExecutionCommand)
      .callsFake((input) => ({ executionArn: loadArn(input.name), startDate: time(0) }));
    const one = backend();
    const request = { execution: name, force: false };
    const plan = await one.planRerun(request);
    expect(plan).toEqual({ way: "new execution", why: expect.stringContaining("refused (FileMissing)") });
    expect(stepFunctions.commandCalls(StartExecutionCommand)).toHaveLength(0);
    expect(await one.rerun(request)).toEqual({ ...plan, execution: `${name}-r2` });
  });

  test("no rejects are none; what does not exist is said with where to look", async () => {
    expect(await backend().rejects("quakes", "2026-11-22T05", null)).toEqual({ rows: [], total: 0 });
    const gone = await errorOf(() => backend().run("gone"));
    expect([gone.name, gone.message]).toEqual(["NotThere", expect.stringContaining("sluice status")]);
    expect((await errorOf(() => backend().attempts("quake", "2026-11-22T05"))).name).toBe("NotThere");
    const wrong = { dataset: "quakes", from: "2026-11-22", to: "2026-11-22", force: false };
    expect((await errorOf(() => backend().planBackfill(wrong))).name).toBe("NotPossible");
    expect((await errorOf(() => backend().startBackfill("gone"))).name).toBe("NotThere");
  });
});
