import { beforeEach, describe, expect, test } from "@jest/globals";
import { passedDeadlines } from "../../functions/watch-overdue/expected.js";
import { type Message, watchDataset } from "../../functions/watch-overdue/watch.js";
import { MemoryStore } from "./memory-store.js";
import { errorOf, sampleContract } from "./samples.js";

const contract = { ...sampleContract(), expect: { every_seconds: 3600, within_seconds: 5400 } };
const at = (time: string) => new Date(`2026-11-22T${time}:00Z`);
const manifestKey = (hour: string) => `quakes/2026/11/22/${hour}/_manifest.json`;
const stateKey = (hour: string) => `overdue/quakes/2026-11-22T${hour}.json`;

let store: MemoryStore;
let messages: Message[];
let publish: (message: Message) => Promise<void>;
beforeEach(() => {
  store = new MemoryStore();
  messages = [];
  publish = async (message) => {
    messages.push(message);
  };
});

const watch = (time: string, watched = contract) =>
  watchDataset(
    {
      store,
      buckets: { landing: "landing", processed: "processed" },
      publish: (message) => publish(message),
      now: at(time),
    },
    watched,
  );
const subjects = () => messages.map(({ subject }) => subject);
const overdue = (hour: string) => `Sluice: quakes 2026-11-22T${hour}: overdue`;
const arrived = (hour: string) => `Sluice: quakes 2026-11-22T${hour}: no longer overdue`;

describe("which partitions are expected", () => {
  const partitions = (since: string, now: string, every = 3600) =>
    passedDeadlines({ ...contract, expect: { every_seconds: every, within_seconds: 5400 } }, at(since), at(now));

  test("those that began since the watch did, once their time is over", () => {
    expect(partitions("04:30", "06:29")).toEqual([]);
    expect(partitions("04:30", "06:30")).toEqual(["2026-11-22T05"]);
    expect(partitions("04:30", "07:45")).toEqual(["2026-11-22T05", "2026-11-22T06"]);
  });

  test("every six hours means 00, 06, 12 and 18", () => {
    expect(partitions("00:00", "19:30", 6 * 3600)).toEqual([
      "2026-11-22T00",
      "2026-11-22T06",
      "2026-11-22T12",
      "2026-11-22T18",
    ]);
  });

  test("days", () => {
    const days = { ...contract, partition: "day" as const, expect: { every_seconds: 86_400, within_seconds: 93_600 } };
    expect(passedDeadlines(days, at("00:00"), new Date("2026-11-24T02:00:00Z"))).toEqual(["2026-11-22", "2026-11-23"]);
  });
});

describe("the overdue watch", () => {
  test("raises one alarm a partition, and takes it back with one message when the manifest came", async () => {
    await watch("05:00");
    for (const time of ["06:15", "06:30", "06:45"]) await watch(time);
    expect(subjects()).toEqual([overdue("05")]);
    expect(messages[0]?.message).toContain("2026-11-22T06:30:00.000Z");
    expect(JSON.parse(store.text("processed", stateKey("05")) ?? "")).toMatchObject({ status: "overdue" });
    store.put("landing", manifestKey("05"), "{}");
    expect(await watch("07:00")).toMatchObject({ overdue: [], cleared: ["2026-11-22T05"] });
    await watch("07:15");
    expect(subjects()).toEqual([overdue("05"), arrived("05")]);
    expect(store.keys("processed", "overdue/")).toEqual([]);
  });

  test("is silent about a manifest in time, whatever its name, and about what was before the watch", async () => {
    await watch("05:00");
    store.put("landing", "quakes/2026/11/22/05/part-1.manifest.json", "{}");
    expect(await watch("06:45")).toMatchObject({ overdue: [], raised: [] });
    expect(messages).toEqual([]);
  });

  test("files alone are no manifest, unless Sluice composes them", async () => {
    const composed = {
      ...contract,
      schedule: {
        ...{ cron: "15 * * * ? *", timezone: "UTC", lag_seconds: 3600, settle_seconds: 600 },
        manifests: "composed" as const,
      },
    };
    await watch("05:00");
    store.put("landing", "quakes/2026/11/22/05/a.json", "{}");
    store.put("processed", `manifests/${manifestKey("05")}`, "{}");
    expect((await watch("06:30", composed)).overdue).toEqual([]);
    expect((await watch("06:30")).overdue).toEqual(["2026-11-22T05"]);
  });

  test("a partition that stays overdue is remembered beyond the days that are looked back", async () => {
    await watch("05:00");
    await watch("06:30");
    const surroundings = { store, buckets: { landing: "landing", processed: "processed" }, publish };
    store.put("landing", manifestKey("05"), "{}");
    const later = await watchDataset({ ...surroundings, now: new Date("2026-12-22T06:30:00Z") }, contract);
    expect(later.cleared).toEqual(["2026-11-22T05"]);
  });

  test("a message that could not be sent is sent later, by whoever finds it left behind", async () => {
    await watch("05:00");
    publish = async () => {
      throw new Error("SNS is away");
    };
    expect((await errorOf(() => watch("06:30"))).message).toBe("SNS is away");
    publish = async (message) => {
      messages.push(message);
    };
    await watch("06:31");
    expect(messages).toEqual([]);
    await watch("06:45");
    await watch("07:00");
    expect(subjects()).toEqual([overdue("05")]);
  });

  test("two looks at the same moment raise one alarm", async () => {
    await watch("05:00");
    await Promise.all([watch("06:30"), watch("06:30")]);
    expect(subjects()).toEqual([overdue("05")]);
  });
});
