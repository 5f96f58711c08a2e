import "./quiet.js";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { definitionVersion as definition } from "../../contract/definition.js";
import { Refusal } from "../../contract/refusals.js";
import { handler } from "../../functions/record-refusal/handler.js";
import { Refused } from "../../functions/shared/refusable.js";
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
  test("a function's refusal is kept in its batch's run folder, under its own name", async () => {
    const { name, message } = new Refused(new Refusal("FileMissing", "a.json is not there."));
    const Cause = JSON.stringify({ errorType: name, errorMessage: message, trace: [] });
    const refusal = { Error: name, Cause };
    const answer = await handler({ batch: sampleBatch, request, execution, definition, refusal });
    expect(answer).toEqual({ error: "FileMissing", message: "a.json is not there." });
    const [object] = written();
    expect(object).toMatchObject({ Bucket: "processed", Key: `${runFolder}refusal.json` });
    expect(JSON.parse(String(object?.Body))).toMatchObject({
      error: "FileMissing",
      actor: "producer",
      batch: { batchId: "b1" },
      request,
      execution: "quakes-1",
    });
  });

  test("the warehouse's refusal comes as run-statements answered it", async () => {
    const refusal = { outcome: "refused", error: "Superseded", message: "a newer one is loaded", results: [] };
    const answer = await handler({ batch: sampleBatch, request, execution, definition, refusal });
    expect(answer).toEqual({ error: "Superseded", message: "a newer one is loaded" });
  });

  test("without a batch it is kept under the execution's name", async () => {
    const refusal = { outcome: "refused", error: "ManifestInvalid", message: "no JSON" };
    await handler({ batch: null, request, execution, definition, refusal });
    expect(written()[0]?.Key).toBe("refused/quakes-1.json");
  });
});
