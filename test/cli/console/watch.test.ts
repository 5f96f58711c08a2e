import "../../functions/quiet.js";
import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  type ExecutionStatus,
  ListExecutionsCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { expectedPartitions, type KnownExecution, outcomesOf, readName } from "../../../cli/console/cells.js";
import { KnownLoads } from "../../../cli/console/known-loads.js";
import { DatasetViews } from "../../../cli/console/overview.js";
import { ExecutionWatch } from "../../../cli/console/watch-executions.js";
import { sampleContract } from "../../functions/samples.js";
import { loadArn, sessionOf } from "../session.js";

const stepFunctions = mockClient(SFNClient);
const contract = { ...sampleContract(), dataset: "quakes", source: "usgs" };
const { clients, deployment } = sessionOf([contract]);
const { partition } = contract;
const hour = (n: number) => (partition === "hour" ? `2026112${n}05` : `2026112${n}`);
const written = (n: number) => (partition === "hour" ? `2026-11-2${n}T05` : `2026-11-2${n}`);
const name = (n: number, mark = "a") => `quakes-${hour(n)}-${mark.repeat(12)}`;

interface Made {
  readonly status: ExecutionStatus;
  readonly at: number;
  readonly error?: string;
  readonly key?: string;
  readonly redriveCount?: number;
}
let executions: Record<string, Made>;

const listed = (only?: string, redriven?: string): ExecutionListItem[] =>
  Object.entries(executions)
    .filter(([, { status }]) => only === undefined || status === only)
    .filter(([, { redriveCount = 0 }]) => redriven === undefined || redriveCount > 0)
    .sort(([, a], [, b]) => b.at - a.at)
    .map(([each, { status, at, redriveCount = 0 }]) => ({
      ...{ name: each, executionArn: loadArn(each), stateMachineArn: "m", status, redriveCount },
      startDate: new Date(at * 1000),
      ...(status === "RUNNING" ? {} : { stopDate: new Date(at * 1000 + 500) }),
    }));

beforeEach(() => {
  stepFunctions.reset();
  stepFunctions.onAnyCommand().rejects(new Error("a call that was not foreseen"));
  stepFunctions.on(ListExecutionsCommand).callsFake(({ statusFilter, redriveFilter }) => ({
    executions: listed(statusFilter, redriveFilter),
  }));
  stepFunctions.on(DescribeExecutionCommand).callsFake(({ executionArn }: { executionArn: string }) => {
    const each = executionArn.slice(executionArn.lastIndexOf(":") + 1);
    const { status, at, error, key } = executions[each] ?? { status: "FAILED", at: 0 };
    const folder = partition === "hour" ? "2026/11/21/05" : "2026/11/21";
    const manifest = { bucket: "landing", key: `quakes/${folder}/${key ?? "_manifest.json"}` };
    return {
      ...{ executionArn, name: each, status, error, startDate: new Date(at * 1000) },
      ...(status === "RUNNING" ? {} : { stopDate: new Date(at * 1000 + 500) }),
      input: JSON.stringify({ dataset: "quakes", manifest }),
    };
  });
});

const described = () => stepFunctions.commandCalls(DescribeExecutionCommand).length;
const all = async (watch: ExecutionWatch) => [...(await watch.update()).all()];
const cellsOf = (executions: readonly KnownExecution[]) =>
  Object.fromEntries([...outcomesOf(executions)].map(([partition, { state }]) => [partition, state]));
const cells = async (watch: ExecutionWatch) => cellsOf(await all(watch));
const watch = () => new ExecutionWatch(clients, deployment, [contract]);

describe("the cells of a dataset", () => {
  test("what succeeded is known from the list alone, whatever it was tried before", async () => {
    executions = {
      [name(1)]: { status: "FAILED", at: 1, error: "States.Timeout" },
      [`${name(1)}-r2`]: { status: "SUCCEEDED", at: 2 },
    };
    expect(await cells(watch())).toEqual({ [written(1)]: "loaded" });
    expect(described()).toBe(0);
  });

  test.each([
    ["FAILED", "FileMissing", "refused"],
    ["FAILED", "GlueRunNotSucceeded", "failed"],
    ["TIMED_OUT", undefined, "failed"],
    ["ABORTED", undefined, "failed"],
  ] as const)("an end as %s by %s is %s", async (status, error, state) => {
    executions = { [name(1)]: { status, at: 1, ...(error === undefined ? {} : { error }) } };
    expect(await cells(watch())).toEqual({ [written(1)]: state });
  });

  test("a later revision of the same manifest makes a refusal good, another manifest does not", async () => {
    executions = {
      [name(1, "a")]: { status: "FAILED", at: 1, error: "FileMissing" },
      [name(1, "b")]: { status: "SUCCEEDED", at: 2 },
    };
    expect(await cells(watch())).toEqual({ [written(1)]: "loaded" });
    executions = { ...executions, [name(1, "b")]: { status: "SUCCEEDED", at: 2, key: "late.manifest.json" } };
    expect(await cells(watch())).toEqual({ [written(1)]: "refused" });
  });

  test("a rerun of an earlier revision takes nothing from the newest one", async () => {
    executions = {
      [name(1, "a")]: { status: "FAILED", at: 1, error: "States.Timeout" },
      [name(1, "b")]: { status: "SUCCEEDED", at: 2 },
      [`${name(1, "a")}-r2`]: { status: "FAILED", at: 3, error: "Superseded" },
    };
    expect(await cells(watch())).toEqual({ [written(1)]: "loaded" });
  });

  test("an execution that a person named is found by its input, another project's is left out", async () => {
    executions = {
      "by-hand": { status: "SUCCEEDED", at: 1 },
      "other-2026112105-aaaaaaaaaaaa": { status: "SUCCEEDED", at: 1 },
    };
    expect(await cells(watch())).toEqual({ [written(1)]: "loaded" });
  });
});

describe("a look after the first", () => {
  test("sees what began, what ended and what was redriven, and describes nothing twice", async () => {
    executions = {
      [name(1)]: { status: "FAILED", at: 1, error: "States.Timeout" },
      [name(2)]: { status: "RUNNING", at: 2 },
      [name(3)]: { status: "SUCCEEDED", at: 3 },
    };
    const one = watch();
    const before = await all(one);
    expect(cellsOf(before)[written(2)]).toBe("running");
    const calls = described();
    await one.update();
    // Only what ran was looked at again.
    expect(described() - calls).toBeLessThanOrEqual(1);
    executions = {
      ...executions,
      [name(1)]: { status: "RUNNING", at: 1, redriveCount: 1 },
      [name(2)]: { status: "SUCCEEDED", at: 2 },
      [name(4)]: { status: "RUNNING", at: 4 },
    };
    const names = (await all(one)).map(({ name: each, status }) => [each, status]).sort();
    expect(names).toEqual([
      [name(1), "RUNNING"],
      [name(2), "SUCCEEDED"],
      [name(3), "SUCCEEDED"],
      [name(4), "RUNNING"],
    ]);
  });
});

test("one that was redriven and has ended between two looks is seen", async () => {
  executions = {
    [name(1)]: { status: "FAILED", at: 1, error: "States.Timeout" },
    [name(2)]: { status: "SUCCEEDED", at: 2 },
  };
  const one = watch();
  expect((await cells(one))[written(1)]).toBe("failed");
  executions = { ...executions, [name(1)]: { status: "SUCCEEDED", at: 1, redriveCount: 1 } };
  expect((await cells(one))[written(1)]).toBe("loaded");
});

test("a name says dataset and partition only when both are of the project", () => {
  const contracts = new Map([["quakes", { partition }]]);
  expect(readName(name(1), contracts)).toEqual({ dataset: "quakes", partition: written(1) });
  expect(readName(`${name(1)}-r12`, contracts)?.partition).toBe(written(1));
  expect(readName(name(1).replace("quakes", "quake"), contracts)).toBeUndefined();
  expect(readName("quakes-2026133105-aaaaaaaaaaaa", contracts)).toBeUndefined();
});

describe("a row", () => {
  const known = (n: number, status: string): KnownExecution => ({
    ...{ name: name(n), arn: loadArn(name(n)), status, redriveCount: 0, source: "usgs", dataset: "quakes" },
    ...{ startDate: new Date(n * 1000), stopDate: new Date(n * 1000 + 500), partition: written(n) },
    ...{ batchId: null, error: null, isDescribed: false, hasOurName: true },
  });
  const now = new Date("2026-11-24T05:30:00Z");
  const hourly = { ...contract, partition: "hour" as const, expect: { every_seconds: 3600, within_seconds: 5400 } };

  test("has what is expected still, what is overdue, and what has begun in spite of it", () => {
    expect(expectedPartitions(hourly, now)).toEqual(["2026-11-24T05"]);
    expect(expectedPartitions(hourly, new Date("2026-11-24T05:20:00Z"))).toEqual(["2026-11-24T05", "2026-11-24T04"]);
    expect(expectedPartitions({ ...hourly, expect: null }, now)).toEqual([]);
    const overdue = new Map([
      ["quakes", new Map([["2026-11-24T03", 1000]])],
      ["other", new Map([["2026-11-24T03", 1000]])],
    ]);
    const [view] = new DatasetViews([hourly]).at(new KnownLoads(), { overdue, paused: new Map() }, now);
    expect(view?.troubles).toMatchObject([
      { kind: "overdue", partition: "2026-11-24T03", since: "1970-01-01T00:00:01.000Z" },
    ]);
    expect(view?.row.cells).toEqual([
      ["2026-11-24T05", "expected"],
      ["2026-11-24T03", "overdue"],
    ]);
  });

  test("is as fresh as its newest loaded partition, and the same object until something changes", () => {
    const loads = new KnownLoads();
    const views = new DatasetViews([contract]);
    let paused = new Map<string, string>();
    const view = () => views.at(loads, { overdue: new Map(), paused }, now)[0];
    const first = view();
    expect(first?.row.freshness).toBeNull();
    expect(view()).toBe(first);
    paused = new Map([["quakes", "2026-11-24T04:00:00.000Z"]]);
    expect(view()?.summary.pausedAt).toBe("2026-11-24T04:00:00.000Z");
    for (const execution of [known(2, "SUCCEEDED"), known(1, "SUCCEEDED"), known(3, "FAILED")]) loads.put(execution);
    expect(view()?.row.freshness).toEqual({ partition: written(2), loadedAt: new Date(2500).toISOString() });
    expect(view()?.troubles).toMatchObject([{ kind: "failed", partition: written(3), execution: name(3) }]);
  });
});
