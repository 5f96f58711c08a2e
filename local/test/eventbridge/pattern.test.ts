import { describe, expect, test } from "@jest/globals";
import { checkPattern, matchesPattern } from "../../eventbridge/pattern.js";
import { targetText } from "../../eventbridge/target-input.js";

const event = {
  source: "aws.states",
  "detail-type": "Step Functions Execution Status Change",
  resources: ["arn:one", "arn:two"],
  detail: { status: "FAILED", name: "load-2026", count: 5, nothing: null, nested: [{ a: 1 }, { a: 2 }] },
};

describe("event patterns", () => {
  test.each<[string, Record<string, unknown>, boolean]>([
    ["exact", { source: ["aws.states"], detail: { status: ["FAILED", "ABORTED"] } }, true],
    ["exact, another value", { source: ["aws.glue"] }, false],
    ["any of a list in the event", { resources: ["arn:two"] }, true],
    ["prefix", { detail: { name: [{ prefix: "load-" }] } }, true],
    ["prefix without case", { detail: { name: [{ prefix: { "equals-ignore-case": "LOAD" } }] } }, true],
    ["suffix", { detail: { name: [{ suffix: "2025" }] } }, false],
    ["anything-but", { detail: { status: [{ "anything-but": ["SUCCEEDED", "RUNNING"] }] } }, true],
    ["anything-but, the very value", { detail: { status: [{ "anything-but": "FAILED" }] } }, false],
    ["anything-but a prefix", { detail: { name: [{ "anything-but": { prefix: "load" } }] } }, false],
    ["exists", { detail: { status: [{ exists: true }] } }, true],
    ["exists not", { detail: { absent: [{ exists: false }] } }, true],
    ["exists not, of what is there", { detail: { status: [{ exists: false }] } }, false],
    ["numeric", { detail: { count: [{ numeric: [">", 0, "<=", 5] }] } }, true],
    ["numeric, outside", { detail: { count: [{ numeric: ["<", 5] }] } }, false],
    ["numeric of a text", { detail: { name: [{ numeric: [">", 0] }] } }, false],
    ["wildcard", { detail: { name: [{ wildcard: "l*d-*6" }] } }, true],
    ["wildcard with a dot", { detail: { name: [{ wildcard: "load.2026" }] } }, false],
    ["equals-ignore-case", { detail: { status: [{ "equals-ignore-case": "failed" }] } }, true],
    ["null", { detail: { nothing: [null] } }, true],
    ["objects in a list", { detail: { nested: { a: [2] } } }, true],
    ["$or", { $or: [{ source: ["x"] }, { detail: { count: [5] } }] }, true],
    ["a field that is not there", { detail: { absent: ["x"] } }, false],
  ])("%s", (_name, pattern, expected) => {
    checkPattern(pattern, "p");
    expect(matchesPattern(pattern, event)).toBe(expected);
  });

  test("a matcher that is not there is refused by place", () => {
    expect(() => checkPattern({ detail: { ip: [{ cidr: "10.0.0.0/8" }] } }, "Rule")).toThrow(
      'Rule.detail.ip: the matcher {"cidr":"10.0.0.0/8"} is not supported',
    );
  });
});

test.each<[string, Parameters<typeof targetText>[0], string]>([
  ["the event itself", {}, JSON.stringify(event)],
  ["a constant", { Input: '{"a":1}' }, '{"a":1}'],
  ["a part", { InputPath: "$.detail.nested[1]" }, '{"a":2}'],
  [
    "a template",
    {
      InputTransformer: {
        InputPathsMap: { s: "$.detail.status", d: "$.detail.nested", t: "$.detail-type" },
        InputTemplate: '{"text":"<s> in <aws.events.rule-name>: <d>","type":<t>,"all":<d>}',
      },
    },
    '{"text":"FAILED in r: [{\\"a\\":1},{\\"a\\":2}]","type":"Step Functions Execution Status Change","all":[{"a":1},{"a":2}]}',
  ],
])("a target gets %s", (_name, input, expected) => {
  expect(targetText(input, event, { ruleName: "r", ruleArn: "arn:r", ingestionTime: "t" })).toBe(expected);
});
