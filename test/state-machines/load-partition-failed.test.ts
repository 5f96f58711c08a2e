import { describe, expect, test } from "@jest/globals";
import {
  alreadyLoaded,
  counted,
  counts,
  done,
  ended,
  input,
  loaded,
  plan,
  script,
  step,
  toThePlan,
} from "./load-partition-replies.js";
import { member, play, Refuses, type Script } from "./play.js";

describe("a failure", () => {
  // The inspection beside the conversion ends nothing: load-partition-redrive.test.ts.
  const beside = ["Convert the partition and inspect the target", "Inspect the target"];
  const tasks = [...toThePlan.slice(0, -1), "Upsert the rows"].filter((state) => !beside.includes(state));

  test.each(tasks)("of %s ends the execution there, where a redrive takes it up", async (state) => {
    const run = await play(
      "load-partition",
      input,
      script({ "Upsert the rows": loaded, [state]: new Refuses("States.TaskFailed") }),
    );
    const states = run.states.filter((each) => !beside.includes(each));
    expect([run.status, run.error, states.at(-1)]).toEqual(["FAILED", "States.TaskFailed", state]);
    expect(run.calls.filter((call) => call.state === state)).toHaveLength(1);
  });

  test.each([
    ["Validate the manifest", "Lambda.TooManyRequestsException", 2],
    ["Check the report", "Sandbox.Timedout", 5],
    ["Upsert the rows", "StepFunctions.AWSStepFunctionsException", 5],
  ])("of %s that passes by itself is retried: %s", async (state, error, seconds) => {
    const calls = script({ "Upsert the rows": loaded });
    const first = calls[state];
    const again: Script = { [state]: [new Refuses(error), first ?? null] };
    const run = await play("load-partition", input, { ...calls, ...again });
    expect([run.status, run.seconds]).toEqual(["SUCCEEDED", seconds]);
  });
});

describe("a redrive", () => {
  test("of a failed load takes up the load alone, and the child gets a new name", async () => {
    const failed = await play("load-partition", input, script({ "Upsert the rows": new Refuses("States.TaskFailed") }));
    const run = await failed.redriven({ "Upsert the rows": loaded });
    expect(run.calls.map(({ state }) => state)).toEqual(["Upsert the rows"]);
    expect(run.output).toMatchObject({ outcome: "loaded", counts: { ...counts, inserted: 4 } });
    const names = [failed, run].map(({ calls }) => member(calls.at(-1)?.arguments, "Name"));
    expect(new Set(names).size).toBe(2);
  });

  test("of a load whose answer was lost ends as loaded already, with its aggregates", async () => {
    const planned = { ...plan, aggregates: step("aggregates") };
    const lost = await play(
      "load-partition",
      input,
      script({ "Upsert the rows": new Refuses("States.Timeout") }, planned),
    );
    const ledger = counted(1, 1, 0, 0, 1, 0, 0, 0, 0);
    const run = await lost.redriven({
      "Upsert the rows": alreadyLoaded,
      "Read the ledger": ledger,
      "Refresh the aggregates": done,
    });
    expect(run.calls.map(({ state }) => state)).toEqual([
      "Upsert the rows",
      "Read the ledger",
      "Refresh the aggregates",
    ]);
    expect(member(run.output, "outcome")).toBe("already_loaded");
  });

  test("of a conversion that failed runs the Glue job again, and nothing before it", async () => {
    const failed = await play(
      "load-partition",
      input,
      script({ "Convert the partition to Parquet": new Refuses("States.TaskFailed") }),
    );
    const run = await failed.redriven(script({ "Upsert the rows": loaded }));
    expect(run.calls[0]?.state).toBe("Convert the partition to Parquet");
    expect(run.status).toBe("SUCCEEDED");
  });
});

describe("children", () => {
  test("have names that are theirs alone, at most 80 characters, and new with a retry", async () => {
    const long = "a".repeat(80);
    const busy = new Refuses("StepFunctions.AWSStepFunctionsException");
    const run = await play("load-partition", input, script({ "Upsert the rows": [busy, loaded] }), long);
    const names = run.calls.map(({ arguments: given }) => member(given, "Name")).filter((name) => name !== undefined);
    expect(names).toHaveLength(5);
    expect(new Set(names).size).toBe(5);
    for (const name of names) expect(name).toMatch(/^a{43}-[a-z-]+-[0-9a-f]{12}$/);
  });

  test("may answer with text, as one page of the documentation says", async () => {
    const text = ended(JSON.stringify({ outcome: "done", results: [{ rows: [[2, 1, 1, 0, 1, 0, 0, 0, 0]] }] }));
    const run = await play("load-partition", input, script({ "Upsert the rows": text }));
    expect(member(member(run.output, "counts"), "inserted")).toBe(1);
  });
});
