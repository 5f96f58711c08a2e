import { describe, expect, test } from "@jest/globals";
import { limitFindings, refuseOverLimits, type Stack } from "../../../cli/cdk/limits.js";

/** Templates that AWS would refuse for their size. */

const many = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`R${n}`, value]));
const stack = (Resources: object, more: object = {}, name = "shop-erp"): Stack => ({
  name,
  template: { Resources, ...more },
});
const one = (Type: string, Properties: object) => stack({ One: { Type, Properties } });
/** A policy whose text without white space has this many characters; the account counts as its twelve digits. */
const policy = (length: number) => {
  const document = (filled: string) => ({
    Statement: [
      { Resource: { "Fn::Join": ["", ["arn:", { Ref: "AWS::AccountId" }, { "Fn::GetAtt": ["A", "Arn"] }, filled]] } },
    ],
  });
  const rest = JSON.stringify({ Statement: [{ Resource: "arn:000000000000" }] }).length;
  return document("x".repeat(length - rest));
};
const inline = (length: number) => {
  const half = Math.floor(length / 2);
  return stack({
    Role: { Type: "AWS::IAM::Role", Properties: { Policies: [{ PolicyDocument: policy(half) }] } },
    Policy: {
      Type: "AWS::IAM::Policy",
      Properties: { Roles: [{ Ref: "Role" }], PolicyDocument: policy(length - half) },
    },
  });
};
const topic = { Type: "AWS::SNS::Topic", Properties: {} };
const text = (length: number) => "x".repeat(length);

describe("each limit: what is on it passes, one more is named with its stack, count, limit and remedy", () => {
  test.each<[string, number, (count: number) => Stack, RegExp]>([
    ["resources", 500, (count) => stack(many(count, topic)), /^501 resources in the stack shop-erp$/],
    ["outputs", 200, (count) => stack({}, { Outputs: many(count, { Value: "a" }) }), /^201 outputs in/],
    ["parameters", 200, (count) => stack({}, { Parameters: many(count, { Type: "String" }) }), /^201 parameters in/],
    [
      "bytes of template",
      1_000_000,
      (count) => {
        const size = (Description: string) => JSON.stringify({ Resources: {}, Description }, null, 1).length;
        return stack({}, { Description: text(count - size("")) });
      },
      /^1,000,001 bytes of template in/,
    ],
    [
      "pattern",
      2048,
      (count) => one("AWS::Events::Rule", { EventPattern: { source: [text(count - '{"source":[""]}'.length)] } }),
      /^at least 2,049 characters in its event pattern in One \(AWS::Events::Rule\) of the stack shop-erp$/,
    ],
    ["targets", 5, (count) => one("AWS::Events::Rule", { Targets: Array(count).fill({}) }), /^at least 6 targets/],
    ["managed", 6144, (count) => one("AWS::IAM::ManagedPolicy", { PolicyDocument: policy(count) }), /6,145 characters/],
    ["inline", 10_240, inline, /^at least 10,241 characters in its inline policies in the role Role of the stack/],
    [
      "environment",
      4096,
      (count) => one("AWS::Lambda::Function", { Environment: { Variables: { A: text(count - 1) } } }),
      /4,097 bytes in its environment/,
    ],
    [
      "definition",
      1_048_576,
      (count) =>
        // Of another stack's size nothing is said here.
        one("AWS::StepFunctions::StateMachine", { DefinitionString: { "Fn::Join": ["", [text(count)]] } }),
      /1,048,577 characters in its definition/,
    ],
    [
      "bucket policy",
      20_480,
      (count) => one("AWS::S3::BucketPolicy", { PolicyDocument: policy(count) }),
      /20,481 bytes/,
    ],
  ])("%s", (what, most, make, found) => {
    const findings = (count: number) =>
      limitFindings([make(count)], "shop").filter(
        (each) => what !== "definition" || !/bytes of template/.test(each.found),
      );
    expect(findings(most)).toEqual([]);
    expect(findings(most + 1)).toEqual([
      expect.objectContaining({
        path: "sources.erp",
        severity: "error",
        found: expect.stringMatching(found),
        expected: expect.stringContaining(`at most ${most.toLocaleString("en-US")}, which is the limit of `),
        remedy: expect.stringMatching(/\w+\.$/),
      }),
    ]);
  });

  test("rules are counted over all stacks", () => {
    const rules = (count: number, name: string) => stack(many(count, { Type: "AWS::Events::Rule" }), {}, name);
    expect(limitFindings([rules(150, "shop-a"), rules(150, "shop-b")], "shop")).toEqual([]);
    const [found] = limitFindings([rules(150, "shop-a"), rules(151, "shop-b")], "shop");
    expect(found?.found).toBe("301 rules on the default event bus in the project shop");
  });

  test("they are refused together, with what became of the deployment", () => {
    const stacks = [stack(many(501, topic)), stack({}, { Outputs: many(201, {}) }, "shop-warehouse")];
    expect(() => refuseOverLimits(stacks, "shop", "Nothing was deployed.")).toThrow(
      /^AWS would refuse this deployment:\nsluice\.yaml:1 sources\.erp: found 501 resources .*another source.*\nsluice\.yaml:1 warehouse: .*\nNothing was deployed\.$/,
    );
    expect(() => refuseOverLimits([stack({})], "shop", "")).not.toThrow();
  });
});
