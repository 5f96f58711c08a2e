import { describe, expect, test } from "@jest/globals";
import { exceptions, mostExceptions } from "../../../bench/permissions/exceptions.js";
import { Withholding } from "../../../bench/permissions/withholding.js";
import { createAuthoriser } from "../../../local/iam/authorise.js";
import type { Statement } from "../../../local/iam/document.js";

const arn = "arn:aws:iam::000000000000:role/shop-check-report-role";
const statement = (Action: string[]): Statement => ({ Effect: "Allow", Action, Resource: ["*"] });
const where = { region: "eu-west-1", accountId: "000000000000" };

describe("a permission that is taken away", () => {
  const withholding = new Withholding();
  const policies = withholding.policies({
    owners: new Map(),
    identity: new Map([[arn, [statement(["s3:GetObject", "s3:PutObject"]), statement(["s3:GetObject"])]]]),
    trust: new Map(),
    resource: new Map(),
  });
  const { authorise } = createAuthoriser(policies, where);
  const call = (operation: string) =>
    authorise({
      service: "s3",
      operation,
      input: { Bucket: "b", Key: "k" },
      principal: { arn, accountId: where.accountId, kind: "role" },
    });

  test("every action of every role is known, once", () => {
    const role = "shop-check-report-role";
    expect(withholding.granted).toEqual([
      { role, action: "s3:GetObject" },
      { role, action: "s3:PutObject" },
    ]);
  });

  test("is denied in all statements, while the others stand, until it is given back", () => {
    withholding.withhold({ role: "shop-check-report-role", action: "s3:GetObject" });
    expect(() => call("GetObject")).toThrow("no identity-based policy allows the s3:GetObject action");
    expect(() => call("PutObject")).not.toThrow();
    withholding.withhold({ role: "shop-plan-load-role", action: "s3:PutObject" });
    expect(() => call("PutObject")).not.toThrow();
    expect(() => call("GetObject")).not.toThrow();
  });
});

test("what cannot be shown is listed with its reason, and the list is short", () => {
  expect(exceptions.length).toBeLessThanOrEqual(mostExceptions);
  expect(exceptions.every(({ why }) => why.length > 10)).toBe(true);
  expect(exceptions.some(({ matches }) => matches("shop-check-report-role s3:GetObject"))).toBe(false);
  expect(exceptions.some(({ matches }) => matches("shop-check-report-role logs:PutLogEvents"))).toBe(true);
});
