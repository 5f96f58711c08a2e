import { createHash, createHmac } from "node:crypto";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type OpenAccount, openAccount } from "../../account.js";
import { type FaultRule, faultRules } from "../../call/faults.js";
import { role, temporaryFolder, writeAssembly } from "../account/small-assembly.js";

const assemblyFolder = writeAssembly({
  resources: {
    Bucket: {
      Type: "AWS::S3::Bucket",
      Properties: { BucketName: "data", VersioningConfiguration: { Status: "Enabled" } },
    },
    Role: role("reader", [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::data/open/*" }]),
  },
});

/** Faults that the next calls meet; each test puts in its own. */
let rules: FaultRule[] = [];
let account: OpenAccount;
let s3: S3Client;
const Bucket = "data";

beforeAll(async () => {
  const faults = (clock: OpenAccount["clock"]) => {
    let made: { rules: FaultRule[]; seam: ReturnType<typeof faultRules> } | undefined;
    const seam = () => {
      if (made?.rules !== rules) made = { rules, seam: faultRules(rules, clock) };
      return made.seam;
    };
    return {
      before: async (call: Parameters<NonNullable<ReturnType<typeof faultRules>["before"]>>[0]) =>
        seam().before?.(call),
      after: async (...args: Parameters<NonNullable<ReturnType<typeof faultRules>["after"]>>) =>
        seam().after?.(...args),
    };
  };
  account = await openAccount({ assemblyFolder, stateFolder: temporaryFolder(), faults });
  s3 = new S3Client({ endpoint: account.endpoint, region: "eu-west-1", credentials: account.credentials });
});
afterAll(() => account.close());

/** A request signed by hand, so that it may be wrong where an SDK's never is. */
async function signed(
  service: string,
  init: { method?: string; path?: string; body?: string; headers?: Record<string, string> },
): Promise<Response> {
  const { method = "POST", path = "/", body = "", headers = {} } = init;
  const amzDate = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const date = amzDate.slice(0, 8);
  const all: Record<string, string> = { ...headers, host: new URL(account.endpoint).host, "x-amz-date": amzDate };
  const names = Object.keys(all).sort();
  const bodyHash = all["x-amz-content-sha256"] ?? createHash("sha256").update(body).digest("hex");
  const canonical = [
    method,
    path,
    "",
    ...names.map((name) => `${name}:${all[name]}`),
    "",
    names.join(";"),
    bodyHash,
  ].join("\n");
  const scope = `${date}/eu-west-1/${service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", amzDate, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const hmac = (key: Uint8Array | string, text: string) => createHmac("sha256", key).update(text).digest();
  const key = ["eu-west-1", service, "aws4_request"].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    hmac(`AWS4${account.credentials.secretAccessKey}`, date),
  );
  const authorization = `AWS4-HMAC-SHA256 Credential=${account.credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${hmac(key, toSign).toString("hex")}`;
  const { host: _host, ...sent } = all;
  return fetch(account.endpoint + path, {
    method,
    headers: { ...sent, authorization },
    ...(method === "GET" ? {} : { body }),
  });
}

describe("S3 on the wire", () => {
  test("any legal key comes back as it went, in objects, lists and deletes", async () => {
    const keys = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
      .filter((key) => !/^\.{1,2}(\/|$)|\/\.{1,2}(\/|$)/.test(key) && !/[^ -\uffff]/.test(key));
    await fc.assert(
      fc.asyncProperty(keys, async (name) => {
        const Key = `wire/${name}`;
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: name }));
        expect(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()).toBe(name);
        const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "wire/" }));
        expect(Contents?.map((each) => each.Key)).toEqual([Key]);
        const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }));
        expect(Deleted?.[0]?.Key).toBe(Key);
      }),
      { numRuns: 40 },
    );
  });

  test("an empty object, a big one, and a thousand deletes at once", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "empty", Body: "" }));
    expect(await (await s3.send(new GetObjectCommand({ Bucket, Key: "empty" }))).Body?.transformToString()).toBe("");
    const big = Buffer.alloc(20 * 1024 * 1024, "z");
    await s3.send(new PutObjectCommand({ Bucket, Key: "big", Body: big }));
    expect(
      (await (await s3.send(new GetObjectCommand({ Bucket, Key: "big" }))).Body?.transformToByteArray())?.length,
    ).toBe(big.length);
    const Objects = Array.from({ length: 1000 }, (_, index) => ({ Key: `a&b<${index}>"'` }));
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect([Deleted?.length, Deleted?.[999]?.Key]).toEqual([1000, `a&b<999>"'`]);
  });

  test("a body that is not what its hash says is refused, and leaves nothing", async () => {
    const headers = { "x-amz-content-sha256": createHash("sha256").update("other").digest("hex") };
    const answer = await signed("s3", { method: "PUT", path: "/data/lie", body: "text", headers });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining("<Code>XAmzContentSHA256Mismatch</Code>"),
    ]);
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: "lie" }))).rejects.toMatchObject({ name: "NotFound" });
  });

  test("an operation that is not there is refused by name", async () => {
    const answer = await signed("s3", {
      method: "GET",
      path: "/data",
      headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    });
    expect(answer.status).toBe(200);
    const acl = await signed("s3", {
      method: "PATCH",
      path: "/data",
      headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    });
    expect([acl.status, await acl.text()]).toEqual([
      501,
      expect.stringContaining("not supported in the local account: s3 PATCH /data"),
    ]);
  });
});

describe("faults reach SDK clients as the network would bring them", () => {
  const versionsOf = async (Prefix: string) =>
    (await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }))).Versions?.length;

  test("a lost answer is retried by the SDK, and the write has happened twice", async () => {
    rules = [{ operation: "PutObject", fault: { kind: "lost_answer" } }];
    await s3.send(new PutObjectCommand({ Bucket, Key: "lost", Body: "x" }));
    expect(await versionsOf("lost")).toBe(2);
  });

  test("a lost answer of a conditional write ends in a precondition that failed", async () => {
    rules = [{ operation: "PutObject", fault: { kind: "lost_answer" } }];
    const put = s3.send(new PutObjectCommand({ Bucket, Key: "lost-once", Body: "x", IfNoneMatch: "*" }));
    await expect(put).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect(await versionsOf("lost-once")).toBe(1);
  });

  test("a throttle is retried by the SDK", async () => {
    rules = [{ operation: "PutObject", count: 2, fault: { kind: "throttle" } }];
    await s3.send(new PutObjectCommand({ Bucket, Key: "slow", Body: "x" }));
    expect(await versionsOf("slow")).toBe(1);
  });
});

describe("JSON and query on the wire", () => {
  const json = (target: string, body: unknown) =>
    signed("secretsmanager", {
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `secretsmanager.${target}` },
    });

  test.each<[string, unknown, string, RegExp]>([
    ["no JSON", "{", "SerializationException", /not JSON/],
    ["a wrong type", { SecretId: 5 }, "SerializationException", /SecretId must be a string/],
    [
      "a missing member",
      {},
      "ValidationException",
      /Value null at 'SecretId' failed to satisfy constraint: Member must not be null/,
    ],
    [
      "an unknown member",
      { SecretId: "x", Colour: 1 },
      "ValidationException",
      /Colour is not a member of GetSecretValueRequest/,
    ],
  ])("%s is refused", async (_what, body, type, message) => {
    const answer = await json("GetSecretValue", body);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ __type: type, message: expect.stringMatching(message) }),
    ]);
  });

  test("an unknown operation, and a signature over another body, are refused by name", async () => {
    expect(await (await json("CreateSecret", { Name: "x" })).json()).toMatchObject({
      message: expect.stringContaining("not supported in the local account: secretsmanager CreateSecret"),
    });
    const tampered = await signed("secretsmanager", {
      body: "{}",
      headers: { "x-amz-target": "secretsmanager.ListSecrets", "x-amz-content-sha256": "0".repeat(64) },
    });
    expect(await tampered.json()).toMatchObject({ __type: "InvalidSignatureException" });
  });

  test("an unknown parameter of a query action is refused", async () => {
    const answer = await signed("sns", {
      body: "Action=ListTopics&Colour=red",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining("<Code>ValidationError</Code>"),
    ]);
    const client = new SNSClient({ endpoint: account.endpoint, region: "eu-west-1", credentials: account.credentials });
    await expect(client.send(new GetTopicAttributesCommand({ TopicArn: "none" }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });
});

describe("a role", () => {
  const asRole = () => account.roleCredentials("arn:aws:iam::000000000000:role/reader");

  test("may what its policies allow, and no more", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "open/k", Body: "x" }));
    const client = new S3Client({ endpoint: account.endpoint, region: "eu-west-1", credentials: asRole() });
    expect((await client.send(new GetObjectCommand({ Bucket, Key: "open/k" }))).ContentLength).toBe(1);
    await expect(client.send(new PutObjectCommand({ Bucket, Key: "open/k", Body: "x" }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
    const secrets = new SecretsManagerClient({
      endpoint: account.endpoint,
      region: "eu-west-1",
      credentials: asRole(),
    });
    await expect(secrets.send(new ListSecretsCommand({}))).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("is nobody without its session token", async () => {
    const { accessKeyId, secretAccessKey } = asRole();
    const client = new S3Client({
      endpoint: account.endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId, secretAccessKey },
    });
    await expect(client.send(new GetObjectCommand({ Bucket, Key: "open/k" }))).rejects.toMatchObject({
      name: "InvalidToken",
    });
  });
});
