import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { openAccount } from "../../account.js";
import type { Assumer, ResolvedResource } from "../../call/call.js";
import { gatherPolicies } from "../../iam/policies.js";
import { checkRoles, mayAssume } from "../../iam/trust.js";
import { lambda, role, writeAssembly } from "../account/small-assembly.js";

const place = { region: "eu-west-1", accountId: "000000000000" };
const roleArn = "arn:aws:iam::000000000000:role/worker";

function resource(type: string, ref: string, properties: Record<string, unknown>, arn?: string): ResolvedResource {
  return { stack: "S", logicalId: ref, type, properties, ref, attributes: arn === undefined ? {} : { Arn: arn } };
}

function policiesOf(...Statement: readonly object[]) {
  const AssumeRolePolicyDocument = { Version: "2012-10-17", Statement };
  return gatherPolicies([resource("AWS::IAM::Role", "worker", { AssumeRolePolicyDocument }, roleArn)]);
}

const trusting = (Service: string | readonly string[], Condition?: object, Effect = "Allow") => ({
  Effect,
  Principal: { Service },
  Action: "sts:AssumeRole",
  ...(Condition === undefined ? {} : { Condition }),
});
const assumed = (by: Assumer, ...statements: readonly object[]) =>
  mayAssume(policiesOf(...statements), roleArn, by, place);

describe("who may act as a role", () => {
  test.each<[string, boolean, Assumer, object]>([
    ["the service that is named", true, { service: "lambda" }, trusting("lambda.amazonaws.com")],
    ["one of several", true, { service: "glue" }, trusting(["lambda.amazonaws.com", "glue.amazonaws.com"])],
    ["another service", false, { service: "lambda" }, trusting("glue.amazonaws.com")],
    ["Step Functions by its regional name", true, { service: "states" }, trusting("states.eu-west-1.amazonaws.com")],
    ["Step Functions of another region", false, { service: "states" }, trusting("states.us-east-1.amazonaws.com")],
    ["Serverless by Redshift's name", true, { service: "redshift-serverless" }, trusting("redshift.amazonaws.com")],
    ["a cluster by Serverless's name", false, { service: "redshift" }, trusting("redshift-serverless.amazonaws.com")],
    ["the account's own roles and users are no service", false, { service: "lambda" }, ownAccount()],
    ["another action", false, { service: "lambda" }, { ...trusting("lambda.amazonaws.com"), Action: "sts:TagSession" }],
  ])("%s: %s", (_, expected, by, statement) => {
    expect(assumed(by, statement)).toBe(expected);
  });

  function ownAccount() {
    return { ...trusting("x"), Principal: { AWS: "arn:aws:iam::000000000000:root" } };
  }

  test("what conditions ask", () => {
    const group = "arn:aws:scheduler:eu-west-1:000000000000:schedule-group/g";
    const scheduler = (more: object): boolean =>
      assumed({ service: "scheduler", sourceArn: group }, trusting("scheduler.amazonaws.com", more));
    expect(scheduler({ StringEquals: { "aws:SourceAccount": "000000000000", "aws:SourceArn": group } })).toBe(true);
    expect(scheduler({ StringEquals: { "aws:SourceAccount": "111111111111" } })).toBe(false);
    expect(scheduler({ ArnLike: { "aws:SourceArn": group.replace(/g$/, "*") } })).toBe(true);
    expect(scheduler({ ArnEquals: { "aws:SourceArn": group.replace("schedule-group/g", "schedule/g/one") } })).toBe(
      false,
    );
    // Of Lambda nothing says that it names a function, so a role that asks for one is not assumed.
    const byArn = { ArnLike: { "aws:SourceArn": "arn:aws:lambda:*" } };
    expect(assumed({ service: "lambda" }, trusting("lambda.amazonaws.com", byArn))).toBe(false);
    const user = "arn:aws:redshift:eu-west-1:000000000000:dbuser:c/loader";
    const external = trusting("redshift.amazonaws.com", { StringEquals: { "sts:ExternalId": user } });
    expect(assumed({ service: "redshift", externalId: user }, external)).toBe(true);
    expect(assumed({ service: "redshift", externalId: user.replace("loader", "reader") }, external)).toBe(false);
  });

  test("a Deny wins", () => {
    const service = "lambda.amazonaws.com";
    expect(assumed({ service: "lambda" }, trusting(service), trusting(service, undefined, "Deny"))).toBe(false);
  });
});

test.each([
  [
    "AWS::Lambda::Function",
    { Role: roleArn },
    /^CREATE_FAILED AWS::Lambda::Function S\.it: The role defined for the function cannot be assumed by Lambda\./,
  ],
  [
    "AWS::StepFunctions::StateMachine",
    { RoleArn: roleArn },
    /Neither the global service principal states\.amazonaws\.com, nor the regional one/,
  ],
  [
    "AWS::Glue::Crawler",
    { Role: roleArn },
    /Service is unable to assume provided role\. .* for arn:aws:glue:eu-west-1:000000000000:crawler\/it$/,
  ],
  [
    "AWS::Scheduler::Schedule",
    { GroupName: "g", Target: { RoleArn: roleArn } },
    /must allow AWS EventBridge Scheduler .* for arn:aws:scheduler:.*:schedule-group\/g$/,
  ],
])("%s is not created with a role that does not trust its service", (type, properties, text) => {
  const it = resource(type, "it", properties, `arn:aws:it`);
  const service = /^AWS::(Lambda|StepFunctions|Glue|Scheduler)/.exec(type)?.[1]?.toLowerCase();
  const trusted = `${service === "stepfunctions" ? "states" : service}.amazonaws.com`;
  expect(() => checkRoles([it], policiesOf(trusting(trusted)), place)).not.toThrow();
  expect(() => checkRoles([it], policiesOf(trusting("ec2.amazonaws.com")), place)).toThrow(text);
});

test("an account with such a role does not open", async () => {
  const assembly = writeAssembly({
    resources: { Role: role("worker", [], { service: "glue.amazonaws.com" }), Function: lambda("f", "Role") },
    code: { f: { "index.js": "exports.handler = async () => 1" } },
  });
  const stateFolder = mkdtempSync(join(tmpdir(), "local-account-trust-"));
  await expect(openAccount({ assemblyFolder: assembly, stateFolder })).rejects.toMatchObject({
    name: "RoleNotTrusted",
    message: expect.stringContaining("cannot be assumed by Lambda"),
  });
});

test("whom nobody lets act as it, no service gets", async () => {
  const assembly = writeAssembly({ resources: { Role: role("worker", [], { service: "events.amazonaws.com" }) } });
  const account = await openAccount({
    assemblyFolder: assembly,
    stateFolder: mkdtempSync(join(tmpdir(), "local-account-trust-")),
  });
  try {
    expect(account.rolePrincipal(roleArn, { service: "events" })).toMatchObject({ arn: roleArn });
    expect(() => account.rolePrincipal(roleArn, { service: "glue" })).toThrow(
      `User: glue.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
    expect(() => account.roleEnvironment(roleArn, { service: "lambda" })).toThrow("sts:AssumeRole");
  } finally {
    await account.close();
  }
});
