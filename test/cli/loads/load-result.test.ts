import { describe, expect, test } from "@jest/globals";
import { type Execution, type LoadResult, loadResult } from "../../../cli/loads/load-result.js";
import { loadTable } from "../../../cli/loads/report-load.js";

const batch = { dataset: "quakes", partition: "2026-11-22T05", batchId: "b1", counts: {} };
const execution = (change: Partial<Execution>): Execution => ({
  executionArn: "arn:aws:states:eu-west-1:000000000000:execution:demo-usgs-load-partition:quakes-1",
  status: "SUCCEEDED",
  startDate: new Date("2026-11-22T06:00:00Z"),
  stopDate: new Date("2026-11-22T06:00:12.5Z"),
  output: null,
  error: null,
  cause: null,
  ...change,
});

describe("what became of a load", () => {
  test("loaded: the counts and warnings of the execution's output", () => {
    const counts = {
      read: 3,
      written: 2,
      deduplicated: 0,
      rejected: 1,
      inserted: 2,
      updated: 0,
      deleted: 0,
      outdated: 0,
      removed: 0,
    };
    const output = JSON.stringify({ outcome: "loaded", counts, warnings: ["unknown column x"], more: 1 });
    expect(loadResult(execution({ output }), batch)).toEqual({
      dataset: "quakes",
      partition: "2026-11-22T05",
      batch_id: "b1",
      outcome: "loaded",
      counts,
      warnings: ["unknown column x"],
      execution: execution({}).executionArn,
      seconds: 12.5,
    });
  });

  test("refused: the name, the sentence, the counts that are known, the others null", () => {
    const result = loadResult(
      execution({ status: "FAILED", error: "TooManyRejected", cause: "3 of 4 were rejected" }),
      {
        ...batch,
        counts: { read: 4, rejected: 3 },
      },
    );
    expect(result).toMatchObject({ outcome: "refused", error: "TooManyRejected", message: "3 of 4 were rejected" });
    expect(result.counts).toMatchObject({ read: 4, rejected: 3, written: null, inserted: null });
  });

  test.each(["States.TaskFailed", "ReportMissing"])("failed: %s is no refusal", (error) => {
    expect(loadResult(execution({ status: "FAILED", error }), batch).outcome).toBe("failed");
  });

  test("timed out and aborted are failed under their status; running is running", () => {
    expect(loadResult(execution({ status: "TIMED_OUT" }), batch)).toMatchObject({
      outcome: "failed",
      error: "TIMED_OUT",
    });
    expect(loadResult(execution({ status: "ABORTED" }), batch)).toMatchObject({ outcome: "failed", error: "ABORTED" });
    expect(loadResult(execution({ status: "RUNNING", stopDate: null }), batch)).toMatchObject({
      outcome: "running",
      seconds: null,
    });
  });

  test("an output without outcome is never taken for a load", () => {
    expect(() => loadResult(execution({ output: "{}" }), batch)).toThrow();
  });
});

test("a line a load: when it began, and only counts that are somewhere more than nothing", () => {
  const none = { inserted: 0, updated: 0, deleted: 0, outdated: 0, removed: 0 };
  const result: LoadResult = {
    ...{ dataset: "quakes", partition: "2026-11-22", batch_id: null, outcome: "loaded", warnings: [], seconds: 1.5 },
    counts: { read: 3, written: 3, deduplicated: 0, rejected: 0, ...none },
    execution: execution({}).executionArn,
  };
  expect(loadTable([result], [new Date("2026-11-22T06:15:02.123Z")], 200).split("\n")).toEqual([
    "dataset  partition   started               outcome  read  written  rejected  seconds  execution",
    "quakes   2026-11-22  2026-11-22T06:15:02Z  loaded      3        3         0      1.5  quakes-1",
  ]);
});
