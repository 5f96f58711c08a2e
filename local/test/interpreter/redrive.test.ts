import { describe, expect, test } from "@jest/globals";
import { VirtualClock } from "../../call/virtual-clock.js";
import {
  begin,
  type Invoke,
  type JournalRecord,
  type Json,
  readDefinition,
  redrive,
  TaskFailure,
} from "../../interpreter/index.js";
import { brief, machine, START, task } from "./support.js";

/** Runs to its end, then redrives with another host; `calls` are those of the second run. */
async function redriven(definition: unknown, first: Invoke, second: Invoke, input: Json = {}) {
  const read = readDefinition(definition);
  const records: JournalRecord[] = [];
  const clock = new VirtualClock(START);
  const keep = (record: JournalRecord) => void records.push(JSON.parse(JSON.stringify(record)));
  const before = await begin(read, { input, invoke: first, clock, journal: keep }).outcome;
  await clock.sleep(3_600_000);
  const calls: string[] = [];
  const started = clock.now();
  const running = redrive(read, [...records], {
    clock,
    journal: keep,
    invoke: async (called) => {
      calls.push(`${called.state} ${called.retryCount}`);
      return second(called);
    },
  });
  const after = await running.outcome;
  return { before, after, calls, seconds: (clock.now() - started) / 1000, records };
}

const succeed: Invoke = async ({ state }) => state;
const failAt =
  (name: string): Invoke =>
  async ({ state }) => {
    if (state === name) throw new TaskFailure("Broken", state);
    return state;
  };

describe("redrive", () => {
  test("goes on at the Task that failed; results and variables stay, nothing is run twice", async () => {
    const states = {
      A: task({ End: undefined, Next: "B", Assign: { a: "{% $states.result %}" } }),
      B: task({ End: undefined, Next: "C" }),
      C: { Type: "Pass", Output: "{% [$a, $states.input] %}", End: true },
    };
    const { before, after, calls } = await redriven(JSON.parse(JSON.stringify(machine(states))), failAt("B"), succeed);
    expect([before.status, after.status, after.output, calls]).toEqual(["FAILED", "SUCCEEDED", ["A", "B"], ["B 0"]]);
    expect(brief(after).slice(6)).toEqual([
      "7 6 TaskStateEntered",
      "8 7 TaskScheduled",
      "9 8 TaskStarted",
      "10 9 TaskFailed",
      "11 10 ExecutionFailed",
      "12 11 ExecutionRedriven",
      "13 12 TaskScheduled",
      "14 13 TaskStarted",
      "15 14 TaskSucceeded",
      "16 15 TaskStateExited",
      "17 16 PassStateEntered",
      "18 17 PassStateExited",
      "19 18 ExecutionSucceeded",
    ]);
    expect(after.history[11]?.executionRedrivenEventDetails).toEqual({ redriveCount: 1 });
  });

  test("retry counters and time limits start anew; the context counts redrives", async () => {
    let tries = 0;
    const seen: unknown[] = [];
    const state = task({
      Arguments: "{% $states.context.Execution %}",
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 1 }],
    });
    const busy: Invoke = async (called) => {
      seen.push(called.arguments);
      if (tries++ < 3) throw new TaskFailure("Busy", "");
      return "done";
    };
    const { after, calls } = await redriven(machine({ T: state }), busy, busy);
    expect([after.output, calls]).toEqual(["done", ["T 0", "T 1"]]);
    expect(seen[0]).toMatchObject({ RedriveCount: 0 });
    expect(seen[0]).not.toHaveProperty("RedriveTime");
    expect(seen[3]).toMatchObject({ RedriveCount: 1, RedriveTime: "2026-11-24T06:00:01.000Z" });
  });

  test("a Fail state is entered again, and fails again", async () => {
    const { after } = await redriven(machine({ F: { Type: "Fail", Error: "Refused" } }), succeed, succeed);
    expect([after.status, after.error]).toEqual(["FAILED", "Refused"]);
    expect(brief(after)).toEqual([
      "1 0 ExecutionStarted",
      "2 0 FailStateEntered",
      "3 2 ExecutionFailed",
      "4 3 ExecutionRedriven",
      "5 4 FailStateEntered",
      "6 5 ExecutionFailed",
    ]);
  });

  test("a Pass that failed is left without being run", async () => {
    const states = {
      P: { Type: "Pass", Assign: { x: 1 }, Output: "{% $nope %}", Next: "Q" },
      Q: { Type: "Pass", Output: "{% [$states.input, $exists($x)] %}", End: true },
    };
    const { after } = await redriven(machine(states), succeed, succeed, "in");
    expect(after.output).toEqual(["in", false]);
  });

  test("a Choice is evaluated again", async () => {
    const states = {
      C: { Type: "Choice", Choices: [{ Condition: "{% $states.context.Execution.RedriveCount > 0 %}", Next: "Done" }] },
      Done: { Type: "Succeed" },
    };
    const { before, after } = await redriven(machine(states), succeed, succeed);
    expect([before.error, after.status]).toEqual(["States.NoChoiceMatched", "SUCCEEDED"]);
  });

  test("of a Parallel only the branches that failed or were aborted run again", async () => {
    const branch = (name: string, more: Record<string, unknown> = {}) => ({
      StartAt: name,
      States: { [name]: task(more) },
    });
    const parallel = { Type: "Parallel", Branches: [branch("Good"), branch("Bad"), branch("Slow")], End: true };
    const first: Invoke = async ({ state }) => {
      if (state === "Slow") return new Promise(() => {});
      if (state === "Bad") {
        await new Promise((resolve) => setImmediate(resolve));
        throw new TaskFailure("Broken", "");
      }
      return state;
    };
    const { before, after, calls } = await redriven(machine({ P: parallel }), first, succeed);
    expect(before.history.map(({ type }) => type)).toContain("TaskStateAborted");
    expect([after.output, calls.sort()]).toEqual([
      ["Good", "Bad", "Slow"],
      ["Bad 0", "Slow 0"],
    ]);
  });

  test("of a Map only the iterations that failed, and those that never began", async () => {
    const map = {
      Type: "Map",
      Items: [0, 1, 2, 3],
      MaxConcurrency: 1,
      ItemProcessor: { StartAt: "I", States: { I: task({ End: undefined, Next: "J" }), J: task() } },
      End: true,
    };
    const first: Invoke = async (called) => {
      if (called.state === "J" && called.arguments === 101) throw new TaskFailure("Broken", "");
      return called.state === "I" ? Number(called.arguments) + 100 : Number(called.arguments);
    };
    const fixed: Invoke = async (called) =>
      called.state === "I" ? Number(called.arguments) + 100 : Number(called.arguments);
    const { after, calls } = await redriven(JSON.parse(JSON.stringify(machine({ M: map }))), first, fixed);
    expect(after.output).toEqual([100, 101, 102, 103]);
    expect(calls).toEqual(["J 0", "I 0", "J 0", "I 0", "J 0"]);
  });

  test("after States.DataLimitExceeded all iterations run again", async () => {
    const map = {
      Type: "Map",
      Items: [0, 1],
      MaxConcurrency: 1,
      ItemProcessor: { StartAt: "I", States: { I: task() } },
      End: true,
    };
    const large: Invoke = async () => "x".repeat(140_000);
    const { before, after, calls } = await redriven(machine({ M: map }), large, succeed);
    expect(before.error).toBe("States.DataLimitExceeded");
    expect([after.output, calls]).toEqual([
      ["I", "I"],
      ["I 0", "I 0"],
    ]);
  });

  test("a stopped execution goes on where it stood; a second redrive counts on", async () => {
    const read = readDefinition(machine({ T: { ...task(), Resource: "arn:aws:states:::glue:startJobRun.sync" } }));
    const records: JournalRecord[] = [];
    const journal = (record: JournalRecord) => void records.push(record);
    const clock = new VirtualClock(START);
    const hang: Invoke = async (called) => {
      called.submitted({ JobRunId: "jr_1" });
      return new Promise(() => {});
    };
    const running = begin(read, { input: {}, invoke: hang, clock, journal });
    await new Promise((resolve) => setImmediate(resolve));
    running.abort("Enough", "by hand");
    expect(await running.outcome).toMatchObject({ status: "ABORTED", error: "Enough" });
    const failed = redrive(read, [...records], { clock, journal, invoke: failAt("T") });
    expect(await failed.outcome).toMatchObject({ status: "FAILED" });
    const again = redrive(read, [...records], {
      clock,
      journal,
      invoke: async ({ resumed }) => (resumed === undefined ? "anew" : "old"),
    });
    const { history, output } = await again.outcome;
    expect(output).toBe("anew");
    expect(
      history.filter(({ type }) => type === "ExecutionRedriven").map((event) => event.executionRedrivenEventDetails),
    ).toEqual([{ redriveCount: 1 }, { redriveCount: 2 }]);
  });

  test("what succeeded cannot be redriven", async () => {
    const read = readDefinition(machine({ A: { Type: "Pass", End: true } }));
    const records: JournalRecord[] = [];
    await begin(read, { input: {}, invoke: succeed, journal: (record) => void records.push(record) }).outcome;
    expect(() => redrive(read, records, { invoke: succeed })).toThrow("Execution is SUCCEEDED and cannot be redriven");
  });
});
