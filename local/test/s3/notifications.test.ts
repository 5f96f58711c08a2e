import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { z } from "zod";
import { type OpenAccount, openAccount } from "../../account.js";
import type { Shape } from "../../call/call.js";
import { lambda, type Resource, role, temporaryFolder, writeAssembly } from "../account/small-assembly.js";

const notes = join(temporaryFolder(), "notes");
const functionArn = { "Fn::GetAtt": ["Seen", "Arn"] };

const bucket = (NotificationConfiguration: unknown): Resource => ({
  Type: "AWS::S3::Bucket",
  Properties: { BucketName: "landing", VersioningConfiguration: { Status: "Enabled" }, NotificationConfiguration },
});

const assemblyFolder = writeAssembly({
  resources: {
    Role: role("seen-role"),
    Seen: lambda("seen", "Role", { Environment: { Variables: { NOTES: notes } } }),
    FromS3: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: functionArn,
        Principal: "s3.amazonaws.com",
        SourceArn: "arn:aws:s3:::landing",
      },
    },
    FromEvents: {
      Type: "AWS::Lambda::Permission",
      Properties: { Action: "lambda:InvokeFunction", FunctionName: functionArn, Principal: "events.amazonaws.com" },
    },
    Landing: bucket({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
      LambdaConfigurations: [
        {
          Event: "s3:ObjectCreated:*",
          Function: functionArn,
          Filter: {
            S3Key: {
              Rules: [
                { Name: "prefix", Value: "in/" },
                { Name: "suffix", Value: "manifest.json" },
              ],
            },
          },
        },
        { Event: "s3:ObjectRemoved:DeleteMarkerCreated", Function: functionArn },
      ],
    }),
    Rule: {
      Type: "AWS::Events::Rule",
      Properties: {
        EventPattern: {
          source: ["aws.s3"],
          "detail-type": ["Object Created"],
          detail: { object: { key: [{ prefix: "bridge/" }] } },
        },
        Targets: [{ Id: "seen", Arn: functionArn }],
      },
    },
  },
  code: {
    seen: {
      "index.js": `exports.handler = async (event) => require("node:fs").appendFileSync(process.env.NOTES, JSON.stringify(event) + "\\n");`,
    },
  },
});

let account: OpenAccount;
beforeAll(async () => {
  account = await openAccount({ assemblyFolder, stateFolder: temporaryFolder() });
});
afterAll(() => account.close());

const s3 = (operation: string, input: Shape) =>
  account.call({ service: "s3", operation, input: { Bucket: "landing", ...input }, principal: account.root });

const Told = z.looseObject({
  Records: z
    .array(
      z.looseObject({
        eventName: z.string(),
        s3: z.looseObject({ object: z.looseObject({ key: z.string(), sequencer: z.string() }) }),
      }),
    )
    .default([]),
});

async function told() {
  await account.services.settled();
  return readFileSync(notes, "utf8")
    .trim()
    .split("\n")
    .map((line) => Told.parse(JSON.parse(line)));
}

test("each change is told once, as S3 does, to those whose filter fits", async () => {
  const key = "in/a b+c=é/manifest.json";
  const put = await s3("PutObject", { Key: key, Body: "12345" });
  for (const other of ["in/data.json", "out/manifest.json"]) await s3("PutObject", { Key: other, Body: "x" });
  await s3("CopyObject", { Key: "in/copy.manifest.json", CopySource: "landing/out/manifest.json" });
  await s3("PutObject", { Key: "bridge/a b", Body: "x" });
  await s3("DeleteObject", { Key: key });
  const events = await told();
  const records = events.flatMap((event) => event.Records);
  expect(records.map(({ eventName, s3: { object } }) => `${eventName} ${object.key}`).sort()).toEqual([
    "ObjectCreated:Copy in/copy.manifest.json",
    "ObjectCreated:Put in/a+b%2Bc%3D%C3%A9/manifest.json",
    "ObjectRemoved:DeleteMarkerCreated in/a+b%2Bc%3D%C3%A9/manifest.json",
  ]);
  expect(records.find(({ eventName }) => eventName === "ObjectCreated:Put")).toMatchObject({
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "eu-west-1",
    s3: {
      bucket: { name: "landing", arn: "arn:aws:s3:::landing" },
      object: {
        size: 5,
        eTag: String(put.ETag).replaceAll('"', ""),
        versionId: put.VersionId,
        sequencer: expect.stringMatching(/^[0-9A-F]+$/),
      },
    },
  });
  expect(events.filter((event) => event.source === "aws.s3")).toEqual([
    expect.objectContaining({
      "detail-type": "Object Created",
      detail: expect.objectContaining({ reason: "PutObject", object: expect.objectContaining({ key: "bridge/a b" }) }),
    }),
  ]);
});

test("sequencers of one key rise with its versions", async () => {
  for (const Body of ["1", "2", "3"]) await s3("PutObject", { Key: "in/s.manifest.json", Body });
  const versions = (await s3("ListObjectVersions", { Prefix: "in/s." })).Versions;
  const ids = Array.isArray(versions) ? versions.map(({ VersionId }) => VersionId).reverse() : [];
  const objects = (await told())
    .flatMap((event) => event.Records)
    .map((record) => record.s3.object)
    .filter(({ key }) => key === "in/s.manifest.json");
  const bySequencer = [...objects].sort((a, b) => (a.sequencer < b.sequencer ? -1 : 1));
  expect(bySequencer.map(({ versionId }) => versionId)).toEqual(ids);
});

test("a queue that is not there is refused when the account opens", async () => {
  const folder = writeAssembly({
    resources: {
      Landing: bucket({
        QueueConfigurations: [{ Event: "s3:ObjectCreated:*", Queue: "arn:aws:sqs:eu-west-1:000000000000:q" }],
      }),
    },
  });
  await expect(openAccount({ assemblyFolder: folder, stateFolder: temporaryFolder() })).rejects.toThrow(
    "small.Landing.NotificationConfiguration: Unable to validate the following destination configurations",
  );
});
