import { describe, expect, test } from "@jest/globals";
import type { Json } from "../../interpreter/index.js";
import { machine, run, START } from "./support.js";

async function evaluate(expression: string, input: Json = {}) {
  return run(machine({ E: { Type: "Pass", Output: `{% ${expression} %}`, End: true } }), { input });
}

describe("the functions that AWS adds to JSONata", () => {
  test.each<[string, Json]>([
    ["$parse('{\"a\":[1,null]}')", { a: [1, null] }],
    ["$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]],
    ["$partition([], 2)", []],
    ["$range(1, 9, 2)", [1, 3, 5, 7, 9]],
    ["$range(3, 1, -1)", [3, 2, 1]],
    // As recorded on AWS: $range of one number is that number, $partition keeps its lists.
    ["$range(1, 9, 9)", 1],
    ["[$range(1, 9, 9)]", [1]],
    ["$partition([0], 5)", [[0]]],
    ["$parse('[0]')", [0]],
    ["$hash('Hello world', 'SHA-1')", "7b502c3a1f48c8609ae212cdfb639dee39673f5e"],
    ["$hash('a', 'MD5')", "0cc175b9c0f1b6a831c399e269772661"],
    ["$length($hash('a', 'SHA-256')) + $length($hash('a', 'SHA-384')) + $length($hash('a', 'SHA-512'))", 288],
    ["$random(7) = $random(7) and $random(7) != $random(8)", true],
    ["$random() >= 0 and $random() < 1", true],
    ["$contains($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)", true],
    ["$uuid() != $uuid()", true],
    ["$millis()", START],
    ["$now()", "2026-11-24T05:00:00.000Z"],
    ["$now('[H01]:[m01]')", "05:00"],
    ["$toMillis($states.context.State.EnteredTime)", START],
  ])("%s", async (expression, expected) => {
    expect((await evaluate(expression)).output).toEqual(expected);
  });

  test.each([
    ["$eval('1')", "T1006: Attempted to invoke a non-function"],
    ["$parse('{')", "D3120"],
    ["$hash('a', 'SHA-3')", "T0410"],
    ["$range(1, 5000, 1)", "D3000"],
    ["$partition([1], 0)", "T0410"],
    ["$error('own text')", "own text"],
    ["($f := function($n){$f($n + 1)}; $f(1))", "Expression evaluation timeout"],
    ["($f := function($n){1 + $f($n + 1)}; $f(1))", "Stack overflow"],
  ])("%s fails: %s", async (expression, text) => {
    const isKnownBefore = expression.startsWith("$eval");
    const outcome = isKnownBefore
      ? await run(machine({ E: { Type: "Pass", Output: `{% ($e := $eval; $e('1')) %}`, End: true } }))
      : await evaluate(expression);
    expect(outcome.error).toBe("States.QueryEvaluationError");
    expect(outcome.cause).toContain("specified for the field 'Output' threw an error during evaluation. ");
    expect(outcome.cause).toContain(text);
  });

  test("a $range of nothing is nothing, like every list of JSONata that is empty", async () => {
    expect((await evaluate("$range(1, 0, 1)")).cause).toMatch(/returned nothing \(undefined\)\.$/);
    expect((await evaluate("$count($range(1, 0, 1))")).output).toBe(0);
  });

  test("a number that JSON does not have is no result", async () => {
    expect((await evaluate("1/0")).cause).toMatch(
      /'1\/0' specified for the field 'Output' returned an unsupported result type\.$/,
    );
  });

  test("texts with quotes go through variables unharmed", async () => {
    const cause = JSON.stringify({ ErrorMessage: 'it said "no"\n{% $x %}' });
    const states = {
      A: { Type: "Pass", Assign: { cause: "{% $states.input %}" }, Next: "B" },
      B: { Type: "Pass", Output: "{% $parse($cause).ErrorMessage %}", End: true },
    };
    expect((await run(machine(states), { input: cause })).output).toBe('it said "no"\n{% $x %}');
  });
});
