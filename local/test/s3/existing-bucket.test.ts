import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  GetBucketNotificationConfigurationCommand,
  GetBucketVersioningCommand,
  type LambdaFunctionConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type OpenAccount, openAccount } from "../../account.js";
import { lambda, role, temporaryFolder, writeAssembly } from "../account/small-assembly.js";

const notes = join(temporaryFolder(), "notes");
const permission = (SourceArn: string) => ({
  Type: "AWS::Lambda::Permission",
  Properties: {
    Action: "lambda:InvokeFunction",
    FunctionName: { "Fn::GetAtt": ["Seen", "Arn"] },
    Principal: "s3.amazonaws.com",
    SourceArn,
  },
});
const assemblyFolder = writeAssembly({
  resources: {
    Role: role("seen-role"),
    Seen: lambda("seen", "Role", { Environment: { Variables: { NOTES: notes } } }),
    FromTheirs: permission("arn:aws:s3:::theirs"),
    Ours: { Type: "AWS::S3::Bucket", Properties: { BucketName: "ours" } },
  },
  code: {
    seen: {
      "index.js": `exports.handler = async (event) => require("node:fs").appendFileSync(process.env.NOTES, JSON.stringify(event));`,
    },
  },
});
const stateFolder = temporaryFolder();

let account: OpenAccount;
let s3: S3Client;
const open = async () => {
  account = await openAccount({ assemblyFolder, stateFolder, existingBuckets: ["theirs", "apart"] });
  const { endpoint, region, credentials } = account;
  s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
};
beforeAll(open);
afterAll(() => account?.close());

const seen = (dataset: string): LambdaFunctionConfiguration => ({
  Id: dataset,
  LambdaFunctionArn: "arn:aws:lambda:eu-west-1:000000000000:function:seen",
  Events: ["s3:ObjectCreated:*"],
  Filter: {
    Key: {
      FilterRules: [
        { Name: "prefix", Value: `${dataset}/` },
        { Name: "suffix", Value: "manifest.json" },
      ],
    },
  },
});
const set = (Bucket: string, ...LambdaFunctionConfigurations: LambdaFunctionConfiguration[]) =>
  s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { LambdaFunctionConfigurations, EventBridgeConfiguration: {} },
    }),
  );
const found = (Bucket: string) => s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: "theirs", Key, Body: "{}" }));

test("a bucket that was there has neither versions nor notifications; what is set is kept, and tells", async () => {
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket: "theirs" }))).Status).toBeUndefined();
  expect((await found("theirs")).LambdaFunctionConfigurations).toBeUndefined();
  await put("orders/a_manifest.json");
  await set("theirs", seen("orders"), seen("refunds"));
  await account.close();
  await open();
  expect(await found("theirs")).toMatchObject({
    LambdaFunctionConfigurations: [seen("orders"), seen("refunds")],
    EventBridgeConfiguration: {},
  });
  for (const key of ["orders/b_manifest.json", "orders/c.csv", "elsewhere/d_manifest.json"]) await put(key);
  await account.services.settled();
  const told = existsSync(notes) ? readFileSync(notes, "utf8") : "";
  expect(told).toContain("b_manifest.json");
  for (const name of ["a_manifest.json", "c.csv", "d_manifest.json"]) expect(told).not.toContain(name);
});

test("what S3 refuses is refused: rules that meet, a function that cannot be reached, a bucket of the templates", async () => {
  const wider = { ...seen("orders"), Id: "wider", Filter: undefined };
  await expect(set("theirs", seen("orders"), wider)).rejects.toMatchObject({ name: "InvalidArgument" });
  await expect(set("apart", seen("orders"))).rejects.toThrow(/Unable to validate the following destination/);
  await expect(set("ours", seen("orders"))).rejects.toThrow(/not supported in the local account/);
  expect((await found("theirs")).LambdaFunctionConfigurations).toHaveLength(2);
});
