import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { backfill } from "../../../cli/loads/backfill.js";
import { followLive } from "../../../cli/loads/follow-live.js";
import { errorOf, sampleContract } from "../../functions/samples.js";
import { loadArn, sessionOf } from "../session.js";

const stepFunctions = mockClient(SFNClient);
const expired = Object.assign(new Error("The security token included in the request is expired"), {
  name: "ExpiredTokenException",
});
const executionArn = loadArn("quakes-1");

test("credentials that expire while a load is followed: it goes on, and how one sees the end of it", async () => {
  stepFunctions.reset();
  const input = JSON.stringify({
    dataset: "quakes",
    manifest: { bucket: "b", key: "quakes/2026/11/22/05/_manifest.json" },
  });
  stepFunctions
    .on(DescribeExecutionCommand)
    .resolvesOnce({ executionArn, name: "quakes-1", startDate: new Date(0), status: "RUNNING", input })
    .rejects(expired);
  stepFunctions.on(GetExecutionHistoryCommand).resolves({ events: [] });
  const following = { source: "usgs", executionArn, pollEveryMs: 1, flags: " --env prod" };
  const { name, message } = await errorOf(() => followLive(sessionOf([sampleContract()]).clients, following));
  expect([name, message]).toEqual([
    "CommandFailed",
    "The credentials expired while the load was followed (ExpiredTokenException). The load itself goes on. Log in again (AWS_PROFILE names the profile, `aws sso login` renews it), then: sluice show quakes-1 --env prod",
  ]);
});

test("credentials that expire in a backfill: where, and that the same backfill goes on from there", async () => {
  stepFunctions.reset();
  stepFunctions.onAnyCommand().rejects(expired);
  const due = [
    {
      partition: "2026-11-22T05",
      batchId: "b",
      version: "v1",
      execution: "quakes-1",
      input: { dataset: "quakes", manifest: { bucket: "b", key: "k" } },
    },
  ];
  const plan = { source: "usgs", partitions: 1, found: 1, due, unsettled: [], isForced: false };
  const { message } = await errorOf(() => backfill(sessionOf([sampleContract()]), plan, () => {}));
  expect(message).toMatch(
    /^The credentials expired at 1\/1 2026-11-22T05 \(ExpiredTokenException\)\. .*run the same backfill/,
  );
});
