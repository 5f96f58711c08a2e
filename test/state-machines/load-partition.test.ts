import { describe, expect, test } from "@jest/globals";
import { refusals } from "../../contract/refusals.js";
import type { Json } from "../../local/interpreter/index.js";
import { member, members, play, Refuses, type Script } from "./play.js";

const input = { dataset: "earthquakes", manifest: { bucket: "landing", key: "earthquakes/2026/11/22/_manifest.json" } };
const batch = {
  dataset: "earthquakes",
  source: "usgs",
  partition: "2026-11-22",
  batchId: "b1",
  revision: "20261122T061500Z-0000-1a2b3c4d",
  place: "p",
  runFolder: "s3://processed/runs/x/",
  batchFile: "s3://processed/runs/x/batch.json",
  contractFile: "s3://processed/runs/x/contract.json",
};
const payload = (Payload: Json) => ({ ExecutedVersion: "$LATEST", Payload, StatusCode: 200 });
const ended = (Output: Json) => ({ Status: "SUCCEEDED", Output });
const step = (name: string) => ({ statements: [name], transaction: true, label: name, timeoutSeconds: 600 });
const counts = { read: 10, written: 7, deduplicated: 2, rejected: 1 };
const loaded = ended({ outcome: "done", results: [{ rows: [[4, 2, 0, 1, 0]] }] });
const done = ended({ outcome: "done", results: [] });
const alreadyLoaded = ended({ outcome: "already_loaded", message: "", results: [] });
const refused = ended({ outcome: "refused", error: "Superseded", message: "newer is loaded", results: [] });

const validated = {
  batch,
  glue: { partitionFolder: "s3://landing/", batchFile: batch.batchFile, outputFolder: batch.runFolder },
  catalogue: { mode: "crawler" },
  snapshot: "none",
  inspection: { statements: ["columns", "grants"] },
  refresh: false,
};
const plan = {
  branch: "upsert",
  prepare: null,
  load: step("load"),
  ledger: step("ledger"),
  aggregates: null,
  snapshot: null,
};
const snapshot = { identifier: "sluice-demo", retentionDays: 14 };

/** Everything up to the plan goes well. */
function script(more: Script = {}, planned: Json = plan, snapshotWhen = "none"): Script {
  return {
    "Validate the manifest": payload({ ...validated, snapshot: snapshotWhen }),
    "Convert the partition to Parquet": ended({ glueRunId: "jr_1" }),
    "Check the report": payload({ reportFile: "s3://r", counts, copyManifest: "s3://c", warnings: ["one"] }),
    "Publish the Parquet": payload({ published: 1, removed: 0, folder: "s3://processed/data/" }),
    "Update the catalogue": ended({}),
    "Inspect the target": ended({ outcome: "done", results: [{ rows: [["id"]] }] }),
    "Plan the load": payload(planned),
    ...more,
  };
}

const toThePlan = [
  "Validate the manifest",
  "Convert the partition to Parquet",
  "Check the report",
  "Publish the Parquet",
  "Update the catalogue",
  "Inspect the target",
  "Plan the load",
  "How is it loaded?",
];
const toTheEnd = ["What is left to do?", "The batch is loaded"];

describe("a batch that is loaded", () => {
  test("upsert: the states in order, and the counts of report and warehouse together", async () => {
    const run = await play("load-partition", input, script({ "Upsert the rows": loaded }));
    expect(run.states).toEqual([...toThePlan, "Upsert the rows", ...toTheEnd]);
    expect(run.output).toEqual({
      outcome: "loaded",
      dataset: "earthquakes",
      partition: "2026-11-22",
      batchId: "b1",
      revision: batch.revision,
      counts: { ...counts, inserted: 4, updated: 2, deleted: 0, outdated: 1, removed: 0 },
      warnings: ["one"],
    });
  });

  test.each([
    ["append", "Append the rows"],
    ["replace", "Replace the rows"],
  ])("%s", async (branch, state) => {
    const run = await play("load-partition", input, script({ [state]: loaded }, { ...plan, branch }));
    expect(run.states).toEqual([...toThePlan, state, ...toTheEnd]);
    expect(member(run.output, "outcome")).toBe("loaded");
  });

  test("truncate: fill, truncate, insert; the counts are those of the last", async () => {
    const truncate = { branch: "truncate", fill: step("fill"), truncate: step("truncate"), insert: step("insert") };
    const run = await play(
      "load-partition",
      input,
      script(
        { "Fill the staging table": done, "Truncate the table": done, "Insert the rows": loaded },
        { ...truncate, ledger: step("ledger") },
      ),
    );
    expect(run.states.slice(toThePlan.length)).toEqual([
      "Fill the staging table",
      "Is the staging table filled?",
      "Truncate the table",
      "Is the table truncated?",
      "Insert the rows",
      ...toTheEnd,
    ]);
    expect(member(member(run.output, "counts"), "inserted")).toBe(4);
    expect(run.calls.slice(-3).map(({ arguments: given }) => member(member(given, "Input"), "statements"))).toEqual([
      ["fill"],
      ["truncate"],
      ["insert"],
    ]);
  });

  test("swap: build, swap", async () => {
    const run = await play(
      "load-partition",
      input,
      script(
        { "Build the replacement": done, "Swap the tables": loaded },
        { branch: "swap", build: step("build"), swap: step("swap"), ledger: step("ledger") },
      ),
    );
    expect(run.states.slice(toThePlan.length)).toEqual([
      "Build the replacement",
      "Is the replacement built?",
      "Swap the tables",
      ...toTheEnd,
    ]);
    expect(run.status).toBe("SUCCEEDED");
  });

  test("with everything: snapshot before, preparation, aggregates", async () => {
    const full = { ...plan, prepare: step("prepare"), aggregates: step("aggregates"), snapshot };
    const run = await play(
      "load-partition",
      input,
      script(
        {
          "Take a snapshot before the load": ended({}),
          "Prepare the target": done,
          "Upsert the rows": loaded,
          "Refresh the aggregates": done,
        },
        full,
        "before",
      ),
    );
    expect(run.states.slice(toThePlan.length - 1)).toEqual([
      "How is it loaded?",
      "Take a snapshot before the load",
      "How is it loaded?",
      "Prepare the target",
      "How is it loaded?",
      "Upsert the rows",
      "What is left to do?",
      "Refresh the aggregates",
      ...toTheEnd,
    ]);
  });

  test("a snapshot after the load", async () => {
    const run = await play(
      "load-partition",
      input,
      script(
        { "Upsert the rows": loaded, "Take a snapshot after the load": ended({}) },
        { ...plan, snapshot },
        "after",
      ),
    );
    expect(run.states.slice(toThePlan.length)).toEqual([
      "Upsert the rows",
      "What is left to do?",
      "Take a snapshot after the load",
      ...toTheEnd,
    ]);
    expect(member(member(run.calls.at(-1)?.arguments, "Input"), "identifier")).toBe("sluice-demo");
  });

  test("loaded already: the counts are the ledger's, and the aggregates are refreshed all the same", async () => {
    const ledger = ended({ outcome: "done", results: [{ rows: [[9, 8, 1, 0, 5, 3, 0, 0, 2]] }] });
    const run = await play(
      "load-partition",
      input,
      script(
        { "Upsert the rows": alreadyLoaded, "Read the ledger": ledger, "Refresh the aggregates": done },
        { ...plan, aggregates: step("aggregates") },
      ),
    );
    expect(run.states.slice(toThePlan.length)).toEqual([
      "Upsert the rows",
      "What is left to do?",
      "Read the ledger",
      "What is left to do?",
      "Refresh the aggregates",
      ...toTheEnd,
    ]);
    expect(run.output).toMatchObject({
      outcome: "already_loaded",
      counts: {
        read: 9,
        written: 8,
        deduplicated: 1,
        rejected: 0,
        inserted: 5,
        updated: 3,
        deleted: 0,
        outdated: 0,
        removed: 2,
      },
    });
  });

  test.each([
    ["Fill the staging table", { branch: "truncate", fill: step("fill") }],
    ["Truncate the table", { branch: "truncate", fill: step("fill"), truncate: step("truncate") }],
    ["Build the replacement", { branch: "swap", build: step("build") }],
  ])("loaded already at %s: nothing after it is touched", async (state, planned) => {
    const ledger = ended({ outcome: "done", results: [{ rows: [[1, 1, 0, 0, 1, 0, 0, 0, 0]] }] });
    const calls = { "Fill the staging table": done, [state]: alreadyLoaded, "Read the ledger": ledger };
    const run = await play("load-partition", input, script(calls, { ...planned, ledger: step("ledger") }));
    expect(run.states.slice(-4)).toEqual(["What is left to do?", "Read the ledger", ...toTheEnd]);
    expect(member(run.output, "outcome")).toBe("already_loaded");
  });

  test("force goes to the functions that decide", async () => {
    const run = await play("load-partition", { ...input, force: true }, script({ "Upsert the rows": loaded }));
    const forced = run.calls.filter(({ arguments: given }) => member(member(given, "Payload"), "force") === true);
    expect(forced.map(({ state }) => state)).toEqual(["Validate the manifest", "Plan the load"]);
  });
});

describe("a batch that is refused", () => {
  const recorded = payload({ error: "TooManyRejected", message: "12 of 100 rows" });
  const end = ["Record the refusal", "The batch is refused"];

  test.each(["Validate the manifest", "Check the report", "Publish the Parquet", "Plan the load"])(
    "by %s: each name of the closed list is caught",
    async (state) => {
      for (const name of Object.keys(refusals)) {
        const calls = { [state]: new Refuses(name, "{}"), "Record the refusal": recorded };
        const run = await play("load-partition", input, script(calls));
        expect(run.states).toEqual([...toThePlan.slice(0, toThePlan.indexOf(state) + 1), ...end]);
        expect([run.status, run.error, run.cause]).toEqual(["FAILED", "TooManyRejected", "12 of 100 rows"]);
        expect(member(run.calls.at(-1)?.arguments, "Payload")).toMatchObject({
          batch: state === "Validate the manifest" ? null : batch,
          request: input,
          execution: { name: "earthquakes-20261122-0123456789ab" },
          errorOutput: { Error: name, Cause: "{}" },
        });
      }
    },
  );

  test.each([
    ["Upsert the rows", plan],
    ["Append the rows", { ...plan, branch: "append" }],
    ["Replace the rows", { ...plan, branch: "replace" }],
    ["Fill the staging table", { branch: "truncate", fill: step("fill") }],
    ["Build the replacement", { branch: "swap", build: step("build") }],
  ])("by the warehouse at %s", async (state, planned) => {
    const run = await play(
      "load-partition",
      input,
      script({ [state]: refused, "Record the refusal": recorded }, planned),
    );
    expect(run.states.at(toThePlan.length)).toBe(state);
    expect(run.states.slice(-3)).toEqual(["What is left to do?", ...end]);
    expect(member(member(run.calls.at(-1)?.arguments, "Payload"), "errorOutput")).toEqual({
      Error: "Superseded",
      Cause: "newer is loaded",
    });
  });

  test("by the warehouse while the target is prepared: nothing is loaded", async () => {
    const calls = { "Prepare the target": refused, "Record the refusal": recorded };
    const run = await play("load-partition", input, script(calls, { ...plan, prepare: step("prepare") }));
    expect(run.states.slice(-4)).toEqual(["Prepare the target", "How is it loaded?", ...end]);
  });

  test("an input without dataset or manifest reaches the function that refuses it", async () => {
    const calls = { "Validate the manifest": new Refuses("ManifestInvalid", "{}"), "Record the refusal": recorded };
    const run = await play("load-partition", {}, script(calls));
    expect(run.states).toEqual(["Validate the manifest", ...end]);
    expect(members(member(run.calls[0]?.arguments, "Payload"))).toMatchObject({
      dataset: null,
      manifest: null,
      force: false,
    });
  });
});

describe("a failure", () => {
  const tasks = [...toThePlan.slice(0, -1), "Upsert the rows"];

  test.each(tasks)("of %s ends the execution there, where a redrive takes it up", async (state) => {
    const run = await play(
      "load-partition",
      input,
      script({ "Upsert the rows": loaded, [state]: new Refuses("States.TaskFailed") }),
    );
    expect([run.status, run.error, run.states.at(-1)]).toEqual(["FAILED", "States.TaskFailed", state]);
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

  test("a branch that load-partition does not have is no success", async () => {
    const run = await play("load-partition", input, script({}, { ...plan, branch: "merge" }));
    expect([run.error, run.states.at(-1)]).toEqual(["BranchUnknown", "The branch is unknown"]);
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
    const ledger = ended({ outcome: "done", results: [{ rows: [[1, 1, 0, 0, 1, 0, 0, 0, 0]] }] });
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
    const busy = new Refuses("StepFunctions.ExecutionLimitExceededException");
    const run = await play("load-partition", input, script({ "Upsert the rows": [busy, loaded] }), long);
    const names = run.calls.map(({ arguments: given }) => member(given, "Name")).filter((name) => name !== undefined);
    expect(names).toHaveLength(5);
    expect(new Set(names).size).toBe(5);
    for (const name of names) expect(name).toMatch(/^a{55}-[0-9a-f]{24}$/);
  });

  test("may answer with text, as one page of the documentation says", async () => {
    const text = ended(JSON.stringify({ outcome: "done", results: [{ rows: [[1, 0, 0, 0, 0]] }] }));
    const run = await play("load-partition", input, script({ "Upsert the rows": text }));
    expect(member(member(run.output, "counts"), "inserted")).toBe(1);
  });
});
