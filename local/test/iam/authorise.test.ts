import { describe, expect, test } from "@jest/globals";
import { AwsError, type Call, type ResolvedResource } from "../../call/call.js";
import { createAuthoriser, type Decided } from "../../iam/authorise.js";
import { gatherPolicies } from "../../iam/policies.js";
import { makeToken } from "../../step-functions/tokens.js";

const where = { region: "eu-west-1", accountId: "000000000000" };
const roleArn = "arn:aws:iam::000000000000:role/loader";
const role = { arn: roleArn, accountId: where.accountId, kind: "role" } as const;
const root = { arn: "arn:aws:iam::000000000000:root", accountId: where.accountId, kind: "root" } as const;

function resource(type: string, ref: string, properties: Record<string, unknown>, arn?: string): ResolvedResource {
  return { stack: "S", logicalId: ref, type, properties, ref, attributes: arn === undefined ? {} : { Arn: arn } };
}

function setUp(statements: readonly unknown[], others: readonly ResolvedResource[] = [], seen?: Decided[]) {
  const policies = gatherPolicies([
    resource("AWS::IAM::Role", "loader", {}, roleArn),
    resource("AWS::IAM::Policy", "p", {
      Roles: ["loader"],
      PolicyDocument: { Version: "2012-10-17", Statement: statements },
    }),
    ...others,
  ]);
  return createAuthoriser(policies, where, seen && ((decided) => seen.push(decided)));
}

const get = (input: Record<string, unknown>, principal: Call["principal"] = role): Call => ({
  service: "s3",
  operation: "GetObject",
  input,
  principal,
});
const outcome = (work: () => void) => {
  try {
    work();
    return "allowed";
  } catch (error) {
    return error instanceof AwsError ? error.name : "not an AwsError";
  }
};
const allow = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

describe("a role may do what its policies allow, and nothing else", () => {
  test.each<[string, unknown[], Record<string, unknown>, string]>([
    ["nothing is allowed", [], { Bucket: "b", Key: "k" }, "AccessDenied"],
    ["the object is named", [allow("s3:GetObject", "arn:aws:s3:::b/k")], { Bucket: "b", Key: "k" }, "allowed"],
    [
      "another object is named",
      [allow("s3:GetObject", "arn:aws:s3:::b/k")],
      { Bucket: "b", Key: "kk" },
      "AccessDenied",
    ],
    ["a prefix", [allow("s3:GetObject", "arn:aws:s3:::b/data/*")], { Bucket: "b", Key: "data/x/y" }, "allowed"],
    ["actions compare without case", [allow("S3:getobject", "*")], { Bucket: "b", Key: "k" }, "allowed"],
    [
      "a version needs its own action",
      [allow("s3:GetObject", "*")],
      { Bucket: "b", Key: "k", VersionId: "1" },
      "AccessDenied",
    ],
    ["Get* covers versions", [allow("s3:Get*", "*")], { Bucket: "b", Key: "k", VersionId: "1" }, "allowed"],
    [
      "a Deny wins",
      [allow("s3:*", "*"), { ...allow("s3:GetObject", "arn:aws:s3:::b/secret/*"), Effect: "Deny" }],
      { Bucket: "b", Key: "secret/k" },
      "AccessDenied",
    ],
    [
      "NotAction",
      [{ Effect: "Allow", NotAction: "s3:DeleteObject", Resource: "*" }],
      { Bucket: "b", Key: "k" },
      "allowed",
    ],
    [
      "NotResource",
      [{ Effect: "Allow", Action: "s3:*", NotResource: "arn:aws:s3:::b/*" }],
      { Bucket: "b", Key: "k" },
      "AccessDenied",
    ],
    [
      "a condition that holds",
      [allow("s3:*", "*", { StringEquals: { "aws:RequestedRegion": "eu-west-1" } })],
      { Bucket: "b", Key: "k" },
      "allowed",
    ],
    [
      "a condition that does not",
      [allow("s3:*", "*", { StringEquals: { "aws:RequestedRegion": "us-east-1" } })],
      { Bucket: "b", Key: "k" },
      "AccessDenied",
    ],
    [
      "a key that the request lacks",
      [allow("s3:*", "*", { StringEquals: { "aws:SourceArn": "x" } })],
      { Bucket: "b", Key: "k" },
      "AccessDenied",
    ],
    [
      "a negated key that it lacks",
      [allow("s3:*", "*", { StringNotEquals: { "aws:SourceArn": "x" } })],
      { Bucket: "b", Key: "k" },
      "allowed",
    ],
  ])("%s", (_, statements, input, expected) => {
    expect(outcome(() => setUp(statements).authorise(get(input)))).toBe(expected);
  });

  test("copying reads the source and writes the target", () => {
    const copy: Call = { ...get({ Bucket: "b", Key: "to", CopySource: "b/from%20here" }), operation: "CopyObject" };
    const read = allow("s3:GetObject", "arn:aws:s3:::b/from here");
    expect(outcome(() => setUp([read]).authorise(copy))).toBe("AccessDenied");
    expect(outcome(() => setUp([read, allow("s3:PutObject", "arn:aws:s3:::b/to")]).authorise(copy))).toBe("allowed");
  });

  test("an action that knows no resource needs Resource *", () => {
    const call: Call = {
      service: "redshift-data",
      operation: "DescribeStatement",
      input: { Id: "x" },
      principal: role,
    };
    const cluster = "arn:aws:redshift:eu-west-1:000000000000:cluster:demo";
    expect(outcome(() => setUp([allow("redshift-data:*", cluster)]).authorise(call))).toBe("AccessDeniedException");
    expect(outcome(() => setUp([allow("redshift-data:DescribeStatement", "*")]).authorise(call))).toBe("allowed");
  });

  test("a table needs catalogue, database and table", () => {
    const call: Call = {
      service: "glue",
      operation: "GetTable",
      input: { DatabaseName: "d", Name: "t" },
      principal: role,
    };
    const arns = ["catalog", "database/d", "table/d/t"].map((rest) => `arn:aws:glue:eu-west-1:000000000000:${rest}`);
    expect(outcome(() => setUp([allow("glue:GetTable", arns.slice(1))]).authorise(call))).toBe("AccessDeniedException");
    expect(outcome(() => setUp([allow("glue:GetTable", arns)]).authorise(call))).toBe("allowed");
  });
});

describe("policies on resources", () => {
  const secret = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:s-abc123";
  const read = (principal: Call["principal"]): Call => ({
    service: "secretsmanager",
    operation: "GetSecretValue",
    input: { SecretId: secret },
    principal,
  });
  const onlyThe = (arn: string) =>
    resource("AWS::SecretsManager::ResourcePolicy", "rp", {
      SecretId: secret,
      ResourcePolicy: {
        Statement: {
          Effect: "Deny",
          Principal: "*",
          Action: "secretsmanager:GetSecretValue",
          Resource: "*",
          Condition: { ArnNotEquals: { "aws:PrincipalArn": arn } },
        },
      },
    });

  test("a Deny on the secret shuts out everybody but the one it names, the account's root too (H2.4)", () => {
    const statements = [allow("secretsmanager:GetSecretValue", secret)];
    expect(outcome(() => setUp(statements, [onlyThe(roleArn)]).authorise(read(role)))).toBe("allowed");
    expect(
      outcome(() => setUp(statements, [onlyThe("arn:aws:iam::000000000000:role/other")]).authorise(read(role))),
    ).toBe("AccessDeniedException");
    expect(outcome(() => setUp(statements, [onlyThe(roleArn)]).authorise(read(root)))).toBe("AccessDeniedException");
  });

  test("a bucket's policy speaks of its objects", () => {
    const policy = resource("AWS::S3::BucketPolicy", "bp", {
      Bucket: "b",
      PolicyDocument: {
        Statement: [{ Effect: "Deny", Principal: { AWS: "*" }, Action: "s3:*", Resource: "arn:aws:s3:::b/*" }],
      },
    });
    const bucket = resource("AWS::S3::Bucket", "b", {}, "arn:aws:s3:::b");
    expect(outcome(() => setUp([allow("s3:*", "*")], [bucket, policy]).authorise(get({ Bucket: "b", Key: "k" })))).toBe(
      "AccessDenied",
    );
  });

  test("what a policy allows the account as a whole, its roles need of their own; what it denies, they are denied", () => {
    const bucket = resource("AWS::S3::Bucket", "b", {}, "arn:aws:s3:::b");
    const policy = (AWS: string, Effect: string) =>
      resource("AWS::S3::BucketPolicy", "bp", {
        Bucket: "b",
        PolicyDocument: { Statement: [{ Effect, Principal: { AWS }, Action: "s3:*", Resource: "arn:aws:s3:::b/*" }] },
      });
    const got = (AWS: string, Effect: string, own: readonly unknown[] = []) =>
      outcome(() => setUp(own, [bucket, policy(AWS, Effect)]).authorise(get({ Bucket: "b", Key: "k" })));
    for (const account of ["arn:aws:iam::000000000000:root", "000000000000"]) {
      expect(got(account, "Allow")).toBe("AccessDenied");
      expect(got(account, "Allow", [allow("s3:GetObject", "arn:aws:s3:::b/*")])).toBe("allowed");
      expect(got(account, "Deny", [allow("s3:GetObject", "arn:aws:s3:::b/*")])).toBe("AccessDenied");
    }
    expect(got(roleArn, "Allow")).toBe("allowed");
  });

  test("the source account is in a service's call, and in no role's", () => {
    const own = { StringEquals: { "aws:SourceAccount": "000000000000" } };
    expect(outcome(() => setUp([allow("s3:*", "*", own)]).authorise(get({ Bucket: "b", Key: "k" })))).toBe(
      "AccessDenied",
    );
  });

  test("a service calls a function only by its permission, for the resource that it names", () => {
    const arn = "arn:aws:lambda:eu-west-1:000000000000:function:start";
    const permission = resource("AWS::Lambda::Permission", "perm", {
      FunctionName: arn,
      Action: "lambda:InvokeFunction",
      Principal: "s3.amazonaws.com",
      SourceArn: "arn:aws:s3:::landing",
    });
    const invoke = (service: string, sourceArn: string): Call => ({
      service: "lambda",
      operation: "Invoke",
      input: { FunctionName: "start" },
      principal: { arn: service, accountId: where.accountId, kind: "service", sourceArn },
    });
    const authoriser = setUp([], [permission]);
    expect(outcome(() => authoriser.authorise(invoke("s3.amazonaws.com", "arn:aws:s3:::landing")))).toBe("allowed");
    expect(outcome(() => authoriser.authorise(invoke("s3.amazonaws.com", "arn:aws:s3:::other")))).toBe(
      "AccessDeniedException",
    );
    expect(outcome(() => authoriser.authorise(invoke("events.amazonaws.com", "arn:aws:s3:::landing")))).toBe(
      "AccessDeniedException",
    );
  });
});

test("an object that is not there is denied to those that may not list the bucket", () => {
  const missing = new AwsError("NoSuchKey", "The specified key does not exist.", { statusCode: 404 });
  const call = get({ Bucket: "b", Key: "k" });
  expect(setUp([allow("s3:GetObject", "*")]).seenBy(call, missing).name).toBe("AccessDenied");
  expect(setUp([allow(["s3:GetObject", "s3:ListBucket"], "*")]).seenBy(call, missing)).toBe(missing);
});

test("what is decided can be watched", () => {
  const seen: Decided[] = [];
  setUp([allow("s3:GetObject", "*")], [], seen).authorise(get({ Bucket: "b", Key: "k" }));
  expect(seen).toEqual([{ action: "s3:GetObject", resource: "arn:aws:s3:::b/k", principal: roleArn, isAllowed: true }]);
});

test("a policy that cannot be evaluated is refused when the account is opened", () => {
  expect(() => setUp([{ Effect: "Allow", Resource: "*" }])).toThrow(
    /S\.p: a policy that the local account cannot evaluate/,
  );
  expect(() => setUp([allow("s3:*", "*", { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } })]).authorise(get({}))).toThrow(
    /IpAddress is not supported/,
  );
});

test.each([
  ["the machine that waits", "arn:aws:states:eu-west-1:000000000000:stateMachine:run", "allowed"],
  ["another machine", "arn:aws:states:eu-west-1:000000000000:stateMachine:other", "AccessDeniedException"],
])("a token is answered by who may do so for its machine: %s", (_, machine, expected) => {
  const authoriser = setUp([allow("states:SendTaskSuccess", machine)]);
  const taskToken = makeToken("arn:aws:states:eu-west-1:000000000000:execution:run:one");
  const input = { taskToken, output: "{}" };
  const call: Call = { service: "states", operation: "SendTaskSuccess", input, principal: role };
  expect(outcome(() => authoriser.authorise(call))).toBe(expected);
});
