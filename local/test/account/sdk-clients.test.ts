import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetJobCommand, GlueClient } from "@aws-sdk/client-glue";
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { DescribeClustersCommand, RedshiftClient } from "@aws-sdk/client-redshift";
import { DescribeStatementCommand, RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { ListTopicsCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type OpenAccount, openAccount } from "../../account.js";
import { writeClientsAssembly } from "./clients-assembly.js";
import { temporaryFolder } from "./small-assembly.js";

let account: OpenAccount;
let config: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

const machineArn = (name: string) => `arn:aws:states:eu-west-1:000000000000:stateMachine:${name}`;

beforeAll(async () => {
  account = await openAccount({ assemblyFolder: writeClientsAssembly(), stateFolder: temporaryFolder() });
  config = { endpoint: account.endpoint, region: "eu-west-1", credentials: account.credentials };
});

afterAll(() => account.close());

describe("the SDK for JavaScript", () => {
  test("puts, reads, copies, lists and deletes objects", async () => {
    const s3 = new S3Client(config);
    const Bucket = "data-bucket";
    const put = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: "a b/ä+%=.txt",
        Body: "first",
        Metadata: { Owner: "me" },
        ContentType: "text/plain",
      }),
    );
    expect(put.ETag).toBe(`"${createHash("md5").update("first").digest("hex")}"`);
    const stream = Readable.from([Buffer.from("streamed "), Buffer.from("bytes")]);
    await s3.send(new PutObjectCommand({ Bucket, Key: "stream", Body: stream, ContentLength: 14 }));
    const read = await s3.send(new GetObjectCommand({ Bucket, Key: "a b/ä+%=.txt" }));
    expect(await read.Body?.transformToString()).toBe("first");
    expect(read).toMatchObject({
      ContentType: "text/plain",
      Metadata: { owner: "me" },
      VersionId: put.VersionId,
      ContentLength: 5,
    });
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: "stream", Range: "bytes=9-" }));
    expect(await part.Body?.transformToString()).toBe("bytes");
    expect(part.ContentRange).toBe("bytes 9-13/14");
    await s3.send(
      new CopyObjectCommand({ Bucket, Key: "copy/1", CopySource: `${Bucket}/${encodeURIComponent("a b/ä+%=.txt")}` }),
    );
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "copy/1" }))).ContentType).toBe("text/plain");
    const listed = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }));
    expect(listed.CommonPrefixes).toEqual([{ Prefix: "a b/" }, { Prefix: "copy/" }]);
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(["stream"]);
    const gone = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "stream" }, { Key: "a b/ä+%=.txt" }] } }),
    );
    expect(gone.Deleted).toHaveLength(2);
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: "stream" }))).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: "stream" }))).rejects.toMatchObject({ name: "NotFound" });
    const versions = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: "stream" }));
    expect([versions.Versions?.length, versions.DeleteMarkers?.length]).toEqual([1, 1]);
  });

  test("refuses a conditional write that comes second", async () => {
    const s3 = new S3Client(config);
    const put = { Bucket: "data-bucket", Key: "once", Body: "1", IfNoneMatch: "*" };
    await s3.send(new PutObjectCommand(put));
    await expect(s3.send(new PutObjectCommand(put))).rejects.toMatchObject({ name: "PreconditionFailed" });
  });

  test("invokes a function and sees its error as Lambda shows it", async () => {
    const client = new LambdaClient(config);
    const done = await client.send(
      new InvokeCommand({ FunctionName: "echo", Payload: JSON.stringify({ text: "x" }), LogType: "Tail" }),
    );
    expect(JSON.parse(done.Payload?.transformToString() ?? "")).toEqual({
      event: { text: "x" },
      greeting: "hello",
      name: "echo",
      left: true,
    });
    expect(Buffer.from(done.LogResult ?? "", "base64").toString()).toContain("seen x");
    const failed = await client.send(new InvokeCommand({ FunctionName: "echo", Payload: '{"fail":true}' }));
    expect(failed.FunctionError).toBe("Unhandled");
    expect(JSON.parse(failed.Payload?.transformToString() ?? "")).toMatchObject({
      errorType: "AsAsked",
      errorMessage: "as asked",
    });
    expect((await client.send(new ListFunctionsCommand({}))).Functions?.map((each) => each.FunctionName)).toEqual([
      "echo",
    ]);
    await expect(client.send(new InvokeCommand({ FunctionName: "nobody" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("reads the generated secret", async () => {
    const client = new SecretsManagerClient(config);
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: "app/user" }));
    expect(JSON.parse(SecretString)).toEqual({ username: "me", password: expect.stringMatching(/^[^/@"'\\:]{32}$/) });
    const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
    expect(SecretList[0]?.CreatedDate).toBeInstanceOf(Date);
    await expect(client.send(new GetSecretValueCommand({ SecretId: "none" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("publishes, queues and passes events on", async () => {
    const sns = new SNSClient(config);
    const [topic] = (await sns.send(new ListTopicsCommand({}))).Topics ?? [];
    await sns.send(
      new PublishCommand({
        TopicArn: topic?.TopicArn,
        Subject: "s",
        Message: "a & b <c>",
        MessageAttributes: { k: { DataType: "String", StringValue: "v" } },
      }),
    );
    expect(account.services.sns.published().at(-1)).toMatchObject({
      subject: "s",
      message: "a & b <c>",
      attributes: { k: { DataType: "String", StringValue: "v" } },
    });
    await expect(sns.send(new PublishCommand({ TopicArn: `${topic?.TopicArn}x`, Message: "m" }))).rejects.toMatchObject(
      { name: "NotFoundException" },
    );
    const sqs = new SQSClient(config);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "failed" }));
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "m",
        MessageAttributes: { k: { DataType: "String", StringValue: "v" } },
      }),
    );
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"] }));
    expect(Messages?.[0]).toMatchObject({ Body: "m", MessageAttributes: { k: { StringValue: "v" } } });
    const events = new EventBridgeClient(config);
    const sent = await events.send(
      new PutEventsCommand({
        Entries: [
          { Source: "test", DetailType: "d", Detail: '{"a":1}' },
          { Source: "aws.x", DetailType: "d", Detail: "{}" },
        ],
      }),
    );
    expect([sent.FailedEntryCount, sent.Entries?.[1]?.ErrorCode]).toEqual([1, "NotAuthorizedForSourceException"]);
    await account.services.events.settled();
    const delivered = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(JSON.parse(delivered.Messages?.[0]?.Body ?? "")).toMatchObject({
      source: "test",
      detail: { a: 1 },
      account: "000000000000",
    });
    expect((await events.send(new ListRulesCommand({}))).Rules?.map(({ Name }) => Name)).toEqual(["to-queue"]);
  });

  test("raises the typed exceptions of the other services", async () => {
    const sfn = new SFNClient(config);
    await expect(sfn.send(new StartExecutionCommand({ stateMachineArn: machineArn("none") }))).rejects.toMatchObject({
      name: "StateMachineDoesNotExist",
    });
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn: machineArn("pass"), name: "one", input: "{}" }),
    );
    await expect(
      sfn.send(new StartExecutionCommand({ stateMachineArn: machineArn("pass"), name: "one", input: '{"other":1}' })),
    ).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    expect((await sfn.send(new DescribeExecutionCommand({ executionArn }))).startDate).toBeInstanceOf(Date);
    const glue = new GlueClient(config);
    await expect(glue.send(new GetJobCommand({ JobName: "none" }))).rejects.toMatchObject({
      name: "EntityNotFoundException",
    });
    const redshift = new RedshiftClient(config);
    const { Clusters } = await redshift.send(new DescribeClustersCommand({}));
    expect(Clusters?.map(({ ClusterIdentifier, Endpoint }) => [ClusterIdentifier, Endpoint?.Port])).toEqual([
      ["wh", 5439],
    ]);
    await expect(redshift.send(new DescribeClustersCommand({ ClusterIdentifier: "none" }))).rejects.toMatchObject({
      name: "ClusterNotFoundFault",
    });
    const data = new RedshiftDataClient(config);
    const Id = "00000000-0000-0000-0000-000000000000";
    await expect(data.send(new DescribeStatementCommand({ Id }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("a key of nobody, a wrong secret and an unknown service are refused by name", async () => {
    const { credentials } = config;
    const nobody = new S3Client({ ...config, credentials: { ...credentials, accessKeyId: "AKIANOBODY" } });
    await expect(nobody.send(new ListObjectsV2Command({ Bucket: "data-bucket" }))).rejects.toMatchObject({
      name: "InvalidAccessKeyId",
    });
    const wrong = new SNSClient({ ...config, credentials: { ...credentials, secretAccessKey: "wrong" } });
    await expect(wrong.send(new ListTopicsCommand({}))).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    const unknown = new SecretsManagerClient({ ...config, credentials: { ...credentials, accessKeyId: "AKIANOBODY" } });
    await expect(unknown.send(new ListSecretsCommand({}))).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
    const unsigned = await fetch(`${account.endpoint}/data-bucket`);
    expect([unsigned.status, await unsigned.text()]).toEqual([
      403,
      expect.stringContaining("<Code>AccessDenied</Code>"),
    ]);
  });
});

test.each([
  ["boto3 reaches every service with endpoint, region and credentials alone", "./boto3_clients.py"],
  ["the Glue job reads noted versions, plain and gzip, whatever their keys", "./glue_objects.py"],
])("%s", async (_, file) => {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const { credentials, endpoint, region } = config;
  const env = {
    PATH: process.env.PATH,
    HOME: temporaryFolder(),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const { stdout } = await promisify(execFile)(resolve(".venv/bin/python"), [script], { env });
  expect(stdout.trim()).toBe("all well");
});
