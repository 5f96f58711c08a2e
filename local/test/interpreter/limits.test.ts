import { describe, expect, test } from "@jest/globals";
import { MOST_EVENTS } from "../../interpreter/index.js";
import { brief, machine, run, task } from "./support.js";

const LARGEST = 262_144;
const text = (bytes: number) => "x".repeat(bytes - 2);

describe("256 KiB", () => {
  test("an output of exactly the limit passes, one byte more is States.DataLimitExceeded", async () => {
    const state = machine({ State_1: { Type: "Pass", Output: "{% $states.input %}", End: true } });
    expect((await run(state, { input: text(LARGEST) })).status).toBe("SUCCEEDED");
    const over = await run(machine({ State_1: { Type: "Pass", Output: "{% $states.input & 'y' %}", End: true } }), {
      input: text(LARGEST),
    });
    expect(over.error).toBe("States.DataLimitExceeded");
    expect(over.cause).toBe(
      "The state/task 'State_1' returned a result with a size exceeding the maximum number of bytes service limit.",
    );
    expect(brief(over).slice(1)).toEqual(["2 0 PassStateEntered", "3 2 ExecutionFailed"]);
  });

  test("bytes are counted, not characters", async () => {
    const over = await run(machine({ A: { Type: "Pass", Output: "{% $states.input & '€' %}", End: true } }), {
      input: text(LARGEST - 1),
    });
    expect(over.error).toBe("States.DataLimitExceeded");
  });

  test("a Task's result over the limit fails the Task", async () => {
    const over = await run(machine({ T: task() }), { invoke: async () => text(LARGEST + 1) });
    expect(over.cause).toBe(
      "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    );
    expect(brief(over).slice(4)).toEqual(["5 4 TaskFailed", "6 5 ExecutionFailed"]);
  });

  test("so does what a Map's iterations give together, and a variable", async () => {
    const half = { StartAt: "I", States: { I: { Type: "Pass", Output: text(LARGEST / 2 + 10), End: true } } };
    const map = await run(machine({ M: { Type: "Map", Items: [1, 2], ItemProcessor: half, End: true } }));
    expect(map.error).toBe("States.DataLimitExceeded");
    const variable = await run(
      machine({ A: { Type: "Pass", Assign: { x: "{% $states.input & $states.input %}" }, End: true } }),
      { input: text(LARGEST / 2 + 10) },
    );
    expect(variable.error).toBe("States.DataLimitExceeded");
  });
});

/** `count` Pass states, one after the other: two events each. */
function passes(prefix: string, count: number, last: object): Record<string, unknown> {
  const names = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  return Object.fromEntries(
    names.map((name, index) => [name, { Type: "Pass", ...(index === count - 1 ? last : { Next: names[index + 1] }) }]),
  );
}

test("an execution may have 25,000 events, when the last is its success", async () => {
  // 249 iterations of 100 events; the Map's own 4; start and end; 47 states of 2.
  const inner = { StartAt: "I0", States: passes("I", 49, { End: true }) };
  const definition = (before: number) =>
    machine({
      ...passes("B", before, { Next: "M" }),
      M: { Type: "Map", Items: "{% [1..249] %}", ItemProcessor: inner, End: true },
    });
  const fits = await run(definition(47));
  expect([fits.status, fits.history.length]).toEqual(["SUCCEEDED", MOST_EVENTS]);
  const over = await run(definition(48));
  expect([over.status, over.error]).toEqual(["FAILED", "States.Runtime"]);
  expect(over.cause).toBe("The execution reached the maximum number of history events (25000).");
  expect(over.history.length).toBeLessThanOrEqual(MOST_EVENTS);
});
