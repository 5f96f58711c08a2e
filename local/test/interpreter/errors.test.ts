import { describe, expect, test } from "@jest/globals";
import { VirtualClock } from "../../call/virtual-clock.js";
import { type Invoke, TaskFailure, TaskStopped } from "../../interpreter/index.js";
import { machine, run, START, task } from "./support.js";

const done = { Type: "Succeed" };

function failing(error: string | undefined, cause = "because"): Invoke {
  return async () => {
    throw new TaskFailure(error, cause);
  };
}

async function caughtBy(pattern: string, invoke: Invoke, more: object = {}): Promise<boolean> {
  const state = { ...task({ Catch: [{ ErrorEquals: [pattern], Output: "caught", Next: "Done" }] }), ...more };
  const outcome = await run(machine({ T: state, Done: done }), { invoke });
  return outcome.output === "caught";
}

describe("which error is caught", () => {
  const hang: Invoke = () => new Promise(() => {});
  test.each([
    ["States.ALL", "Custom", true],
    ["States.TaskFailed", "Custom", true],
    ["States.TaskFailed", "States.Permissions", true],
    ["Custom", "Custom", true],
    ["custom", "Custom", false],
    // As recorded on AWS, and not as the page says (A4.7, A4.8).
    ["States.ALL", "States.DataLimitExceeded", true],
    ["States.TaskFailed", "States.DataLimitExceeded", false],
    ["States.DataLimitExceeded", "States.DataLimitExceeded", true],
    ["States.ALL", "States.Runtime", false],
    ["States.Runtime", "States.Runtime", false],
  ])("%s catches %s: %s", async (pattern, error, expected) => {
    expect(await caughtBy(pattern, failing(error))).toBe(expected);
  });

  test.each([
    ["States.TaskFailed", false],
    ["States.Timeout", true],
    ["States.ALL", true],
    ["States.HeartbeatTimeout", false],
  ])("%s catches a timeout: %s", async (pattern, expected) => {
    expect(await caughtBy(pattern, hang, { TimeoutSeconds: 5 })).toBe(expected);
  });

  test.each([
    ["States.HeartbeatTimeout", true],
    ["States.Timeout", true],
    ["States.TaskFailed", false],
  ])("%s catches a missed heartbeat: %s", async (pattern, expected) => {
    expect(await caughtBy(pattern, hang, { HeartbeatSeconds: 5 })).toBe(expected);
  });

  test("an Error of any class has its name and message", async () => {
    class SchemaDrift extends Error {
      override readonly name = "SchemaDrift";
    }
    const state = task({ Catch: [{ ErrorEquals: ["SchemaDrift"], Next: "Done" }] });
    const outcome = await run(machine({ T: state, Done: done }), {
      invoke: async () => {
        throw new SchemaDrift("column gone");
      },
    });
    expect(outcome.output).toEqual({ Error: "SchemaDrift", Cause: "column gone" });
  });

  test("a timeout has an empty Cause; a token that fails without names has nulls", async () => {
    const state = task({ TimeoutSeconds: 1, Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Done" }] });
    expect((await run(machine({ T: state, Done: done }), { invoke: hang })).output).toEqual({
      Error: "States.Timeout",
      Cause: "",
    });
    const token = {
      ...task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Done" }] }),
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
    };
    const outcome = await run(machine({ T: token, Done: done }), {
      invoke: async (called) => {
        setImmediate(() => called.fail());
        return null;
      },
    });
    expect(outcome.output).toEqual({ Error: null, Cause: null });
  });

  test("a catcher's own Assign and Output count, the state's are passed over", async () => {
    const state = task({
      Assign: { x: "state" },
      Output: "state",
      Catch: [
        {
          ErrorEquals: ["Bad"],
          Assign: { y: "{% $states.errorOutput.Cause %}" },
          Output: { given: "{% $states.input %}" },
          Next: "Done",
        },
      ],
    });
    const states = { T: state, Done: { Type: "Pass", Output: "{% [$exists($x), $y, $states.input] %}", End: true } };
    const outcome = await run(machine(states), { input: 7, invoke: failing("Bad", "why") });
    expect(outcome.output).toEqual([false, "why", { given: 7 }]);
  });

  test("error and cause are cut at the limits of the API", async () => {
    const outcome = await run(machine({ T: task() }), { invoke: failing("E".repeat(300), "c".repeat(40_000)) });
    expect([outcome.error?.length, outcome.cause?.length]).toEqual([256, 32_768]);
  });
});

describe("Retry", () => {
  async function waits(retry: object, attempts: number, random = () => 0.5): Promise<readonly number[]> {
    const times: number[] = [];
    const outcome = await run(machine({ T: task({ Retry: [retry] }) }), {
      random,
      invoke: async () => {
        times.push(0);
        throw new TaskFailure("Busy", "");
      },
    });
    const scheduled = outcome.history.filter(({ type }) => type === "TaskScheduled").map(({ timestamp }) => timestamp);
    expect(times).toHaveLength(attempts);
    return scheduled.slice(1).map((time, index) => (time - (scheduled[index] ?? 0)) / 1000);
  }

  test("the defaults: 1 s, doubling, 3 retries", async () => {
    expect(await waits({ ErrorEquals: ["Busy"] }, 4)).toEqual([1, 2, 4]);
  });

  test("MaxDelaySeconds is the most", async () => {
    const retry = { ErrorEquals: ["Busy"], IntervalSeconds: 30, BackoffRate: 2, MaxDelaySeconds: 100, MaxAttempts: 4 };
    expect(await waits(retry, 5)).toEqual([30, 60, 100, 100]);
  });

  test("FULL jitter: anything up to the delay", async () => {
    const retry = { ErrorEquals: ["Busy"], IntervalSeconds: 10, MaxAttempts: 2, JitterStrategy: "FULL" };
    expect(await waits(retry, 3, () => 0.25)).toEqual([2.5, 5]);
  });

  test("MaxAttempts 0 is never", async () => {
    expect(await waits({ ErrorEquals: ["Busy"], MaxAttempts: 0 }, 1)).toEqual([]);
  });

  test("each retrier counts for itself, and the first that matches decides", async () => {
    const errors = ["A", "B", "A", "B", "A"];
    const calls: (string | undefined)[] = [];
    const retry = [
      { ErrorEquals: ["A"], MaxAttempts: 2 },
      { ErrorEquals: ["B"], MaxAttempts: 5 },
      { ErrorEquals: ["States.ALL"], MaxAttempts: 9 },
    ];
    const outcome = await run(machine({ T: task({ Retry: retry }) }), {
      invoke: async () => {
        const error = errors[calls.length];
        calls.push(error);
        throw new TaskFailure(error, "");
      },
    });
    expect([outcome.error, calls]).toEqual(["A", ["A", "B", "A", "B", "A"]]);
  });

  test("counters start anew when the state is entered again", async () => {
    const states = {
      T: task({
        Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ["Busy"], Assign: { n: "{% $exists($n) ? $n + 1 : 1 %}" }, Next: "C" }],
      }),
      C: { Type: "Choice", Choices: [{ Condition: "{% $n < 2 %}", Next: "T" }], Default: "Done" },
      Done: done,
    };
    const seen: number[] = [];
    await run(machine(states), {
      invoke: async ({ retryCount }) => {
        seen.push(retryCount);
        throw new TaskFailure("Busy", "");
      },
    });
    expect(seen).toEqual([0, 1, 0, 1]);
  });
});

describe("time limits", () => {
  test("a Task that is over is told so", async () => {
    let reason: unknown;
    await run(machine({ T: task({ TimeoutSeconds: 5 }) }), {
      invoke: ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener("abort", () => {
            reason = signal.reason;
            reject(signal.reason);
          }),
        ),
    });
    expect(reason).toBeInstanceOf(TaskStopped);
    expect(reason).toMatchObject({ reason: "timedOut" });
  });

  test("limits may be expressions; what they give must be good seconds", async () => {
    const good = await run(
      machine({ T: task({ TimeoutSeconds: "{% $states.input.t %}", HeartbeatSeconds: "{% $states.input.h %}" }) }),
      { input: { t: 60, h: 7 }, invoke: () => new Promise(() => {}) },
    );
    expect([good.error, good.seconds]).toEqual(["States.Timeout", 7]);
    for (const seconds of [0, 1.5, -1, 1e9, "5", null]) {
      const bad = await run(machine({ T: task({ TimeoutSeconds: "{% $states.input %}" }) }), { input: seconds });
      expect(bad.error).toBe("States.QueryEvaluationError");
    }
    const late = await run(machine({ T: task({ TimeoutSeconds: 10, HeartbeatSeconds: "{% 10 %}" }) }));
    expect(late.cause).toMatch(/HeartbeatSeconds field must be smaller than TimeoutSeconds/);
  });

  test("heartbeats keep a Task alive", async () => {
    const clock = new VirtualClock(START);
    const { seconds, output } = await run(
      machine({
        T: { ...task({ HeartbeatSeconds: 10 }), Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken" },
      }),
      {
        invoke: async (called) => {
          const beats = async () => {
            for (let beat = 0; beat < 5; beat++) {
              await clock.sleep(8000);
              called.heartbeat();
            }
            called.succeed("alive");
          };
          void beats();
          return null;
        },
        clock,
      },
    );
    expect([seconds, output]).toEqual([40, "alive"]);
  });

  test("hours of waiting take no time", async () => {
    const states = {
      W: { Type: "Wait", Seconds: 86_400, Next: "U" },
      U: { Type: "Wait", Timestamp: "2026-12-01T00:00:00+01:00", Next: "P" },
      P: { Type: "Wait", Timestamp: "2020-01-01T00:00:00Z", End: true },
    };
    const { history } = await run(machine(states));
    expect(new Date(history.at(-1)?.timestamp ?? 0).toISOString()).toBe("2026-11-30T23:00:00.000Z");
  });
});
