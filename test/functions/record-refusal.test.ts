import "./quiet.js";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { handler } from "../../functions/record-refusal/handler.js";
import { runFolder, sampleBatch } from "./samples.js";

const s3 = mockClient(S3Client);
beforeEach(() => {
  s3.reset();
  s3.onAnyCommand().rejects(new Error("a call that was not foreseen"));
  s3.on(PutObjectCommand).resolves({});
  process.env.PROCESSED_BUCKET = "processed";
});

const request = { dataset: "quakes", manifest: { bucket: "landing", key: "k" } };
const execution = { id: "arn:x", name: "quakes-1" };
const written = () => s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input);

describe("record-refusal", () => {
  test("a refusal of a batch is kept in its run's folder, with the message of the Lambda that refused", async () => {
    const Cause = JSON.stringify({ errorType: "FileMissing", errorMessage: "a.json is not there.", trace: [] });
    const answer = await handler({
      batch: sampleBatch,
      request,
      execution,
      errorOutput: { Error: "TooManyRejected", Cause },
    });
    expect(answer).toEqual({ error: "TooManyRejected", message: "a.json is not there." });
    const [object] = written();
    expect(object).toMatchObject({ Bucket: "processed", Key: `${runFolder}refusal.json` });
    expect(JSON.parse(String(object?.Body))).toMatchObject({
      error: "TooManyRejected",
      actor: "producer",
      batch: { batchId: "b1" },
      request,
      execution: "quakes-1",
    });
  });

  test("without a batch it is kept under the execution's name; a plain cause is the message", async () => {
    const answer = await handler({
      batch: null,
      request,
      execution,
      errorOutput: { Error: "Superseded", Cause: "a newer one is loaded" },
    });
    expect(answer).toEqual({ error: "Superseded", message: "a newer one is loaded" });
    expect(written()[0]?.Key).toBe("refused/quakes-1.json");
  });

  test("a cause that is missing is said to be missing", async () => {
    const answer = await handler({ batch: null, request: {}, execution, errorOutput: { Error: "Superseded" } });
    expect(answer.message).toBe("No cause was given.");
  });
});
