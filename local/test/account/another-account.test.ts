import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, expect, test } from "@jest/globals";
import { type OpenAccount, openAccount } from "../../account.js";
import { lambda, type Resource, role, temporaryFolder, writeAssembly } from "./small-assembly.js";

const theirs = "222222222222";
const notes = join(temporaryFolder(), "notes");
const reading = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::theirs/*" };

const bucket = {
  Type: "AWS::S3::Bucket",
  Ref: "theirs",
  Account: theirs,
  Properties: { BucketName: "theirs", NotificationConfiguration: { EventBridgeConfiguration: {} } },
};
const bucketPolicy = {
  Type: "AWS::S3::BucketPolicy",
  Ref: "policy",
  Properties: {
    Bucket: "theirs",
    PolicyDocument: { Statement: [{ ...reading, Principal: { AWS: "arn:aws:iam::000000000000:root" } }] },
  },
};
const busPolicy = (source: string): Resource => ({
  Type: "AWS::Events::EventBusPolicy",
  Properties: {
    StatementId: "theirs",
    Statement: {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${theirs}:root` },
      Action: "events:PutEvents",
      Resource: "arn:aws:events:eu-west-1:000000000000:event-bus/default",
      Condition: { StringEquals: { "events:source": source } },
    },
  },
});

const functionArn = { "Fn::GetAtt": ["Seen", "Arn"] };
const resources: Readonly<Record<string, Resource>> = {
  Role: role("seen-role", [reading]),
  Stranger: role("stranger-role"),
  Seen: lambda("seen", "Role", { Environment: { Variables: { NOTES: notes } } }),
  FromEvents: {
    Type: "AWS::Lambda::Permission",
    Properties: { Action: "lambda:InvokeFunction", FunctionName: functionArn, Principal: "events.amazonaws.com" },
  },
  Rule: {
    Type: "AWS::Events::Rule",
    Properties: {
      EventPattern: { account: [theirs], source: ["aws.s3"] },
      Targets: [{ Id: "seen", Arn: functionArn }],
    },
  },
};

let account: OpenAccount | undefined;
afterEach(() => account?.close());

async function open(more: Readonly<Record<string, Resource>>, existing: object) {
  const assemblyFolder = writeAssembly({
    resources: { ...resources, ...more },
    metadata: { existing: { Bucket: bucket, ...existing } },
    code: {
      seen: {
        "index.js": `exports.handler = async (event) => require("node:fs").appendFileSync(process.env.NOTES, JSON.stringify(event) + "\\n");`,
      },
    },
  });
  const opened = await openAccount({ assemblyFolder, stateFolder: temporaryFolder(), metadataKey: "existing" });
  account = opened;
  const principal = opened.root;
  const put = (Key: string) =>
    opened.call({ service: "s3", operation: "PutObject", input: { Bucket: "theirs", Key, Body: "1" }, principal });
  const read = async (roleName: string) => {
    const credentials = opened.roleCredentials(`arn:aws:iam::000000000000:role/${roleName}`);
    const s3 = new S3Client({
      ...{ endpoint: opened.endpoint, region: opened.region, credentials },
      ...{ forcePathStyle: true, maxAttempts: 1 },
    });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "theirs", Key: "one" }));
    return Body?.transformToString();
  };
  return { opened, put, read };
}
const seen = () => (existsSync(notes) ? readFileSync(notes, "utf8").trim().split("\n") : []);

test("events of another account's bucket come only if the bus lets them in, and say whose they are", async () => {
  const shut = await open({ Bus: busPolicy("aws.ec2") }, {});
  await shut.put("one");
  await shut.opened.services.settled();
  expect(seen()).toEqual([]);
  await shut.opened.close();
  const { opened, put } = await open({ Bus: busPolicy("aws.s3") }, {});
  await put("a b");
  await opened.services.settled();
  expect(seen().map((line) => JSON.parse(line) as unknown)).toMatchObject([
    {
      account: theirs,
      "detail-type": "Object Created",
      detail: { bucket: { name: "theirs" }, object: { key: "a b" } },
    },
  ]);
});

test("a bucket of another account is read only where its policy and the role's both allow it", async () => {
  const alone = await open({}, {});
  await alone.put("one");
  await expect(alone.read("seen-role")).rejects.toMatchObject({ name: "AccessDenied" });
  await alone.opened.close();
  const both = await open({}, { BucketPolicy: bucketPolicy });
  await both.put("one");
  expect(await both.read("seen-role")).toBe("1");
  await expect(both.read("stranger-role")).rejects.toMatchObject({ name: "AccessDenied" });
});
