// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are arguments of Fn::Sub
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { App, Stack } from "aws-cdk-lib";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { readAssembly } from "../../cloudformation/assembly.js";
import { resolveAssembly } from "../../cloudformation/resources.js";
import { type Resource, temporaryFolder, writeAssembly } from "../account/small-assembly.js";

const ENDPOINT = "http://127.0.0.1:1";

function resolve(resources: Readonly<Record<string, Resource>>) {
  return resolveAssembly(readAssembly(writeAssembly({ resources })), ENDPOINT);
}

/** The value of one property of a topic, resolved beside the other resources. */
function value(expression: unknown, others: Readonly<Record<string, Resource>> = {}): unknown {
  const { resources } = resolve({
    ...others,
    It: { Type: "AWS::SNS::Topic", Properties: { DisplayName: expression } },
  });
  return resources.find(({ logicalId }) => logicalId === "It")?.properties.DisplayName;
}

const bucket: Resource = {
  Type: "AWS::S3::Bucket",
  Properties: { BucketName: { "Fn::Join": ["-", ["data", { Ref: "AWS::AccountId" }]] } },
};

describe("the functions of a template", () => {
  test.each<[string, unknown, unknown]>([
    ["Ref of a pseudo parameter", { Ref: "AWS::Region" }, "eu-west-1"],
    ["Ref of a resource", { Ref: "Bucket" }, "data-000000000000"],
    ["GetAtt", { "Fn::GetAtt": ["Bucket", "Arn"] }, "arn:aws:s3:::data-000000000000"],
    ["GetAtt, dotted text", { "Fn::GetAtt": "Bucket.Arn" }, "arn:aws:s3:::data-000000000000"],
    ["Join", { "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":x"]] }, "arn:aws:x"],
    [
      "Sub, a text",
      { "Fn::Sub": "${AWS::Region}/${Bucket}/${Bucket.Arn}/${!Kept}" },
      "eu-west-1/data-000000000000/arn:aws:s3:::data-000000000000/${Kept}",
    ],
    [
      "Sub with a map",
      { "Fn::Sub": ["${a}-${AWS::AccountId}", { a: { Ref: "Bucket" } }] },
      "data-000000000000-000000000000",
    ],
    ["Select of Split", { "Fn::Select": [1, { "Fn::Split": ["-", { Ref: "Bucket" }] }] }, "000000000000"],
    ["Select of GetAZs", { "Fn::Select": [0, { "Fn::GetAZs": "" }] }, "eu-west-1a"],
    ["NoValue", [{ Ref: "AWS::NoValue" }, 1], [1]],
  ])("%s", (_name, expression, expected) => {
    expect(value(expression, { Bucket: bucket })).toEqual(expected);
  });

  test.each<[string, unknown, RegExp]>([
    ["an unknown name", { Ref: "Nobody" }, /small\.It\.DisplayName: Ref to Nobody/],
    [
      "a function that is not there",
      { "Fn::FindInMap": ["a", "b", "c"] },
      /Fn::FindInMap is not supported in the local account/,
    ],
    [
      "an attribute that is not there",
      { "Fn::GetAtt": ["Bucket", "Colour"] },
      /attribute Colour of Bucket \(AWS::S3::Bucket\)/,
    ],
    ["a dynamic reference", "{{resolve:secretsmanager:x}}", /dynamic references/],
    [
      "an output of a stack that is not there",
      { "Fn::GetStackOutput": { StackName: "nobody", OutputName: "Out" } },
      /no stack "nobody" of the assembly has an output "Out"/,
    ],
    [
      "an output that is not there",
      { "Fn::GetStackOutput": { StackName: "small", OutputName: "Out" } },
      /no stack "small" of the assembly has an output "Out"/,
    ],
    [
      "an output of another region",
      { "Fn::GetStackOutput": { StackName: "small", OutputName: "Out", Region: "us-west-2" } },
      /reads from "us-west-2"; a local account has one region, eu-west-1/,
    ],
    [
      "an output that another account's role reads",
      { "Fn::GetStackOutput": { StackName: "small", OutputName: "Out", RoleArn: "arn:aws:iam::1:role/r" } },
      /RoleArn of Fn::GetStackOutput is not supported/,
    ],
    ["an export that is not there", { "Fn::ImportValue": "x" }, /no stack of the assembly exports "x"/],
  ])("refuses %s by place", (_name, expression, message) => {
    expect(() => value(expression, { Bucket: bucket })).toThrow(message);
  });
});

test("a name that depends on itself is refused", () => {
  const loop: Resource = { Type: "AWS::SNS::Topic", Properties: { TopicName: { "Fn::Sub": "x-${Loop}" } } };
  expect(() => resolve({ Loop: loop })).toThrow("the name of Loop depends on itself");
});

test("an unknown resource type is refused by name, one without local effect is not", () => {
  expect(() => resolve({ Table: { Type: "AWS::DynamoDB::Table" } })).toThrow(
    "small.Table: resource type AWS::DynamoDB::Table is not supported",
  );
  expect(resolve({ Alarm: { Type: "AWS::CloudWatch::Alarm" } }).resources).toHaveLength(1);
});

test("identities are those that AWS gives, and the same at every synth", () => {
  const make = () =>
    resolve({
      Secret: { Type: "AWS::SecretsManager::Secret", Properties: { Name: "a/b" } },
      Cluster: { Type: "AWS::Redshift::Cluster", Properties: { ClusterIdentifier: "wh", MasterUsername: "boss" } },
      Machine: { Type: "AWS::StepFunctions::StateMachine", Properties: { StateMachineName: "m" } },
      Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "q" } },
      Role: { Type: "AWS::IAM::Role" },
    }).resources;
  const [secret, cluster, machine, queue, role] = make();
  expect(secret?.ref).toMatch(/^arn:aws:secretsmanager:eu-west-1:000000000000:secret:a\/b-[A-Za-z0-9]{6}$/);
  expect(cluster?.attributes).toMatchObject({
    "Endpoint.Port": "5439",
    MasterPasswordSecretArn: expect.stringMatching(/secret:redshift!wh-boss-[A-Za-z0-9]{6}$/),
  });
  expect(machine?.ref).toBe("arn:aws:states:eu-west-1:000000000000:stateMachine:m");
  expect(queue).toMatchObject({
    ref: `${ENDPOINT}/000000000000/q`,
    attributes: { Arn: "arn:aws:sqs:eu-west-1:000000000000:q" },
  });
  expect(role?.ref).toMatch(/^small-Role-[A-Z0-9]{12}$/);
  expect(make()).toEqual([secret, cluster, machine, queue, role]);
});

test("stacks import from each other, and assets are found by bucket and key", () => {
  const folder = writeAssembly({
    resources: {
      Bucket: bucket,
      Topic: { Type: "AWS::SNS::Topic", Properties: { DisplayName: { "Fn::ImportValue": "the-bucket" } } },
    },
    outputs: { Out: { Value: { Ref: "Bucket" }, Export: { Name: "the-bucket" } } },
    code: { echo: { "index.js": "" } },
  });
  const { resources, assets } = resolveAssembly(readAssembly(folder), ENDPOINT);
  expect(resources[1]?.properties.DisplayName).toBe("data-000000000000");
  expect(assets.get("cdk-hnb659fds-assets-000000000000-eu-west-1/echo.zip")).toEqual({
    path: join(folder, "asset.echo"),
    packaging: "zip",
  });
});

test.each(["weak", "both", "strong"])(
  "stacks that the CDK makes with %s references read each other's outputs",
  (kind) => {
    const app = new App({ outdir: temporaryFolder(), context: { "@aws-cdk/core:defaultCrossStackReferences": kind } });
    const env = { region: "eu-west-1" };
    const topic = new Topic(new Stack(app, "first", { env }), "Topic", { topicName: "news" });
    new Queue(new Stack(app, "second", { env }), "Queue", { queueName: topic.topicName });
    const assembly = app.synth();
    const written = JSON.stringify(assembly.getStackByName("second").template);
    expect(written).toContain(kind === "strong" ? "Fn::ImportValue" : "Fn::GetStackOutput");
    const { resources } = resolveAssembly(readAssembly(assembly.directory), ENDPOINT);
    expect(resources.find(({ type }) => type === "AWS::SQS::Queue")?.properties.QueueName).toBe("news");
  },
);

test("a folder that is no assembly, and a broken one, are refused with the remedy", () => {
  const folder = temporaryFolder();
  expect(() => readAssembly(folder)).toThrow("is no cloud assembly: manifest.json is missing");
  writeFileSync(join(folder, "manifest.json"), "{");
  expect(() => readAssembly(folder)).toThrow(/manifest\.json cannot be read as JSON .*/);
});
