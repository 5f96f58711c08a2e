import { describe, expect, test } from "@jest/globals";
import {
  counted,
  done,
  ended,
  input,
  loaded,
  plan,
  preparing,
  script,
  snapshot,
  step,
  swapping,
  truncating,
} from "./load-partition-replies.js";
import { type Played, play, Refuses, type Script } from "./play.js";

const around = {
  ...preparing("widen-the-columns", "prepare-the-target"),
  ...{ aggregates: step("aggregates"), snapshotBefore: snapshot, snapshotAfter: snapshot },
};
const everything: Script = {
  "Take a snapshot before the load": ended({}),
  "Prepare the target": done,
  "Fill the staging table": done,
  "Truncate the table": done,
  "Build the replacement": done,
  "Refresh the aggregates": done,
  "Take a snapshot after the load": ended({}),
  ...Object.fromEntries(
    [
      "Upsert the rows",
      "Append the rows",
      "Write the history",
      "Replace the rows",
      "Insert the rows",
      "Swap the tables",
    ].map((state) => [state, loaded]),
  ),
};
const plans = {
  upsert: { ...plan, ...around },
  append: { ...plan, ...around, branch: "append" },
  history: { ...plan, ...around, branch: "history" },
  replace: { ...plan, ...around, branch: "replace" },
  truncate: { ...truncating, ...around },
  swap: { ...swapping, ...around },
};

/** What an execution asked of others, without the names of its children, which are new each time. */
const asked = ({ calls }: Pick<Played, "calls">) =>
  calls.map(({ state, arguments: given }) => [state, JSON.stringify(given).replace(/"Name":"[^"]*",?/, "")]);
const namesOf = (runs: readonly Played[]) =>
  runs.flatMap(({ calls }) =>
    calls.flatMap(({ arguments: given }) => JSON.stringify(given).match(/"Name":"([^"]*)"/)?.[1] ?? []),
  );

describe.each(Object.entries(plans))("a load by %s in which every step fails once", (_, planned) => {
  const calls = script(everything, planned);
  const failure = new Refuses("States.TaskFailed");
  /** Each failure falls on the given call, counted from 0, of an execution that has not failed there yet. */
  const failingAt = (state: string, nth: number): Script => ({
    ...calls,
    [state]: [...Array.from({ length: nth }, () => calls[state] ?? null).flat(), failure],
  });

  test("is taken up at that step, repeats none, and ends as if nothing had been", async () => {
    const clean = await play("load-partition", input, calls);
    expect(clean.status).toBe("SUCCEEDED");
    for (const [index, { state }] of clean.calls.entries()) {
      const nth = clean.calls.slice(0, index).filter((call) => call.state === state).length;
      const failed = await play("load-partition", input, failingAt(state, nth));
      expect([failed.status, failed.states.at(-1)]).toEqual(["FAILED", state]);
      const redriven = await failed.redriven(calls);
      expect([redriven.status, redriven.output]).toEqual(["SUCCEEDED", clean.output]);
      expect([...asked(failed).slice(0, -1), ...asked(redriven)]).toEqual(asked(clean));
      const names = namesOf([failed, redriven]);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("also when each of them does, one after the other, in one execution", async () => {
    const clean = await play("load-partition", input, calls);
    const states = clean.calls.map(({ state }) => state);
    let run = await play("load-partition", input, failingAt(states[0] ?? "", 0));
    const done = asked(run).slice(0, -1);
    for (const [index, state] of states.slice(1).entries()) {
      // The state that failed last comes first now.
      run = await run.redriven(failingAt(state, state === states[index] ? 1 : 0));
      expect([run.status, run.states.at(-1)]).toEqual(["FAILED", state]);
      done.push(...asked(run).slice(0, -1));
    }
    run = await run.redriven(calls);
    expect([run.status, run.output]).toEqual(["SUCCEEDED", clean.output]);
    expect([...done, ...asked(run)]).toEqual(asked(clean));
  });
});

test("the counts of a load are those of its ledger's row", async () => {
  const run = await play("load-partition", input, script({ "Upsert the rows": counted(9, 8, 1, 0, 5, 3, 0, 0, 2) }));
  expect(run.output).toMatchObject({ counts: { read: 9, written: 8, deduplicated: 1, inserted: 5, removed: 2 } });
});
