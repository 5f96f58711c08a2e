import { describe, expect, test } from "@jest/globals";
import {
  counted,
  done,
  ended,
  input,
  inspectAgain,
  inspected,
  loaded,
  payload,
  plan,
  preparing,
  script,
  snapshot,
  step,
  swapping,
  truncating,
} from "./load-partition-replies.js";
import { member, type Played, play, Refuses, type Script, Silent } from "./play.js";

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
/** Beside the conversion: how often it is asked depends on whether it has ended when the other branch fails. */
const beside = "Inspect the target";
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
  calls
    .filter(({ state }) => state !== beside)
    .map(({ state, arguments: given }) => [state, JSON.stringify(given).replace(/"Name":"[^"]*",?/, "")]);
const namesOf = (runs: readonly Played[]) =>
  runs.flatMap(({ calls }) =>
    calls.flatMap(({ arguments: given }) => JSON.stringify(given).match(/"Name":"([^"]*)"/)?.[1] ?? []),
  );

const tasksOf = (run: Pick<Played, "calls">) => run.calls.map(({ state }) => state).filter((state) => state !== beside);
const lastOf = (run: Played) => run.states.filter((state) => state !== beside).at(-1);

describe.each(Object.entries(plans))("a load by %s in which every step fails once", (_, planned) => {
  // The early inspection does not suffice: what has to be prepared is planned from another one.
  const calls: Script = { ...script(everything, planned), "Plan the load": [payload(inspectAgain), payload(planned)] };
  const repliesTo = (state: string) => [calls[state] ?? null].flat();
  const failure = new Refuses("States.TaskFailed");
  /** What is left of the replies when a state has been called so often. */
  const remaining = (called: readonly string[]): Script =>
    Object.fromEntries(
      Object.keys(calls).map((state) => {
        const replies = repliesTo(state);
        const times = called.filter((each) => each === state).length;
        return [state, replies.slice(Math.min(times, replies.length - 1))];
      }),
    );
  /** Each failure falls on the given call, counted from 0, of an execution that has not failed there yet. */
  const failingAt = (left: Script, state: string, nth: number): Script => {
    const replies = [left[state] ?? null].flat();
    const before = Array.from({ length: nth }, (_, at) => replies[Math.min(at, replies.length - 1)] ?? null);
    return { ...left, [state]: [...before, failure] };
  };

  test("is taken up at that step, repeats none, and ends as if nothing had been", async () => {
    const clean = await play("load-partition", input, calls);
    expect(clean.status).toBe("SUCCEEDED");
    const tasks = tasksOf(clean);
    expect(new Set(tasks)).toContain("Inspect the target again");
    for (const [index, state] of tasks.entries()) {
      const before = tasks.slice(0, index);
      const nth = before.filter((each) => each === state).length;
      const failed = await play("load-partition", input, failingAt(calls, state, nth));
      expect([failed.status, lastOf(failed)]).toEqual(["FAILED", state]);
      const redriven = await failed.redriven(remaining(before));
      expect([redriven.status, redriven.output]).toEqual(["SUCCEEDED", clean.output]);
      expect([...asked(failed).slice(0, -1), ...asked(redriven)]).toEqual(asked(clean));
      const names = namesOf([failed, redriven]);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("also when each of them does, one after the other, in one execution", async () => {
    const clean = await play("load-partition", input, calls);
    const states = tasksOf(clean);
    let run = await play("load-partition", input, failingAt(calls, states[0] ?? "", 0));
    const done = asked(run).slice(0, -1);
    for (const [index, state] of states.slice(1).entries()) {
      // The state that failed last comes first now.
      const again = states[index];
      run = await run.redriven(failingAt(remaining(states.slice(0, index)), state, state === again ? 1 : 0));
      expect([run.status, lastOf(run)]).toEqual(["FAILED", state]);
      done.push(...asked(run).slice(0, -1));
    }
    run = await run.redriven(remaining(states.slice(0, -1)));
    expect([run.status, run.output]).toEqual(["SUCCEEDED", clean.output]);
    expect([...done, ...asked(run)]).toEqual(asked(clean));
  });
});

describe("the inspection beside the conversion", () => {
  const calls = script({ "Upsert the rows": loaded });
  const conversion = "Convert the partition to Parquet";

  test("is begun again by a redrive when the conversion failed before its end", async () => {
    const failure = new Refuses("States.TaskFailed");
    const late = await play("load-partition", input, { ...calls, [conversion]: failure, [beside]: new Silent() });
    expect([late.status, late.error]).toEqual(["FAILED", "States.TaskFailed"]);
    const both = await late.redriven(calls);
    expect(both.calls.slice(0, 3).map(({ state }) => state)).toEqual([conversion, beside, "Check the report"]);
    expect(both.status).toBe("SUCCEEDED");
  });

  test.each(["States.TaskFailed", "States.Timeout"])(
    "that fails by %s ends no conversion: the target is inspected again before the load",
    async (error) => {
      const run = await play("load-partition", input, {
        ...calls,
        [beside]: new Refuses(error),
        "Plan the load": [payload(inspectAgain), payload(plan)],
      });
      expect(run.status).toBe("SUCCEEDED");
      expect(run.states).toEqual(
        expect.arrayContaining(["The target is inspected later", "Check the report", "Inspect the target again"]),
      );
      const plans = run.calls.filter(({ state }) => state === "Plan the load");
      expect(plans.map(({ arguments: given }) => member(member(given, "Payload"), "inspection"))).toEqual([
        { isEarly: true, answer: null },
        { isEarly: false, answer: inspected.Output },
      ]);
    },
  );
});

test("the counts of a load are those of its ledger's row", async () => {
  const run = await play("load-partition", input, script({ "Upsert the rows": counted(9, 8, 1, 0, 5, 3, 0, 0, 2) }));
  expect(run.output).toMatchObject({ counts: { read: 9, written: 8, deduplicated: 1, inserted: 5, removed: 2 } });
});
