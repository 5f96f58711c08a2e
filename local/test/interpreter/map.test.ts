import { describe, expect, test } from "@jest/globals";
import { VirtualClock } from "../../call/virtual-clock.js";
import type { Invoke } from "../../interpreter/index.js";
import { machine, run, START, task } from "./support.js";

const done = { Type: "Succeed" };

describe("Map", () => {
  const item = { StartAt: "I", States: { I: { Type: "Pass", End: true } } };

  test("ItemSelector gives each iteration its input, from the item and the state's input", async () => {
    const map = {
      Type: "Map",
      Items: "{% $states.input.list %}",
      ItemSelector: {
        n: "{% $states.context.Map.Item.Index %}",
        v: "{% $states.context.Map.Item.Value %}",
        all: "{% $states.input.all %}",
      },
      ItemProcessor: item,
      End: true,
    };
    const outcome = await run(machine({ M: map }), { input: { list: ["a", "b"], all: true } });
    expect(outcome.output).toEqual([
      { n: 0, v: "a", all: true },
      { n: 1, v: "b", all: true },
    ]);
  });

  test("an ItemSelector that fails, fails the Map, which may catch it", async () => {
    const map = {
      Type: "Map",
      Items: [1, 2],
      MaxConcurrency: 1,
      ItemSelector: "{% $states.context.Map.Item.Value = 1 ? 1 : $nope %}",
      ItemProcessor: item,
      Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Output: "caught", Next: "Done" }],
      End: true,
    };
    const outcome = await run(machine({ M: map, Done: done }));
    expect(outcome.output).toBe("caught");
    expect(outcome.history.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["EvaluationFailed", "MapStateFailed", "MapStateExited"]),
    );
  });

  test("at most 40 iterations at once, or MaxConcurrency, which may be an expression", async () => {
    let atOnce = 0;
    let most = 0;
    const clock = new VirtualClock(START);
    const count: Invoke = async () => {
      most = Math.max(most, ++atOnce);
      await clock.sleep(1000);
      atOnce -= 1;
      return null;
    };
    const inner = { StartAt: "T", States: { T: task() } };
    const map = (more: object) =>
      machine({ M: { Type: "Map", Items: "{% [1..100] %}", ItemProcessor: inner, End: true, ...more } });
    await run(map({}), { invoke: count, clock });
    expect(most).toBe(40);
    most = 0;
    await run(map({ MaxConcurrency: "{% $states.input.n %}" }), { invoke: count, clock, input: { n: 3 } });
    expect(most).toBe(3);
    const bad = await run(map({ MaxConcurrency: "{% 'x' %}" }));
    expect(bad.cause).toMatch(
      /'MaxConcurrency' returned an unexpected result type\. Expected 'number', but was 'string'/,
    );
  });

  test("tolerated failures are looked at and tolerate nothing (A9.2)", async () => {
    const map = (more: object, Items: unknown = [1]) =>
      machine({ M: { Type: "Map", Items, ItemProcessor: item, End: true, ...more } });
    const given = { ToleratedFailureCount: "{% $states.input.n %}", ToleratedFailurePercentage: 100 };
    expect((await run(map(given), { input: { n: 1 } })).output).toEqual([1]);
    const failing = { StartAt: "I", States: { I: { Type: "Fail", Error: "Bad" } } };
    expect(await run(map({ ...given, ItemProcessor: failing }), { input: { n: 1 } })).toMatchObject({
      status: "FAILED",
      error: "Bad",
    });
    for (const [field, value, cause] of [
      ["ToleratedFailureCount", -1, "ToleratedFailureCount cannot be negative."],
      ["ToleratedFailurePercentage", 101, "ToleratedFailurePercentage must be between 0 and 100."],
      ["ToleratedFailureCount", "1", "Expected 'number', but was 'string' for value: \"1\""],
    ] as const) {
      const bad = await run(map({ [field]: "{% $states.input %}" }), { input: value });
      expect([bad.error, bad.cause]).toEqual(["States.QueryEvaluationError", expect.stringContaining(cause)]);
    }
  });

  test("inner states read outer variables, and give theirs back only by Output", async () => {
    const inner = {
      StartAt: "I",
      States: {
        I: { Type: "Pass", Assign: { inside: 1 }, Next: "J" },
        J: { Type: "Pass", Output: "{% [$outside, $inside, $states.input] %}", End: true },
      },
    };
    const states = {
      A: { Type: "Pass", Assign: { outside: "o" }, Next: "M" },
      M: { Type: "Map", Items: [7], ItemProcessor: inner, Assign: { after: "{% $states.result[0] %}" }, Next: "Z" },
      Z: { Type: "Pass", Output: "{% [$after, $exists($inside)] %}", End: true },
    };
    expect((await run(machine(states))).output).toEqual(["o", 1, 7, false]);
  });

  test("no items: nothing to do", async () => {
    const outcome = await run(machine({ M: { Type: "Map", Items: [], ItemProcessor: item, End: true } }));
    expect([outcome.status, outcome.output]).toEqual(["SUCCEEDED", []]);
  });
});
