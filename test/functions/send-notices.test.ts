import { beforeEach, describe, expect, test } from "@jest/globals";
import type { EventName, SluiceEvent } from "../../contract/events.js";
import type { Notice } from "../../contract/notice.js";
import { isQuiet, quietEnd, readQuiet } from "../../contract/quiet-hours.js";
import { deliver, sendHeld } from "../../functions/send-notices/deliver.js";
import { MemoryStore } from "./memory-store.js";
import { errorOf } from "./samples.js";

let store: MemoryStore;
let sent: { readonly subject: string; readonly text: string }[];
let posted: { readonly url: string; readonly body: string }[];
let status: number;
beforeEach(() => {
  store = new MemoryStore();
  [sent, posted, status] = [[], [], 200];
});

const bad: readonly EventName[] = ["BatchRefused", "BatchFailed", "PartitionOverdue"];
const notice = (more: Partial<Notice> = {}): Notice => ({
  ...{ id: "n1", on: [...bad], datasets: null, to: { way: "topic", topic: "demo-notices-1" }, quiet: null },
  ...more,
});
const around = (time = "2026-11-22T12:00:00Z") => ({
  store,
  bucket: "processed",
  ways: {
    publish: async (_: string, subject: string, text: string) => {
      sent.push({ subject, text });
    },
    secret: async () => "https://chat.example.com/hook/s3cret\n",
    post: async (url: string, body: string) => {
      posted.push({ url, body });
      return { status };
    },
  },
  now: new Date(time),
});

const batch = (batch_id: string) => ({
  ...{ version: 1 as const, project: "demo", source: "usgs", dataset: "quakes", owner: "seismology" },
  ...{
    partition: "2026-11-22T05",
    batch_id,
    revision: null,
    execution: "arn:x:quakes-1",
    ended: "2026-11-22T06:20:00Z",
  },
  links: { execution: "https://console", manifest: "s3://landing/m" },
});
const refused = (id: string, error = "FileMissing"): SluiceEvent => ({
  type: "BatchRefused",
  detail: { ...batch(id), error, message: "a.json is not there <yet>.", acts: "producer" },
});
const none = {
  read: 1,
  written: 1,
  deduplicated: 0,
  rejected: 0,
  inserted: 1,
  updated: 0,
  deleted: 0,
  outdated: 0,
  removed: 0,
};
const loaded = (id: string, outcome: "loaded" | "already_loaded" = "loaded"): SluiceEvent => ({
  type: "BatchLoaded",
  detail: { ...batch(id), outcome, counts: none, warnings: [] },
});
const overdue = (state: "overdue" | "arrived"): SluiceEvent => ({
  type: "PartitionOverdue",
  detail: {
    ...{ version: 1, project: "demo", source: "usgs", dataset: "quakes", owner: null, partition: "2026-11-22T05" },
    ...{ state, deadline: "2026-11-22T06:30:00Z", links: { folder: "s3://landing/quakes/2026/11/22/05/" } },
  },
});

let number = 0;
const happened = (event: SluiceEvent, id = `e${++number}`) => ({ id, event });
const subjects = () => sent.map(({ subject }) => subject);
const refusal = "Sluice demo: quakes 2026-11-22T05: FileMissing";
const repaired = "Sluice demo: quakes 2026-11-22T05: repaired: FileMissing";

describe("one message an incident", () => {
  test("a second batch of the same cause is not told, the repair of the last one is, once", async () => {
    expect(await deliver(around(), notice(), happened(refused("a")))).toBe("sent");
    expect(await deliver(around(), notice(), happened(refused("b")))).toBe("known already");
    expect(await deliver(around(), notice(), happened(loaded("a")))).toBe("not asked for");
    expect(await deliver(around(), notice(), happened(loaded("b")))).toBe("repaired");
    expect(await deliver(around(), notice(), happened(loaded("b")))).toBe("not asked for");
    expect(subjects()).toEqual([refusal, repaired]);
    expect(sent[0]?.text).toContain("Owner:      seismology");
  });

  test("another cause is another incident, and a batch that loads ends both", async () => {
    for (const error of ["FileMissing", "TooManyRejected"])
      await deliver(around(), notice(), happened(refused("a", error)));
    await deliver(around(), notice(), happened(loaded("a", "already_loaded")));
    expect(subjects()).toHaveLength(4);
  });

  test("an incident that goes on for a day is told again when another batch joins it", async () => {
    await deliver(around("2026-11-22T12:00:00Z"), notice(), happened(refused("a")));
    await deliver(around("2026-11-23T11:59:00Z"), notice(), happened(refused("b")));
    await deliver(around("2026-11-23T12:01:00Z"), notice(), happened(refused("c")));
    expect(subjects()).toEqual([refusal, refusal]);
    for (const id of ["a", "b", "c"]) await deliver(around(), notice(), happened(loaded(id)));
    expect(subjects()).toEqual([refusal, refusal, repaired]);
  });

  test("a partition that is overdue, and has come", async () => {
    await deliver(around(), notice(), happened(overdue("overdue")));
    await deliver(around(), notice(), happened(overdue("arrived")));
    expect(subjects()).toEqual([
      "Sluice demo: quakes 2026-11-22T05: overdue",
      "Sluice demo: quakes 2026-11-22T05: repaired: overdue",
    ]);
  });

  test("other datasets, and events that nobody asked for, are passed over", async () => {
    expect(await deliver(around(), notice({ datasets: ["orders"] }), happened(refused("a")))).toBe("not asked for");
    expect(await deliver(around(), notice({ on: ["SchemaChanged"] }), happened(refused("a")))).toBe("not asked for");
    expect(await deliver(around(), notice({ on: ["BatchLoaded"] }), happened(loaded("a", "already_loaded")))).toBe(
      "not asked for",
    );
    expect(sent).toEqual([]);
  });
});

describe("a way that does not take the message", () => {
  const slack = notice({ to: { way: "slack", secretArn: "arn:secret" } });

  test("500: an error that does not name the URL; the next attempt of the same event sends it, once", async () => {
    const event = happened(refused("a"));
    status = 500;
    const error = await errorOf(() => deliver(around(), slack, event));
    expect(error.name).toBe("NoticeNotTaken");
    expect(error.message).toContain("The webhook of the secret arn:secret answered 500.");
    expect(error.message).not.toContain("s3cret");
    // Its first attempt is under way for all that the next batch knows.
    expect(await deliver(around(), slack, happened(refused("b")))).toBe("known already");
    status = 200;
    expect(await deliver(around(), slack, event)).toBe("sent");
    expect(await deliver(around(), slack, event)).toBe("known already");
    expect(posted).toHaveLength(2);
    expect(JSON.parse(posted[1]?.body ?? "").text).toContain("a.json is not there &lt;yet&gt;.");
  });

  test("all attempts failed: the next batch of the cause is told in its place", async () => {
    status = 500;
    await errorOf(() => deliver(around("2026-11-22T12:00:00Z"), slack, happened(refused("a"))));
    status = 200;
    expect(await deliver(around("2026-11-22T12:11:00Z"), slack, happened(refused("b")))).toBe("sent");
  });

  test("a repair that could not be told is told at the next attempt", async () => {
    await deliver(around(), slack, happened(refused("a")));
    const end = happened(loaded("a"));
    status = 503;
    await errorOf(() => deliver(around(), slack, end));
    status = 200;
    expect(await deliver(around(), slack, end)).toBe("repaired");
    expect(posted).toHaveLength(3);
  });

  test("a secret that holds no URL", async () => {
    const ways = { ...around().ways, secret: async () => "not yet" };
    const { message } = await errorOf(() => deliver({ ...around(), ways }, slack, happened(refused("a"))));
    expect(message).toContain("does not contain a URL. Put the webhook's URL into it");
  });

  test("JSON for programs has the events", async () => {
    await deliver(around(), notice({ to: { way: "url", secretArn: "arn:secret" } }), happened(refused("a"), "id-1"));
    expect(JSON.parse(posted[0]?.body ?? "")).toMatchObject({
      ...{ version: 1, notice: "n1", subject: refusal },
      events: [{ id: "id-1", type: "BatchRefused", detail: { dataset: "quakes", error: "FileMissing" } }],
    });
  });
});

describe("quiet hours", () => {
  const quiet = readQuiet("22-07 Europe/Paris") ?? null;
  const night = "2026-11-22T23:00:00Z";

  test("hold messages back, and send them as one when they end", async () => {
    const resting = notice({ quiet });
    await deliver(around(night), resting, happened(refused("a")));
    await deliver(around("2026-11-23T01:00:00Z"), resting, happened(refused("b", "TooManyRejected")));
    expect(sent).toEqual([]);
    expect(await sendHeld(around("2026-11-23T06:00:00Z"), resting)).toBe(2);
    expect(subjects()).toEqual(["Sluice: 2 notices from the quiet hours"]);
    expect(sent[0]?.text).toMatch(/FileMissing[\s\S]*TooManyRejected/);
    expect(await sendHeld(around("2026-11-23T06:00:00Z"), resting)).toBe(0);
    await deliver(around("2026-11-23T06:00:00Z"), resting, happened(refused("c", "FileMismatch")));
    expect(sent).toHaveLength(2);
  });

  test("what could not be sent when they end is kept", async () => {
    const resting = notice({ quiet, to: { way: "slack", secretArn: "arn:secret" } });
    await deliver(around(night), resting, happened(refused("a")));
    status = 500;
    await errorOf(() => sendHeld(around(), resting));
    status = 200;
    expect(await sendHeld(around(), resting)).toBe(1);
  });

  test("may pass midnight, have minutes and a zone", () => {
    const at = (time: string) => quiet !== null && isQuiet(quiet, new Date(`2026-11-22T${time}:00Z`));
    expect(["20:59", "21:00", "05:59", "06:00"].map(at)).toEqual([false, true, true, false]);
    const noon = readQuiet("12:15-13:30 UTC");
    expect(noon).toEqual({ from: 735, until: 810, zone: "UTC" });
    expect(noon && quietEnd(noon)).toBe("cron(30 13 * * ? *)");
    for (const text of ["22-22 UTC", "24-07 UTC", "22-07", "22-07 Europe/Pari"])
      expect(readQuiet(text)).toBeUndefined();
  });
});
