import { beforeEach, describe, expect, test } from "@jest/globals";
import { isOutdated, type Marker, publicationOf } from "../../functions/publish-parquet/publication.js";
import { publish } from "../../functions/publish-parquet/publish.js";
import { MemoryStore } from "./memory-store.js";
import { errorOf } from "./samples.js";

const data = "data/quakes/year=2026/month=11/day=22/hour=05/batch=b1/";
const rejected = "rejected/quakes/year=2026/month=11/day=22/hour=05/batch=b1/";
const upsert = (ours: Marker) => (found: Marker | undefined) => isOutdated(found, ours, { force: false }, "upsert");

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});

/** A run of a revision with its files in place; the text of each file is the run's name. */
function run(revision: string, name: string, parts = 1) {
  const folder = `runs/quakes/${name}/jr_1/`;
  const output = Array.from({ length: parts }, (_, part) => ({
    key: `${folder}part-${part}.parquet`,
    content_length: 1,
    rows: 1,
  }));
  const rejects = parts === 0 ? [] : [{ key: `${folder}rejected/part-0.json`, content_length: 1, rows: 1 }];
  for (const { key } of [...output, ...rejects]) store.put("processed", key, name);
  return publicationOf(
    { dataset: "quakes", partition: "2026-11-22T05", batchId: "b1", revision },
    { run_id: "jr_1", output, rejects, replayed: [] },
    name,
  );
}

const publishRun = (publication: ReturnType<typeof run>) =>
  publish(store, "processed", publication, upsert(publication.marker));

/** What readers of the lake see: the texts of the files whose names they do not pass over. */
const lake = (folder = data) =>
  store
    .keys("processed", folder)
    .filter((key) => !key.slice(folder.length).startsWith("_"))
    .map((key) => store.text("processed", key));

describe("publish", () => {
  test("puts the run's Parquet and rejected rows into the batch's folders", async () => {
    expect(await publishRun(run("r1", "one", 2))).toEqual({ published: 3, removed: 0, outcome: "published" });
    expect(lake()).toEqual(["one", "one"]);
    expect(lake(rejected)).toEqual(["one"]);
  });

  test("a newer revision takes the place of the older one's files", async () => {
    await publishRun(run("r1", "one", 3));
    expect(await publishRun(run("r2", "two", 1))).toEqual({ published: 2, removed: 4, outcome: "published" });
    expect(lake()).toEqual(["two"]);
    expect(lake(rejected)).toEqual(["two"]);
  });

  test("an older revision that comes later changes nothing", async () => {
    await publishRun(run("r2", "two"));
    expect(await publishRun(run("r1", "one"))).toEqual({ published: 0, removed: 0, outcome: "outdated" });
    expect(lake()).toEqual(["two"]);
  });

  test("no rows: the folders are emptied", async () => {
    await publishRun(run("r1", "one", 2));
    expect(await publishRun(run("r2", "two", 0))).toEqual({ published: 0, removed: 3, outcome: "published" });
    expect(lake()).toEqual([]);
    expect(lake(rejected)).toEqual([]);
  });

  test("repeated by the same run it changes nothing", async () => {
    const one = run("r1", "one", 2);
    await publishRun(one);
    const before = store.keys("processed", "data/");
    expect(await publishRun(one)).toEqual({ published: 3, removed: 0, outcome: "published" });
    expect(store.keys("processed", "data/")).toEqual(before);
  });

  test("the same revision run again under a new name leaves one set of files", async () => {
    await publishRun(run("r1", "one", 2));
    await publishRun(run("r1", "again", 2));
    expect(lake()).toEqual(["again", "again"]);
  });

  test("a run that is overtaken while it copies takes its copies out again", async () => {
    const older = run("r1", "one", 2);
    const newer = run("r2", "two");
    let overtaken: Promise<unknown> | undefined;
    store.before = (call) => {
      if (call.startsWith("copy") && overtaken === undefined) overtaken = publishRun(newer);
    };
    expect((await publishRun(older)).outcome).toBe("outdated");
    await overtaken;
    expect(lake()).toEqual(["two"]);
  });

  test("a run that died after its copies, and was overtaken since, cleans up when it is tried again", async () => {
    const older = run("r1", "one", 2);
    store.before = (call) => {
      if (call.startsWith("copy") && call.includes("rejected")) throw new Error("killed");
    };
    expect((await errorOf(() => publishRun(older))).message).toBe("killed");
    store.before = () => {};
    await publishRun(run("r2", "two"));
    expect((await publishRun(older)).outcome).toBe("outdated");
    expect(lake()).toEqual(["two"]);
  });

  test("two that claim at once: the one whose condition fails looks again", async () => {
    const older = run("r1", "one");
    let isFirst = true;
    store.before = (call) => {
      if (!call.startsWith("list") || !isFirst) return;
      isFirst = false;
      store.put("processed", `${data}_revision.json`, JSON.stringify({ revision: "r2", run: "x", execution: "x" }));
    };
    expect((await publishRun(older)).outcome).toBe("outdated");
    expect(lake()).toEqual([]);
  });

  test("a marker that never keeps still is a failure that a retry may settle", async () => {
    let revision = 0;
    store.before = (call) => {
      if (!call.startsWith("list")) return;
      revision++;
      const marker = { revision: `r0-${revision}`, run: "x", execution: "x" };
      store.put("processed", `${data}_revision.json`, JSON.stringify(marker));
    };
    expect((await errorOf(() => publishRun(run("r1", "one")))).name).toBe("PublicationContended");
  });
});

describe("isOutdated", () => {
  const marker = (revision: string): Marker => ({ revision, run: "x", execution: "x", replays: 0 });
  test.each([
    ["nothing is published", undefined, false, "upsert", false],
    ["an older one is published", marker("r0"), false, "upsert", false],
    ["the same is published", marker("r1"), false, "upsert", false],
    ["a newer one is published", marker("r2"), false, "replace", true],
    ["a forced refresh goes back, as its table does", marker("r2"), true, "replace", false],
    ["a forced upsert does not, since its table does not", marker("r2"), true, "upsert", true],
  ])("%s", (_name, published, force, mode, expected) => {
    expect(isOutdated(published, marker("r1"), { force }, mode)).toBe(expected);
  });
});
