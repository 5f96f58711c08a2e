import { describe, expect, test } from "@jest/globals";
import { definitionVersion } from "../../contract/definition.js";
import {
  alreadyLoaded,
  batch,
  catalogue,
  counted,
  counts,
  done,
  ended,
  input,
  loaded,
  payload,
  plan,
  preparing,
  script,
  snapshot,
  step,
  swapping,
  toTheEnd,
  toThePlan,
  truncating,
  validated,
} from "./load-partition-replies.js";
import { member, play } from "./play.js";

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
      batchChecks: [],
      warnings: ["one"],
      schemaChanges: [],
    });
  });

  test.each([
    ["append", "Append the rows"],
    ["history", "Write the history"],
    ["replace", "Replace the rows"],
  ])("%s", async (branch, state) => {
    const run = await play("load-partition", input, script({ [state]: loaded }, { ...plan, branch }));
    expect(run.states).toEqual([...toThePlan, state, ...toTheEnd]);
    expect(member(run.output, "outcome")).toBe("loaded");
  });

  test("truncate: fill, truncate, insert; the counts are those of the last", async () => {
    const calls = { "Fill the staging table": done, "Truncate the table": done, "Insert the rows": loaded };
    const run = await play("load-partition", input, script(calls, truncating));
    expect(run.states.slice(toThePlan.length)).toEqual([
      "Fill the staging table",
      "What is left to do?",
      "Truncate the table",
      "What is left to do?",
      "Insert the rows",
      ...toTheEnd,
    ]);
    expect(member(member(run.output, "counts"), "inserted")).toBe(4);
    expect(run.calls.slice(-3).map(({ arguments: given }) => member(given, "Input"))).toEqual(
      ["fill", "truncate", "insert"].map(step),
    );
  });

  test("swap: build, swap", async () => {
    const calls = { "Build the replacement": done, "Swap the tables": loaded };
    const run = await play("load-partition", input, script(calls, swapping));
    expect(run.states.slice(toThePlan.length)).toEqual([
      "Build the replacement",
      "What is left to do?",
      "Swap the tables",
      ...toTheEnd,
    ]);
    expect(run.status).toBe("SUCCEEDED");
  });

  test("with everything: snapshot before, preparation, aggregates, snapshot after", async () => {
    const full = {
      ...plan,
      ...preparing("widen-the-columns", "prepare-the-target"),
      ...{ aggregates: step("aggregates"), snapshotBefore: snapshot, snapshotAfter: snapshot },
    };
    const run = await play(
      "load-partition",
      input,
      script(
        {
          "Take a snapshot before the load": ended({}),
          "Prepare the target": done,
          "Upsert the rows": loaded,
          "Refresh the aggregates": done,
          "Take a snapshot after the load": ended({}),
        },
        full,
      ),
    );
    expect(run.states.slice(toThePlan.length - 1)).toEqual([
      "How is it loaded?",
      "Take a snapshot before the load",
      "How is it loaded?",
      "Prepare the target",
      "How is it loaded?",
      "Prepare the target",
      "How is it loaded?",
      "Upsert the rows",
      "What is left to do?",
      "Refresh the aggregates",
      "What is left to do?",
      "Take a snapshot after the load",
      ...toTheEnd,
    ]);
    expect(run.output).toMatchObject({ outcome: "loaded", counts: { read: 10, inserted: 4 } });
    const prepared = run.calls.filter(({ state }) => state === "Prepare the target");
    expect(prepared.map(({ arguments: given }) => member(given, "Input"))).toEqual([
      step("widen-the-columns"),
      step("prepare-the-target"),
    ]);
    expect(member(run.calls.at(-1)?.arguments, "Input")).toEqual(snapshot);
  });

  test("loaded already: the counts are the ledger's, and the aggregates are refreshed all the same", async () => {
    const ledger = counted(9, 8, 1, 0, 5, 3, 0, 0, 2);
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
    const row = { read: 9, written: 8, deduplicated: 1, rejected: 0, inserted: 5, updated: 3, deleted: 0, outdated: 0 };
    expect(run.output).toMatchObject({ outcome: "already_loaded", counts: { ...row, removed: 2 } });
  });

  describe("a replay is published when its rows are loaded, and not before", () => {
    const publishing = { ...plan, publishes: true };
    const published = { "Publish the Parquet": payload({ published: 0, removed: 0, catalogue }) };
    const behind = { "Publish what was replayed": payload({ published: 2, removed: 1, catalogue }) };

    test("loaded", async () => {
      const calls = { ...published, ...behind, "Upsert the rows": loaded };
      const run = await play("load-partition", input, script(calls, publishing));
      expect(run.states.slice(toThePlan.length)).toEqual([
        "Upsert the rows",
        "What is left to do?",
        "Publish what was replayed",
        ...toTheEnd,
      ]);
      expect(member(member(run.calls.at(-1)?.arguments, "Payload"), "isLoaded")).toBe(true);
      expect(member(run.output, "outcome")).toBe("loaded");
    });

    test.each([
      ["this execution, whose answer was lost", true],
      ["another one, which publishes it itself", false],
    ])("loaded already by %s", async (_, isOwn) => {
      const row = [3, 2, 0, 1, 2, 0, 0, 0, 0, "", isOwn ? "earthquakes-20261122-0123456789ab" : "another"];
      const ledger = ended({ outcome: "done", results: [{ rows: [row] }] });
      const calls = { ...published, ...behind, "Upsert the rows": alreadyLoaded, "Read the ledger": ledger };
      const run = await play("load-partition", input, script(calls, publishing));
      expect(run.states.includes("Publish what was replayed")).toBe(isOwn);
      expect(run.output).toMatchObject({ outcome: "already_loaded", counts: { read: 3, rejected: 1 } });
    });
  });

  test.each([
    ["Fill the staging table", truncating],
    ["Truncate the table", truncating],
    ["Build the replacement", swapping],
  ])("loaded already at %s: nothing after it is touched", async (state, planned) => {
    const ledger = counted(1, 1, 0, 0, 1, 0, 0, 0, 0);
    const calls = { "Fill the staging table": done, [state]: alreadyLoaded, "Read the ledger": ledger };
    const run = await play("load-partition", input, script(calls, planned));
    expect(run.states.slice(-5)).toEqual([state, "What is left to do?", "Read the ledger", ...toTheEnd]);
    expect(member(run.output, "outcome")).toBe("already_loaded");
  });

  test("the functions are told the definition that calls them, and the children get their inputs as they are", async () => {
    const run = await play("load-partition", { ...input, force: true }, script({ "Upsert the rows": loaded }));
    const payloads = run.calls.map(({ arguments: given }) => member(given, "Payload")).filter((each) => each);
    expect(payloads[0]).toMatchObject({ definition: definitionVersion, request: { ...input, force: true } });
    for (const each of payloads.slice(1)) expect(each).toMatchObject({ batch });
    const inputs = run.calls.map(({ arguments: given }) => member(given, "Input")).filter((each) => each);
    expect(inputs).toEqual([validated.conversion, validated.inspection, catalogue, step("load")]);
  });
});
