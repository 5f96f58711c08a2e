import { expect, test } from "@jest/globals";
import { Boundary, conditional, forbiddenBy, neededBy } from "../../cli/permissions/boundary.js";

const where = { partition: "aws", region: "eu-west-1", account: undefined };
const policy = (Action: unknown, Resource: unknown, Effect = "Allow") => ({
  Statement: [{ Effect, Action, Resource }],
});
const template = {
  Resources: {
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        RoleName: "shop-web-start-load-role",
        Policies: [{ PolicyDocument: policy("xray:PutTraceSegments", "*") }],
      },
    },
    Policy: {
      Type: "AWS::IAM::Policy",
      Properties: {
        Roles: [{ Ref: "Role" }],
        PolicyDocument: policy(
          ["s3:GetObject", "s3:PutObject"],
          [
            { "Fn::Sub": `arn:\${AWS::Partition}:s3:::shop-\${AWS::AccountId}/runs/*` },
            { "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":s3:::shop-data"]] },
          ],
        ),
      },
    },
    Denied: {
      Type: "AWS::IAM::Policy",
      Properties: { Roles: [{ Ref: "Role" }], PolicyDocument: policy("s3:*", "*", "Deny") },
    },
  },
};
const needed = neededBy([template], where);
const forbidden = (...Statement: readonly unknown[]) =>
  forbiddenBy(Boundary.parse({ Statement }), needed).map(({ action, resource, deniedBy }) => [
    action,
    resource,
    deniedBy,
  ]);
const all = { Effect: "Allow", Action: "*", Resource: "*" };

test("what the roles of the templates may do is known, with all that is known of their ARNs", () => {
  const runs = "arn:aws:s3:::shop-*/runs/*";
  expect(needed.map(({ role, action, resource }) => `${role} ${action} ${resource}`)).toEqual([
    "shop-web-start-load-role xray:PutTraceSegments *",
    ...["s3:GetObject", "s3:PutObject"].flatMap((action) =>
      [runs, "arn:aws:s3:::shop-data"].map((resource) => `shop-web-start-load-role ${action} ${resource}`),
    ),
  ]);
});

test("a boundary forbids what none of its statements allows as a whole", () => {
  expect(forbidden(all)).toEqual([]);
  expect(forbidden({ Effect: "Allow", Action: ["S3:*", "xray:*"], Resource: "*" })).toEqual([]);
  expect(forbidden({ Effect: "Allow", NotAction: ["iam:*", "xray:*"], Resource: "*" })).toEqual([
    ["xray:PutTraceSegments", "*", undefined],
  ]);
  expect(forbidden({ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::shop-*" })).toHaveLength(5);
  expect(
    forbidden(
      { Effect: "Allow", Action: "xray:*", Resource: "*" },
      { Effect: "Allow", Action: "s3:*", Resource: ["arn:aws:s3:::shop-*/runs/2026/*", "arn:aws:s3:::shop-dat?"] },
    ),
  ).toEqual(["s3:GetObject", "s3:PutObject"].map((action) => [action, "arn:aws:s3:::shop-*/runs/*", undefined]));
});

test("a boundary forbids what one of its statements denies in part; conditions are left open, and said", () => {
  const denial = { Sid: "ReadOnly", Effect: "Deny", Action: "s3:Put*", Resource: "arn:aws:s3:::shop-*/runs/2026/*" };
  expect(forbidden(all, denial)).toEqual([["s3:PutObject", "arn:aws:s3:::shop-*/runs/*", "ReadOnly"]]);
  expect(forbidden(all, { Effect: "Deny", NotAction: ["s3:*", "xray:*"], Resource: "*" })).toEqual([]);
  const inRegion = { Effect: "Deny", Action: "*", Resource: "*", Condition: { StringNotEquals: { a: "b" } } };
  expect(forbidden(all, inRegion)).toEqual([]);
  expect(conditional(Boundary.parse({ Statement: [all, inRegion] }))).toEqual(["statement 2"]);
});
