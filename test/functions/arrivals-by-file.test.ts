import { beforeEach, describe, expect, test } from "@jest/globals";
import { lookForQuiet } from "../../functions/find-quiet-partitions/quiet.js";
import { consequencesOf, type Execution } from "../../functions/start-load/execution.js";
import { at, buckets, contractOf, keysOf, loaded, put, renew, started, validated, world } from "./arrival-world.js";
import { errorOf } from "./samples.js";

beforeEach(renew);

describe("each file", () => {
  test("is a batch; a new version of it a newer revision; S3 is not asked before", async () => {
    const contract = contractOf({ path: "drop/{shop}/sales_{partition:yyyyMMdd}.csv", arrival: "each_file" });
    const key = "drop/north/sales_20261122.csv";
    const first = put(key, "id\n1\n", at("06:00"));
    const batch = await loaded(contract, key);
    expect(batch.files).toEqual([
      expect.objectContaining({ key, version_id: first.versionId, path: { shop: "north" } }),
    ]);
    put(key, "id\n2\n", at("06:00"));
    const [execution] = await started(contract, key);
    expect(world.store.calls).toEqual([]);
    const second = await validated(contract, execution ?? { name: "", input: "{}" });
    expect([second.batch_id, second.revision > batch.revision]).toEqual([batch.batch_id, true]);
  });

  test("without {partition} it belongs to the day on which its first version landed: one list of its versions", async () => {
    const contract = contractOf({ path: "drop/*.csv", arrival: "each_file" });
    put("drop/sales.csv", "id\n1\n", at("06:00", "2026-11-20"));
    const first = await loaded(contract, "drop/sales.csv");
    put("drop/sales.csv", "id\n2\n", at("06:00", "2026-11-22"));
    const [execution] = await started(contract, "drop/sales.csv");
    expect(world.store.calls).toEqual(["versions drop/sales.csv"]);
    const second = await validated(contract, execution ?? { name: "", input: "{}" });
    expect([first.partition, second.partition, second.batch_id]).toEqual(["2026-11-20", "2026-11-20", first.batch_id]);
  });

  test("what fits no path starts nothing, and by hand is refused with what would fit", async () => {
    const contract = contractOf({ path: "drop/*.csv", arrival: "each_file" });
    put("drop/x.txt");
    expect(await started(contract, "drop/x.txt")).toEqual([]);
    const input = JSON.stringify({ dataset: "sales", manifest: { bucket: "landing", key: "drop/x.txt" } });
    expect((await errorOf(() => validated(contract, { name: "x", input }))).message).toBe(
      "s3://landing/drop/x.txt does not start a load of sales: that needs a file like drop/*.csv, in the landing bucket 'landing'. Deliver there, or correct 'path' and 'arrival' in the contract; 'sluice check --keys' shows which dataset a key belongs to.",
    );
  });
});

describe("quiet", () => {
  const contract = contractOf({ path: "q/{partition:yyyy/MM/dd}/*", arrival: { quiet: "15m" } });
  const folder = "q/2026/11/22/";
  let executions: Execution[];
  beforeEach(() => {
    executions = [];
  });
  const look = (now: Date, of = contract, known = new Map<string, string>()) =>
    lookForQuiet(
      {
        store: world.store,
        buckets,
        now,
        known,
        start: async (execution) => {
          if (!executions.some(({ name }) => name === execution.name)) executions.push(execution);
        },
      },
      of,
    );

  test("waits until no file came for that long, then takes all of them; the next looks start nothing", async () => {
    put(`${folder}a`, "id\n1\n", at("06:00"));
    put(`${folder}b`, "id\n1\n", at("06:10"));
    expect(await look(at("06:20"))).toMatchObject({ started: [], waiting: ["2026-11-22"] });
    expect(await look(at("06:25"))).toMatchObject({ started: ["2026-11-22"], waiting: [] });
    expect(await look(at("06:30"))).toMatchObject({ started: ["2026-11-22"] });
    expect(executions).toHaveLength(1);
    const batch = await validated(contract, executions[0] ?? { name: "", input: "{}" });
    expect(keysOf(batch)).toEqual([`${folder}a`, `${folder}b`]);
    expect(batch.revision).toMatch(/^20261122T061000Z-0000-/);
    expect(await look(at("06:35"))).toMatchObject({ started: [], waiting: [] });
  });

  test("a file that comes later makes a newer revision; one that is taken away makes none", async () => {
    put(`${folder}a`, "id\n1\n", at("06:00"));
    await look(at("06:30"));
    const first = await validated(contract, executions[0] ?? { name: "", input: "{}" });
    world.store.markDeleted("landing", `${folder}a`, at("07:00"));
    expect(await look(at("07:30"))).toMatchObject({ started: [] });
    put(`${folder}b`, "id\n1\n", at("08:00"));
    await look(at("08:30"));
    const second = await validated(contract, executions[1] ?? { name: "", input: "{}" });
    expect([second.batch_id, second.revision > first.revision, keysOf(second)]).toEqual([
      first.batch_id,
      true,
      [`${folder}b`],
    ]);
  });

  test("a long upload that ends late under an earlier time is not lost: the same time, the next ordinal", async () => {
    put(`${folder}a`, "id\n1\n", at("06:10"));
    await look(at("06:30"));
    const first = await validated(contract, executions[0] ?? { name: "", input: "{}" });
    put(`${folder}b`, "id\n1\n", at("06:00"));
    await look(at("06:45"));
    const second = await validated(contract, executions[1] ?? { name: "", input: "{}" });
    expect([first.revision.slice(0, 21), second.revision.slice(0, 21)]).toEqual([
      "20261122T061000Z-0000",
      "20261122T061000Z-0001",
    ]);
    expect(keysOf(second)).toEqual([`${folder}a`, `${folder}b`]);
  });

  test("a file of a partition that is out of the window is noted by start-load, and looked at", async () => {
    const old = "q/2026/10/01/late";
    const { versionId } = put(old, "id\n1\n", at("06:00"));
    const landed = { bucket: "landing", key: old, versionId, version: versionId ?? "" };
    const { executions: none, late } = await consequencesOf(world.store, { sales: contract }, landed, at("06:01"));
    expect([none, late]).toEqual([[], [expect.stringMatching(/^late\/sales\/2026-10-01\/[0-9a-f]{32}$/)]]);
    for (const key of late) world.store.put("processed", key, "{}");
    expect(await look(at("06:05"))).toMatchObject({ waiting: ["2026-10-01"] });
    expect(world.store.keys("processed", "late/")).toHaveLength(1);
    expect(await look(at("06:20"))).toMatchObject({ started: ["2026-10-01"] });
    expect(world.store.keys("processed", "late/")).toEqual([]);
    const inside = { ...landed, key: `${folder}x` };
    expect(await consequencesOf(world.store, { sales: contract }, inside, at("06:01"))).toEqual({
      executions: [],
      late: [],
    });
  });

  test("without {partition} files belong to the day on which each landed first", async () => {
    const flat = contractOf({ path: "q/*", arrival: { quiet: "15m" } });
    put("q/a", "id\n1\n", at("06:00", "2026-11-21"));
    put("q/b", "id\n1\n", at("06:00", "2026-11-22"));
    expect(await look(at("06:30"), flat)).toMatchObject({ started: ["2026-11-21", "2026-11-22"] });
    const batches = await Promise.all(executions.map((execution) => validated(flat, execution)));
    expect(batches.map(keysOf)).toEqual([["q/a"], ["q/b"]]);
  });

  test("what is known to be loaded is not asked for again", async () => {
    const known = new Map<string, string>();
    put(`${folder}a`, "id\n1\n", at("06:00"));
    await look(at("06:30"), contract, known);
    await validated(contract, executions[0] ?? { name: "", input: "{}" });
    await look(at("06:35"), contract, known);
    world.store.calls.length = 0;
    await look(at("06:40"), contract, known);
    expect(world.store.calls.filter((call) => !call.startsWith("list q/"))).toEqual(["list late/sales/"]);
  });
});

describe("one object", () => {
  test("starts every dataset that reads its delivery", async () => {
    const orders = contractOf({ dataset: "orders", path: "o/{partition:yyyyMMdd}/*", arrival: { marker: "_SUCCESS" } });
    const lines = { ...orders, dataset: "lines", deliveries: "orders" };
    put("o/20261122/_SUCCESS", "");
    const landed = { bucket: "landing", key: "o/20261122/_SUCCESS", versionId: "v1", version: "v1" };
    const { executions } = await consequencesOf(world.store, { orders, lines }, landed, at("07:00"));
    expect(executions.map(({ name }) => name.replace(/[0-9a-f]{12}$/, ""))).toEqual([
      "orders-20261122-",
      "lines-20261122-",
    ]);
  });

  test("a manifest by a path of one's own: the folder says the partition, or the files that it lists", async () => {
    const contract = contractOf({ path: "m/{partition:yyyyMMdd}_*.csv" });
    put("m/20261122_a.csv");
    const entries = [{ url: "s3://landing/m/20261122_a.csv" }];
    world.store.put("landing", "m/x.manifest.json", JSON.stringify({ entries }), at("06:15"));
    const batch = await loaded(contract, "m/x.manifest.json");
    expect([batch.partition, keysOf(batch), batch.composed]).toEqual(["2026-11-22", ["m/20261122_a.csv"], undefined]);
  });
});
