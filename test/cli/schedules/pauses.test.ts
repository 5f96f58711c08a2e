import "../../functions/quiet.js";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { AccountBackend } from "../../../cli/console/account-backend.js";
import { pause, pausedSchedules, readPause, resume } from "../../../cli/schedules/pauses.js";
import type { Contract } from "../../../contract/contract.js";
import { errorOf, sampleContract } from "../../functions/samples.js";
import { sessionOf } from "../session.js";

const s3 = mockClient(S3Client);
const schedule: NonNullable<Contract["schedule"]> = {
  ...{ cron: "5 * * * ? *", timezone: "UTC", lag_seconds: 7200, settle_seconds: 600, manifests: "producer" },
};
const quakes: Contract = { ...sampleContract(), schedule };
const session = sessionOf([quakes]);
const made = { pausedAt: "2026-11-22T05:00:00.000Z", reason: "the warehouse moves" };
const place = { Bucket: "processed", Key: "paused/quakes.json" };

/** What lies there. */
let content: string | undefined;

beforeEach(() => {
  content = undefined;
  s3.reset();
  s3.onAnyCommand().rejects(new Error("a call that was not foreseen"));
  s3.on(GetObjectCommand, place).callsFake(() => {
    if (content === undefined) throw new NoSuchKey({ $metadata: {}, message: "none" });
    const text = content;
    return { Body: { transformToString: async () => text } };
  });
  s3.on(PutObjectCommand, place).callsFake(({ Body }) => {
    content = String(Body);
    return {};
  });
  s3.on(DeleteObjectCommand, place).callsFake(() => {
    content = undefined;
    return {};
  });
});

describe("a schedule", () => {
  test("is paused once, with its reason, and resumed; both may be said twice", async () => {
    expect(await readPause(session, quakes)).toBeNull();
    expect(await pause(session, quakes, made)).toBeNull();
    expect(await readPause(session, quakes)).toEqual(made);
    expect(await pause(session, quakes, { pausedAt: "later", reason: null })).toEqual(made);
    expect(await resume(session, quakes)).toEqual(made);
    expect(await resume(session, quakes)).toBeNull();
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(1);
  });

  test("that is not there cannot be paused; without the permission it is said which one, and what to do", async () => {
    const none = await errorOf(() => pause(session, { ...quakes, schedule: null }, made));
    expect([none.name, none.message]).toEqual([
      "UsageWrong",
      "quakes has no schedule: its loads start when its files arrive, and there is nothing to pause or resume.",
    ]);
    const denied = new S3ServiceException({ name: "AccessDenied", $fault: "client", $metadata: {}, message: "no" });
    s3.on(PutObjectCommand).rejects(denied);
    const { name, message } = await errorOf(() => pause(session, quakes, made));
    expect([name, message]).toEqual([
      "CommandFailed",
      "These credentials may not s3:PutObject s3://processed/paused/quakes.json: nothing was changed. Use a role that is listed under administrators: in sluice.yaml and has that permission.",
    ]);
  });

  test("all that are paused are found by one list per source with schedules", async () => {
    const Contents = ["paused/quakes.json", "paused/gone.json"].map((Key) => ({ Key, LastModified: new Date(0) }));
    s3.on(ListObjectsV2Command, { Bucket: "processed", Prefix: "paused/" }).resolves({ Contents });
    const other = { ...quakes, dataset: "other", source: "other", schedule: null };
    expect(await pausedSchedules(session, [quakes, other])).toEqual(new Map([["quakes", "1970-01-01T00:00:00.000Z"]]));
    expect(s3.commandCalls(ListObjectsV2Command)).toHaveLength(1);
  });

  test("is not paused by a console that only looks, which says so", async () => {
    const backend = (isReadOnly: boolean) =>
      new AccountBackend(session, { isLocal: false, environment: null, isReadOnly });
    const request = { dataset: "quakes", reason: null };
    const { name, message } = await errorOf(() => backend(true).pauseSchedule(request));
    expect([name, message]).toEqual([
      "NotPossible",
      "This console is read-only (--read-only). Use the command line, or start your own console.",
    ]);
    expect((await errorOf(() => backend(true).resumeSchedule("quakes"))).name).toBe("NotPossible");
    expect(s3.calls()).toEqual([]);
    await backend(false).pauseSchedule(request);
    expect(await readPause(session, quakes)).toMatchObject({ reason: null });
  });
});
