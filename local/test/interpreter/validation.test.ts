import { describe, expect, test } from "@jest/globals";
import { InvalidDefinition, readDefinition, validateDefinition } from "../../interpreter/index.js";
import { machine, task } from "./support.js";

const end = { Type: "Succeed" };

function problems(states: Record<string, unknown>, more: Record<string, unknown> = {}): readonly string[] {
  return validateDefinition(machine(states, more)).map(
    ({ code, message, location }) => `${code}: ${message} at ${location}`,
  );
}

describe("what AWS refuses at creation", () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      "JSONata that does not parse",
      { A: { Type: "Pass", Output: "{% $x + %}", End: true } },
      /JSONata expression '\$x \+' is not valid.* at \/States\/A\/Output$/,
    ],
    ["?? of later JSONata", { A: { Type: "Pass", Output: "{% $x ?? 1 %}", End: true } }, /is not valid/],
    [
      "a missing target",
      { A: { Type: "Pass", Next: "B" } },
      /^MISSING_TRANSITION_TARGET: Missing 'Next' target: B at \/States\/A\/Next$/,
    ],
    [
      "a missing Default",
      { A: { Type: "Choice", Choices: [{ Condition: true, Next: "E" }], Default: "B" }, E: end },
      /Missing 'Default' target: B at \/States\/A\/Default$/,
    ],
    [
      "a missing Catch target",
      { A: task({ Catch: [{ ErrorEquals: ["X"], Next: "B" }] }) },
      /Missing 'Next' target: B at \/States\/A\/Catch\[0\]\/Next$/,
    ],
    [
      "a state nobody reaches",
      { A: end, B: end },
      /^MISSING_TRANSITION_TARGET: State "B" is not reachable\. at \/States\/B$/,
    ],
    ["neither Next nor End", { A: { Type: "Pass" } }, /\[Next\] or \[End\] at \/States\/A$/],
    ["both Next and End", { A: { Type: "Pass", Next: "E", End: true }, E: end }, /not both/],
    [
      "no such Type",
      { A: { Type: "Sleep" } },
      /should have one of these values: \[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map\] at \/States\/A\/Type$/,
    ],
    ["an unknown field", { A: { Type: "Pass", Ouput: 1, End: true } }, /Field is not supported at \/States\/A\/Ouput$/],
    ["a JSONPath field", { A: { Type: "Pass", ResultPath: "$.x", End: true } }, /'ResultPath' belongs to JSONPath/],
    [
      "result in a Pass",
      { A: { Type: "Pass", Output: "{% $states.result %}", End: true } },
      /\$states\.result is there only in Output and Assign/,
    ],
    [
      "result in Arguments",
      { A: task({ Arguments: { x: "{% $states.result.y %}" } }) },
      /\$states\.result.* at \/States\/A\/Arguments\/x$/,
    ],
    [
      "result in a catcher",
      { A: task({ Catch: [{ ErrorEquals: ["X"], Output: "{% $states.result %}", Next: "E" }] }), E: end },
      /\$states\.result/,
    ],
    [
      "errorOutput outside a catcher",
      { A: task({ Assign: { e: "{% $states.errorOutput.Error %}" } }) },
      /\$states\.errorOutput is there only in a Catch at \/States\/A\/Assign\/e$/,
    ],
    [
      "a member $states has not",
      { A: { Type: "Pass", Output: "{% $states.inptu %}", End: true } },
      /\$states\.inptu does not exist/,
    ],
    [
      "misuse deep inside an expression",
      { A: { Type: "Pass", Output: "{% $map([1], function($v) { [$states.result] }) %}", End: true } },
      /\$states\.result/,
    ],
    ["$eval", { A: { Type: "Pass", Output: "{% $eval('1') %}", End: true } }, /\$eval is not available/],
    ["assigning states", { A: { Type: "Pass", Assign: { states: 1 }, End: true } }, /'states' is reserved/],
    ["a variable's name", { A: { Type: "Pass", Assign: { "a-b": 1 }, End: true } }, /'a-b' is not a variable name/],
    [
      "a heartbeat as long as the timeout",
      { A: task({ TimeoutSeconds: 10, HeartbeatSeconds: 10 }) },
      /HeartbeatSeconds must be smaller than TimeoutSeconds/,
    ],
    ["timeouts that are none", { A: task({ TimeoutSeconds: 0 }) }, /at least 1 at \/States\/A\/TimeoutSeconds$/],
    [
      "Retry fields",
      { A: task({ Retry: [{ ErrorEquals: ["X"], IntervalSecond: 1 }] }) },
      /not supported at \/States\/A\/Retry\[0\]\/IntervalSecond$/,
    ],
    ["BackoffRate below 1", { A: task({ Retry: [{ ErrorEquals: ["X"], BackoffRate: 0.5 }] }) }, /at least 1 at/],
    [
      "JitterStrategy",
      { A: task({ Retry: [{ ErrorEquals: ["X"], JitterStrategy: "SOME" }] }) },
      /one of \[FULL, NONE\]/,
    ],
    ["no ErrorEquals", { A: task({ Retry: [{ MaxAttempts: 1 }] }) }, /'ErrorEquals' must be a list/],
    [
      "States.ALL beside others",
      { A: task({ Retry: [{ ErrorEquals: ["States.ALL", "X"] }] }) },
      /'States\.ALL' must be alone/,
    ],
    [
      "States.ALL before the last",
      { A: task({ Retry: [{ ErrorEquals: ["States.ALL"] }, { ErrorEquals: ["X"] }] }) },
      /'States\.ALL' must be alone/,
    ],
    [
      "an error of Step Functions that is none",
      { A: task({ Retry: [{ ErrorEquals: ["States.TimeOut"] }] }) },
      /'States\.TimeOut' is not an error/,
    ],
    ["Catch on a Pass", { A: { Type: "Pass", Catch: [], End: true } }, /Field is not supported at \/States\/A\/Catch$/],
    [
      "a distributed Map",
      {
        A: {
          Type: "Map",
          ItemProcessor: {
            ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
            StartAt: "I",
            States: { I: end },
          },
          End: true,
        },
      },
      /distributed Map is not supported/,
    ],
    [
      "ItemReader",
      { A: { Type: "Map", ItemReader: {}, ItemProcessor: { StartAt: "I", States: { I: end } }, End: true } },
      /'ItemReader' belongs to a distributed Map/,
    ],
    [
      "an Activity",
      { A: { ...task(), Resource: "arn:aws:states:eu-west-1:000000000000:activity:a" } },
      /Activities are not supported/,
    ],
    [
      "a Resource that is none",
      { A: { ...task(), Resource: "lambda" } },
      /The resource provided lambda is not recognized/,
    ],
    [
      ".sync of an SDK integration",
      { A: { ...task(), Resource: "arn:aws:states:::aws-sdk:glue:startCrawler.sync" } },
      /\.sync does not exist for AWS SDK/,
    ],
    [
      "a Condition that is no expression",
      { A: { Type: "Choice", Choices: [{ Condition: "$x", Next: "E" }] }, E: end },
      /Expected a JSONata expression/,
    ],
    ["a Wait without a time", { A: { Type: "Wait", End: true } }, /exactly one of \[Seconds, Timestamp\]/],
    ["a Timestamp that is none", { A: { Type: "Wait", Timestamp: "tomorrow", End: true } }, /RFC3339/],
    [
      "an outer variable assigned inside",
      {
        P: { Type: "Pass", Assign: { x: 1 }, Next: "A" },
        A: {
          Type: "Map",
          ItemProcessor: { StartAt: "I", States: { I: { Type: "Pass", Assign: { x: 2 }, End: true } } },
          End: true,
        },
      },
      /'x' belongs to an outer scope/,
    ],
    [
      "a machine without an end",
      {
        A: { Type: "Pass", Next: "B" },
        B: { Type: "Choice", Choices: [{ Condition: true, Next: "A" }], Default: "A" },
      },
      /^MISSING_END_STATE: The workflow does not have a terminal state.* at \/States$/,
    ],
    [
      "iterations without an end",
      {
        M: {
          Type: "Map",
          ItemProcessor: { StartAt: "I", States: { I: { Type: "Wait", Seconds: 1, Next: "I" } } },
          End: true,
        },
      },
      /^MISSING_END_STATE: .* at \/States\/M\/ItemProcessor\/States$/,
    ],
    [
      "a tolerated percentage of more than all",
      {
        M: {
          Type: "Map",
          ToleratedFailurePercentage: 101,
          ItemProcessor: { StartAt: "I", States: { I: end } },
          End: true,
        },
      },
      /at most 100 at \/States\/M\/ToleratedFailurePercentage$/,
    ],
    [
      "a state name used twice",
      { A: { Type: "Map", ItemProcessor: { StartAt: "A", States: { A: end } }, End: true } },
      /^DUPLICATE_STATE_NAME: .*'A' is used twice/,
    ],
  ])("%s", (_, states, expected) => {
    expect(problems(states)).toEqual([expect.stringMatching(expected)]);
  });

  test("JSONPath is refused by name: the machine's, and a state's in a machine of JSONata", () => {
    const jsonata = { Type: "Pass", QueryLanguage: "JSONata", End: true };
    const refused = [/^JSONPath is not supported in the local account/];
    const messages = (definition: object) => validateDefinition(definition).map(({ message }) => message);
    const pass = { Type: "Pass", End: true };
    for (const definition of [
      { StartAt: "A", States: { A: pass } },
      { QueryLanguage: "JSONPath", StartAt: "A", States: { A: { ...jsonata, QueryLanguage: "JSONPath" } } },
      { StartAt: "A", States: { A: { ...jsonata, End: undefined, Next: "B" }, B: pass } },
      {
        StartAt: "A",
        States: { A: { ...jsonata, Type: "Map", ItemProcessor: { StartAt: "B", States: { B: pass } } } },
      },
    ]) {
      expect(messages(definition)).toEqual(refused.map((text) => expect.stringMatching(text)));
    }
    expect(messages(machine({ A: { ...jsonata, QueryLanguage: "JSONPath" } }))).toEqual([
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
    ]);
  });

  test("a machine of JSONPath whose states are all of JSONata is one of JSONata", () => {
    const states = {
      A: {
        Type: "Parallel",
        QueryLanguage: "JSONata",
        Branches: [{ StartAt: "B", States: { B: { Type: "Pass", QueryLanguage: "JSONata", End: true } } }],
        Output: "{% $states.result[0] %}",
        End: true,
      },
    };
    for (const language of [undefined, "JSONPath", "JSONata"]) {
      expect(validateDefinition({ QueryLanguage: language, StartAt: "A", States: states })).toEqual([]);
    }
  });

  test("fields that must be there", () => {
    expect(validateDefinition({ QueryLanguage: "JSONata" })[0]?.message).toBe(
      "These fields are required: [StartAt, States]",
    );
    expect(validateDefinition("{")[0]?.code).toBe("INVALID_JSON_DESCRIPTION");
    expect(validateDefinition([])[0]?.message).toBe("Expected a JSON object");
  });

  test("a state with blocks may assign a name that its blocks have assigned for themselves, as recorded on AWS", () => {
    const branch = { StartAt: "I", States: { I: { Type: "Pass", Assign: { x: 1 }, End: true } } };
    const handler = { ErrorEquals: ["States.ALL"], Assign: { x: 2 }, Next: "E" };
    expect(problems({ A: { Type: "Parallel", Branches: [branch], Catch: [handler], Next: "E" }, E: end })).toEqual([]);
  });

  test("a good machine has no findings; a bad one throws all of them at once", () => {
    expect(
      problems({ A: task({ TimeoutSeconds: "{% 5 %}" }) }, { TimeoutSeconds: 60, Comment: "good", Version: "1.0" }),
    ).toEqual([]);
    const bad = () => readDefinition(machine({ A: { Type: "Pass", Next: "B" }, C: end }));
    expect(bad).toThrow(InvalidDefinition);
    expect(bad).toThrow(
      /^Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: .*B at \/States\/A\/Next, .*"C" is not reachable/,
    );
  });
});
