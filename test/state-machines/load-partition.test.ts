import { describe, expect, test } from "@jest/globals";
import {
  alreadyLoaded,
  batch,
  counts,
  done,
  ended,
  input,
  loaded,
  plan,
  script,
  snapshot,
  step,
  toTheEnd,
  toThePlan,
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
    const full = { ...plan, widen: step("widen"), prepare: step("prepare"), aggregates: step("aggregates"), snapshot };
    const run = await play(
      "load-partition",
      input,
      script(
        {
          "Take a snapshot before the load": ended({}),
          "Widen the columns": done,
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
      "Widen the columns",
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
