import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type OpenAccount, openAccount } from "../../account.js";
import type { Shape } from "../../call/call.js";
import { VirtualClock } from "../../call/virtual-clock.js";
import { lambda, role, temporaryFolder, writeAssembly } from "../account/small-assembly.js";

const notes = temporaryFolder();
const queueArn = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });

const CODE = `
const fs = require("node:fs");
exports.handler = async (event) => {
  const note = (text) => fs.appendFileSync(process.env.NOTES + "/" + (event.note ?? "all"), text + "\\n");
  note(JSON.stringify(event));
  if (event.hang) await new Promise(() => setInterval(() => {}, 1000));
  if (event.exit) process.exit(3);
  if (event.fail) throw new TypeError("no good");
  if (event.env) return process.env;
  if (event.wait) { while (!fs.existsSync(event.wait)) await new Promise((done) => setTimeout(done, 5)); }
  return { pid: process.env.AWS_LAMBDA_FUNCTION_NAME, loads: (globalThis.loads = (globalThis.loads ?? 0) + 1) };
};
`;

const variables = { Environment: { Variables: { NOTES: notes } } };
const asset = {
  Code: { S3Bucket: { "Fn::Sub": "cdk-hnb659fds-assets-$" + "{AWS::AccountId}-eu-west-1" }, S3Key: "code.zip" },
};
const sendAny = { Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" };

const assemblyFolder = writeAssembly({
  resources: {
    Role: role("fn-role", [sendAny]),
    Worker: lambda("worker", "Role", { ...variables, ...asset, Timeout: 1 }),
    Single: lambda("single", "Role", { ...variables, ...asset, ReservedConcurrentExecutions: 1, Timeout: 20 }),
    Failing: lambda("failing", "Role", { ...variables, ...asset, DeadLetterConfig: { TargetArn: queueArn("Dead") } }),
    FailingConfig: {
      Type: "AWS::Lambda::EventInvokeConfig",
      Properties: {
        FunctionName: { Ref: "Failing" },
        Qualifier: "$LATEST",
        DestinationConfig: { OnFailure: { Destination: queueArn("Destination") } },
      },
    },
    Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: "dead" } },
    Destination: { Type: "AWS::SQS::Queue", Properties: { QueueName: "destination" } },
    Inline: {
      Type: "AWS::Lambda::Function",
      Properties: {
        FunctionName: "inline",
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Code: { ZipFile: "exports.handler = (event, context, done) => done(null, 'inline')" },
      },
    },
    Esm: lambda("esm", "Role", { Handler: "main.run" }),
    Broken: lambda("broken", "Role", {}),
    Gem: {
      Type: "AWS::Lambda::Function",
      Properties: { FunctionName: "gem", Runtime: "ruby3.4", Role: "r", Code: { ZipFile: "pass" } },
    },
  },
  code: {
    code: { "index.js": CODE },
    esm: { "main.mjs": "export const run = async () => import.meta.url.endsWith('main.mjs');" },
    broken: { "index.js": "require('nowhere');" },
  },
});

const clock = new VirtualClock(Date.UTC(2026, 0, 1));
let account: OpenAccount;
beforeAll(async () => {
  account = await openAccount({ assemblyFolder, stateFolder: temporaryFolder(), clock });
});
afterAll(() => account.close());

const call = (service: "lambda" | "sqs", operation: string, input: Shape) =>
  account.call({ service, operation, input, principal: account.root });

async function invoke(FunctionName: string, event: unknown, more: Shape = {}) {
  const output = await call("lambda", "Invoke", { FunctionName, Payload: JSON.stringify(event), ...more });
  const payload: unknown =
    output.Payload instanceof Uint8Array ? JSON.parse(Buffer.from(output.Payload).toString()) : undefined;
  return { ...output, payload };
}

describe("an invocation", () => {
  test("runs in a warm environment with the role's credentials and nothing of this process", async () => {
    const first = await invoke("worker", { env: true });
    expect(first.payload).toMatchObject({
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL: account.endpoint,
      AWS_LAMBDA_FUNCTION_NAME: "worker",
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      NOTES: notes,
    });
    expect(first.payload).not.toHaveProperty("HOME");
    expect(first.payload).not.toHaveProperty("AWS_EXECUTION_ENV");
    expect((await invoke("worker", {})).payload).toMatchObject({ loads: 1 });
    expect((await invoke("worker", {})).payload).toMatchObject({ loads: 2 });
  });

  test("that fails answers with Lambda's own shape", async () => {
    expect(await invoke("worker", { fail: true })).toMatchObject({
      FunctionError: "Unhandled",
      payload: {
        errorType: "TypeError",
        errorMessage: "no good",
        trace: expect.arrayContaining([expect.stringContaining("TypeError: no good")]),
      },
    });
    expect((await invoke("worker", { exit: true })).payload).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringContaining("exit status 3"),
    });
    expect((await invoke("broken", {})).payload).toMatchObject({ errorType: "Runtime.ImportModuleError" });
  });

  test("that takes too long is cut off, and the next gets a new environment", async () => {
    const late = await invoke("worker", { hang: true });
    expect(late.payload).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
    });
    expect((await invoke("worker", {})).payload).toMatchObject({ loads: 1 });
  });

  test("finds inline code, callbacks and ES modules", async () => {
    expect((await invoke("inline", {})).payload).toBe("inline");
    expect((await invoke("esm", {})).payload).toBe(true);
  });

  test("of a runtime that is not there, or with a payload that is no JSON, is refused by name", async () => {
    await expect(invoke("gem", {})).rejects.toThrow(
      "not supported in the local account: lambda runtime ruby3.4 of gem",
    );
    await expect(call("lambda", "Invoke", { FunctionName: "worker", Payload: "{" })).rejects.toMatchObject({
      name: "InvalidRequestContentException",
    });
  });

  test("beyond the reserved concurrency is throttled", async () => {
    const gate = join(notes, "gate");
    const running = invoke("single", { wait: gate, note: "single" });
    while (!existsSync(join(notes, "single"))) await new Promise((done) => setImmediate(done));
    await expect(invoke("single", {})).rejects.toMatchObject({ name: "TooManyRequestsException", statusCode: 429 });
    writeFileSync(gate, "");
    expect(await running).toMatchObject({ StatusCode: 200 });
  });

  test("logs are kept for each function", () => {
    const log = readFileSync(join(account.stateFolder, "logs", "lambda", "worker.log"), "utf8");
    expect(log).toMatch(/START RequestId: \S+ Version: \$LATEST\n/);
    expect(log).toContain("Task timed out after 1.00 seconds");
  });
});

test("an asynchronous event is tried three times, a minute and two apart, then goes to queue and destination", async () => {
  const began = clock.now();
  expect(
    await call("lambda", "Invoke", {
      FunctionName: "failing",
      InvocationType: "Event",
      Payload: '{"fail":true,"note":"retries"}',
    }),
  ).toEqual({ StatusCode: 202 });
  const bodies: string[] = [];
  for (const name of ["dead", "destination"]) {
    let messages: unknown;
    while (messages === undefined) {
      await clock.sleep(1000);
      messages = (await call("sqs", "ReceiveMessage", { QueueUrl: `x/${name}` })).Messages;
    }
    if (Array.isArray(messages)) bodies.push(messages[0].Body);
  }
  const [dead = "", destination = ""] = bodies;
  expect(readFileSync(join(notes, "retries"), "utf8").trim().split("\n")).toHaveLength(3);
  expect(clock.now() - began).toBeGreaterThanOrEqual(180_000);
  expect(JSON.parse(dead)).toEqual({ fail: true, note: "retries" });
  expect(JSON.parse(destination)).toMatchObject({
    requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
    requestPayload: { fail: true },
    responsePayload: { errorType: "TypeError" },
  });
  const log = readFileSync(join(account.stateFolder, "local-account.log"), "utf8");
  expect(log).toMatch(/lambda: failing gives up the event \S+: RetriesExhausted/);
});

test("closing cuts an invocation off; its event comes again at the next opening and has lost no attempt", async () => {
  const stateFolder = temporaryFolder();
  const first = await openAccount({ assemblyFolder, stateFolder });
  const input = { FunctionName: "single", InvocationType: "Event", Payload: '{"hang":true,"note":"cut"}' };
  await first.call({ service: "lambda", operation: "Invoke", input, principal: first.root });
  const seen = () =>
    existsSync(join(notes, "cut")) ? readFileSync(join(notes, "cut"), "utf8").trim().split("\n").length : 0;
  const until = async (count: number) => {
    while (seen() < count) await new Promise((done) => setImmediate(done));
  };
  await until(1);
  await first.close();
  const events = readFileSync(join(stateFolder, "lambda", "events.jsonl"), "utf8");
  expect(events).toContain('"attempts":0');
  expect(events).not.toContain('"attempts":1');
  const second = await openAccount({ assemblyFolder, stateFolder });
  await until(2);
  await second.close();
});
