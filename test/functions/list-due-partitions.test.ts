import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Contract, Load } from "../../contract/contract.js";
import { batchId, executionName } from "../../contract/layout.js";
import { listDuePartitions } from "../../functions/list-due-partitions/list-due.js";
import { consequencesOf } from "../../functions/start-load/execution.js";
import { MemoryStore } from "./memory-store.js";
import { errorOf, sampleContract } from "./samples.js";

const buckets = { landing: "landing", processed: "processed" };
const planned = "2026-11-22T07:15:00Z";
const at = (time: string) => new Date(`2026-11-22T${time}:00Z`);
const folder = (hour: string) => `quakes/2026/11/22/${hour}/`;
const composedKey = (hour: string) => `manifests/${folder(hour)}_manifest.json`;

const schedule = { cron: "15 * * * ? *", timezone: "UTC", lag_seconds: 3600, settle_seconds: 600 };

function contractOf(manifests: "producer" | "composed", load: Partial<Load> = {}): Contract {
  return { ...sampleContract(load), schedule: { ...schedule, manifests } };
}

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});

const look = (contract: Contract, now = planned, scheduledTime = planned) =>
  listDuePartitions(
    store,
    buckets,
    { quakes: contract },
    {
      dataset: "quakes",
      scheduledTime: new Date(scheduledTime),
      now: new Date(now),
    },
  );
const partitions = async (contract: Contract, now?: string) =>
  (await look(contract, now)).candidates.map(({ partition }) => partition);

describe("a producer that writes manifests", () => {
  test("its manifests within the lag are listed, oldest first, as the loads that their events start", async () => {
    const late = store.put("landing", `${folder("05")}_manifest.json`, "{}", at("06:30"));
    store.put("landing", `${folder("06")}a.json`, "{}", at("06:50"));
    store.put("landing", `${folder("06")}_manifest.json`, "{}", at("07:01"));
    // Before the lag: 04 was over more than an hour and one partition ago.
    store.put("landing", `${folder("04")}_manifest.json`, "{}", at("05:01"));
    store.put("landing", "others/2026/11/22/06/_manifest.json", "{}", at("07:01"));
    const due = await look(contractOf("producer"));
    const key = `${folder("05")}_manifest.json`;
    expect(due.candidates.map(({ partition }) => partition)).toEqual(["2026-11-22T05", "2026-11-22T06"]);
    expect(due.candidates[0]).toEqual({
      partition: "2026-11-22T05",
      batchId: batchId("quakes", "2026-11-22T05", key),
      version: late.versionId,
      execution: executionName("quakes", "2026-11-22T05", key, late.versionId ?? ""),
      input: { dataset: "quakes", manifest: { bucket: "landing", key, versionId: late.versionId } },
    });
    const version = late.versionId ?? "";
    const landed = { bucket: "landing", key, versionId: version, version };
    const { executions } = await consequencesOf(store, { quakes: sampleContract() }, landed, at("07:02"));
    const [started] = executions;
    expect(started).toEqual({ name: due.candidates[0]?.execution, input: JSON.stringify(due.candidates[0]?.input) });
    expect(store.keys("processed")).toEqual([]);
  });

  test("without versions every write of a manifest is a load of its own, named by its ETag", async () => {
    const key = `${folder("06")}_manifest.json`;
    const found: unknown[] = [];
    for (const versionId of [null, "null"]) {
      const { etag } = store.put("landing", key, "{}", at("07:01"), versionId);
      const { candidates } = await look(contractOf("producer"));
      expect(candidates).toMatchObject([{ version: etag, input: { manifest: { bucket: "landing", key } } }]);
      expect(candidates[0]?.input.manifest).not.toHaveProperty("versionId");
      found.push(candidates[0]?.execution);
    }
    expect(new Set(found).size).toBe(2);
  });

  test("several manifests of a folder are several batches; of a refresh only the whole one counts", async () => {
    store.put("landing", `${folder("06")}_manifest.json`, "{}", at("06:55"));
    store.put("landing", `${folder("06")}late-1.manifest.json`, "{}", at("07:00"));
    expect(await partitions(contractOf("producer"))).toHaveLength(2);
    const { candidates } = await look(contractOf("producer", { mode: "replace" }));
    expect(candidates.map(({ input }) => input.manifest.key)).toEqual([`${folder("06")}_manifest.json`]);
  });

  test("a folder that was written a moment ago waits for the next run", async () => {
    store.put("landing", `${folder("06")}_manifest.json`, "{}", at("07:10"));
    expect((await look(contractOf("producer"))).unsettled).toEqual(["2026-11-22T06"]);
    expect(await partitions(contractOf("producer"), "2026-11-22T07:20:00Z")).toEqual(["2026-11-22T06"]);
  });

  test("of a refresh only the newest counts, and none while a newer one is on its way", async () => {
    const replace = contractOf("producer", { mode: "replace" });
    store.put("landing", `${folder("05")}_manifest.json`, "{}", at("06:05"));
    store.put("landing", `${folder("06")}_manifest.json`, "{}", at("07:00"));
    expect(await partitions(replace)).toEqual(["2026-11-22T06"]);
    store.put("landing", `${folder("06")}_manifest.json`, "{}", at("07:14"));
    expect(await partitions(replace)).toEqual([]);
  });

  test("files without a manifest are not loaded", async () => {
    store.put("landing", `${folder("06")}a.json`, "{}", at("06:05"));
    expect(await partitions(contractOf("producer"))).toEqual([]);
  });
});

describe("a producer that writes none", () => {
  const composed = contractOf("composed");
  const manifest = (hour: string) => JSON.parse(store.text("processed", composedKey(hour)) ?? "null");

  test("gets a manifest of all files that are there, below manifests/", async () => {
    store.put("landing", folder("06"), "", at("06:01"));
    store.put("landing", `${folder("06")}a.json`, "123", at("06:30"));
    store.put("landing", `${folder("06")}deep/b c+%.json`, "12345", at("07:00"));
    const due = await look(composed);
    expect(manifest("06")).toEqual({
      entries: [
        { url: `s3://landing/${folder("06")}a.json`, mandatory: true, meta: { content_length: 3, etag: '"etag-2"' } },
        {
          url: `s3://landing/${folder("06")}deep/b c+%.json`,
          mandatory: true,
          meta: { content_length: 5, etag: '"etag-3"' },
        },
      ],
    });
    const written = await store.head("processed", composedKey("06"));
    expect(due.candidates).toMatchObject([
      {
        partition: "2026-11-22T06",
        version: written?.versionId,
        input: { manifest: { bucket: "processed", key: composedKey("06"), versionId: written?.versionId } },
      },
    ]);
  });

  test("the same files give the same manifest; more files, or another file of the same name, a new revision", async () => {
    const version = async () => (await look(composed)).candidates[0]?.version;
    store.put("landing", `${folder("06")}a.json`, "123", at("06:30"));
    const first = await version();
    expect(await version()).toBe(first);
    store.put("landing", `${folder("06")}b.json`, "123", at("06:40"));
    const second = await version();
    store.put("landing", `${folder("06")}a.json`, "456", at("06:50"));
    const third = await version();
    expect(new Set([first, second, third]).size).toBe(3);
    expect((await look(composed)).candidates[0]?.batchId).toBe(batchId("quakes", "2026-11-22T06", composedKey("06")));
  });

  test("is waited for until the partition is over and its files are still", async () => {
    store.put("landing", `${folder("07")}a.json`, "123", at("07:00"));
    store.put("landing", `${folder("06")}a.json`, "123", at("07:06"));
    const due = await look(composed);
    expect(due).toMatchObject({ candidates: [], ledger: null, unsettled: ["2026-11-22T06", "2026-11-22T07"] });
    expect(store.keys("processed")).toEqual([]);
    expect(await partitions(composed, "2026-11-22T07:16:00Z")).toEqual(["2026-11-22T06"]);
  });

  test("that wrote one all the same is taken at its word", async () => {
    store.put("landing", `${folder("06")}a.json`, "123", at("06:30"));
    store.put("landing", `${folder("06")}_manifest.json`, "{}", at("06:40"));
    const { candidates } = await look(composed);
    expect(candidates.map(({ input }) => input.manifest.bucket)).toEqual(["landing"]);
    expect(store.keys("processed")).toEqual([]);
  });

  test("two runs at the same moment write one manifest; the slower looks again", async () => {
    store.put("landing", `${folder("06")}a.json`, "123", at("06:30"));
    store.before = (call) => {
      store.before = () => {};
      if (call.startsWith("list")) store.put("processed", "unrelated", "");
    };
    const write = store.writeJson.bind(store);
    store.writeJson = async (bucket, key, value, condition) => {
      await write(bucket, key, { entries: [] });
      return write(bucket, key, value, condition);
    };
    expect((await errorOf(() => look(composed))).name).toBe("ManifestContested");
  });
});

test("the ledger is asked for the batches by name and version, quoted", async () => {
  const { versionId } = store.put("landing", `${folder("06")}_manifest.json`, "{}", at("07:01"));
  const { ledger, candidates } = await look(contractOf("producer"));
  expect(ledger?.statements).toEqual([
    `SELECT DISTINCT batch_id || '/' || manifest_version AS revision
FROM "sluice"."loads_quakes"
WHERE batch_id IN ('${candidates[0]?.batchId}') AND manifest_version IN ('${versionId}')`,
  ]);
});

test("a dataset without a schedule is refused by name", async () => {
  expect((await errorOf(() => look(sampleContract()))).name).toBe("NotScheduled");
});
