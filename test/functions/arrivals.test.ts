import { beforeEach, describe, expect, test } from "@jest/globals";
import { at, contractOf, keysOf, loaded, put, refusal, renew, started, validated, world } from "./arrival-world.js";
import { MemoryStore } from "./memory-store.js";

beforeEach(renew);

describe("a marker", () => {
  const contract = contractOf({ path: "sales/dt={partition:yyyy-MM-dd}/*.csv", arrival: { marker: "_SUCCESS" } });
  const folder = "sales/dt=2026-11-22/";

  test("completes the files of its folder that fit the path, in the versions that stood when it was put", async () => {
    const first = put(`${folder}a.csv`, "id\n1\n", at("06:00"));
    put(`${folder}a.csv`, "id\n2\n", at("06:30"));
    put(`${folder}b.csv`, "id\n3\n", at("06:30"));
    put(`${folder}_temporary/c.csv`);
    put(`${folder}notes.txt`);
    const marker = put(`${folder}_SUCCESS`, "", at("06:15"));
    const batch = await loaded(contract, `${folder}_SUCCESS`);
    expect(batch.files).toMatchObject([{ key: `${folder}a.csv`, version_id: first.versionId, content_length: 5 }]);
    expect(batch).toMatchObject({
      partition: "2026-11-22",
      manifest: { key: `${folder}_SUCCESS`, version_id: marker.versionId, last_modified: "2026-11-22T06:15:00.000Z" },
      composed: expect.stringMatching(
        /^manifests\/sales\/2026-11-22\/[0-9a-f]{32}\/20261122T061500Z-0000-[0-9a-f]{8}\.json$/,
      ),
    });
  });

  test("is started without a look at S3, and validated with one list of its folder", async () => {
    put(`${folder}a.csv`);
    put(`${folder}_SUCCESS`, "");
    const [execution] = await started(contract, `${folder}_SUCCESS`);
    expect(world.store.calls).toEqual([]);
    expect(execution?.name).toMatch(/^sales-20261122-[0-9a-f]{12}$/);
    await validated(contract, execution ?? { name: "", input: "{}" });
    expect(world.store.calls.filter((call) => call.startsWith("versions"))).toEqual([
      `versions ${folder}_SUCCESS`,
      `versions ${folder}`,
      "versions sales/_SUCCESS",
    ]);
  });

  test("a repeated, late or simultaneous event gives one batch, whatever landed since", async () => {
    put(`${folder}a.csv`, "id\n1\n", at("06:00"));
    put(`${folder}_SUCCESS`, "", at("06:15"));
    const [execution] = await started(contract, `${folder}_SUCCESS`);
    const first = await validated(contract, execution ?? { name: "", input: "{}" });
    put(`${folder}a.csv`, "id\n9\n", at("06:15"));
    const [again] = await started(contract, `${folder}_SUCCESS`);
    expect(again).toEqual(execution);
    const second = await validated(contract, { name: "by-hand", input: again?.input ?? "{}" });
    expect({ ...second, execution: "", contract: "" }).toEqual({ ...first, execution: "", contract: "" });
    expect(world.store.keys("processed", "manifests/")).toHaveLength(1);
  });

  test("a second marker is a newer revision of the folder's batch", async () => {
    put(`${folder}a.csv`, "id\n1\n", at("06:00"));
    put(`${folder}_SUCCESS`, "", at("06:15"));
    const first = await loaded(contract, `${folder}_SUCCESS`);
    put(`${folder}b.csv`, "id\n2\n", at("06:20"));
    put(`${folder}_SUCCESS`, "", at("06:30"));
    const second = await loaded(contract, `${folder}_SUCCESS`);
    expect([first.batch_id === second.batch_id, first.revision < second.revision]).toEqual([true, true]);
    expect(keysOf(second)).toEqual([`${folder}a.csv`, `${folder}b.csv`]);
  });

  test("without files it is an empty batch; for a refresh that is refused", async () => {
    put(`${folder}_SUCCESS`, "");
    expect((await loaded(contract, `${folder}_SUCCESS`)).files).toEqual([]);
    const refresh = { ...contract, load: { ...contract.load, mode: "replace" as const } };
    world.store = new MemoryStore();
    put(`${folder}_SUCCESS`, "");
    expect((await refusal(refresh, `${folder}_SUCCESS`)).name).toBe("EmptyRefresh");
  });

  test("without versions a file that came later waits for the next marker", async () => {
    world.store.unversioned.add("landing");
    put(`${folder}a.csv`, "id\n1\n", at("06:00"));
    put(`${folder}b.csv`, "id\n1\n", at("06:30"));
    put(`${folder}_SUCCESS`, "", at("06:15"));
    expect(keysOf(await loaded(contract, `${folder}_SUCCESS`))).toEqual([`${folder}a.csv`]);
  });

  test("files below a deeper folder with a marker of its own belong to that one", async () => {
    const deep = contractOf({ path: "sales/dt={partition:yyyy-MM-dd}/**", arrival: { marker: "_SUCCESS" } });
    put(`${folder}a.csv`);
    put(`${folder}x/b.csv`);
    put(`${folder}x/_SUCCESS`, "", at("06:05"));
    put(`${folder}_SUCCESS`, "", at("06:15"));
    expect(keysOf(await loaded(deep, `${folder}_SUCCESS`))).toEqual([`${folder}a.csv`]);
    expect(keysOf(await loaded(deep, `${folder}x/_SUCCESS`))).toEqual([`${folder}x/b.csv`]);
  });

  test("below a folder whose own marker was there already it is refused", async () => {
    const deep = contractOf({ path: "sales/dt={partition:yyyy-MM-dd}/**", arrival: { marker: "*.done" } });
    put(`${folder}_SUCCESS`, "");
    put(`${folder}all.done`, "", at("06:00"));
    put(`${folder}x/part.done`, "", at("06:15"));
    expect(await refusal(deep, `${folder}x/part.done`)).toEqual({
      name: "ManifestInvalid",
      message: `s3://landing/${folder}x/part.done is below s3://landing/${folder}, which already had its own marker all.done. A delivery has one marker: put it into one of the folders, and deliver again.`,
    });
  });

  test("whose folder holds files of several partitions is refused, and so is one of which nothing says the partition", async () => {
    const named = contractOf({ path: "sales/s_{partition:yyyyMMdd}.csv", arrival: { marker: "_SUCCESS" } });
    put("sales/s_20261122.csv");
    put("sales/s_20261123.csv");
    put("sales/_SUCCESS", "", at("06:15"));
    expect((await refusal(named, "sales/_SUCCESS")).message).toBe(
      "s3://landing/sales/_SUCCESS completes files of several partitions: 2026-11-22, and 2026-11-23 (sales/s_20261123.csv). Put a marker into the folder of each partition.",
    );
    world.store = new MemoryStore();
    put("sales/_SUCCESS", "");
    expect(await refusal(named, "sales/_SUCCESS")).toMatchObject({
      name: "ManifestInvalid",
      message: expect.stringContaining("The partition of s3://landing/sales/_SUCCESS is unknown"),
    });
  });

  test("its own name may say the partition, and its files too: one list of its folder, as far as the first of them", async () => {
    const byName = contractOf({
      path: "sales/{partition:yyyyMMdd}_*.csv",
      arrival: { marker: "{partition:yyyyMMdd}.done" },
    });
    put("sales/20261122_a.csv");
    put("sales/20261122.done", "", at("06:15"));
    expect((await loaded(byName, "sales/20261122.done")).partition).toBe("2026-11-22");
    const byFiles = contractOf({ path: "sales/{partition:yyyyMMdd}_*.csv", arrival: { marker: "_SUCCESS" } });
    put("sales/_SUCCESS", "", at("06:15"));
    const [execution] = await started(byFiles, "sales/_SUCCESS");
    expect(world.store.calls).toEqual(["list sales/"]);
    expect(JSON.parse(execution?.input ?? "")).toMatchObject({ partition: "2026-11-22" });
  });

  test("without {partition} in the path a delivery belongs to the day on which its marker landed, in the contract's zone", async () => {
    const byLanding = contractOf({ path: "sales/**", arrival: { marker: "_SUCCESS" }, timezone: "America/New_York" });
    put("sales/a.csv", "id\n1\n", at("02:00"));
    put("sales/_SUCCESS", "", at("03:00"));
    const batch = await loaded(byLanding, "sales/_SUCCESS");
    expect(batch).toMatchObject({ partition: "2026-11-21", partition_start: "2026-11-21T05:00:00Z" });
  });
});

test("10,000 objects of a delivery: the same questions to S3 as one object, and far below a minute", async () => {
  const contract = contractOf({ path: "sales/dt={partition:yyyy-MM-dd}/*.csv", arrival: { marker: "_SUCCESS" } });
  const questions: (readonly string[])[] = [];
  for (const [day, count] of [
    ["2026-11-21", 1],
    ["2026-11-22", 10_000],
  ] as const) {
    const folder = `sales/dt=${day}/`;
    for (let file = 0; file < count; file++) put(`${folder}${String(file).padStart(5, "0")}.csv`);
    put(`${folder}_SUCCESS`, "", at("06:15"));
    const [execution] = await started(contract, `${folder}_SUCCESS`);
    const begun = performance.now();
    const batch = await validated(contract, execution ?? { name: "", input: "{}" });
    expect(performance.now() - begun).toBeLessThan(60_000);
    expect(batch.files).toHaveLength(count);
    questions.push(world.store.calls.map((call) => call.split(" ")[0] ?? ""));
  }
  expect(questions[1]).toEqual(questions[0]);
});

describe("a control file", () => {
  const folder = "bank/2026-11-22/";
  const control = { format: { type: "csv", delimiter: ";" }, file: "name", rows: "records", bytes: "size" };
  const contract = (more: object = control, load?: object) =>
    contractOf({ path: "bank/{partition:yyyy-MM-dd}/*.csv", arrival: { marker: "*.ctl", control: more } }, load);
  const ctl = (text: string, name = "all.ctl") => put(`${folder}${name}`, text, at("06:15"));
  beforeEach(() => {
    put(`${folder}a.csv`);
    put(`${folder}b.csv`);
  });

  test("names the files, and what they promise", async () => {
    ctl('name;records;size\r\n"a.csv";1;5\r\n');
    const batch = await loaded(contract(), `${folder}all.ctl`);
    expect(batch.files).toMatchObject([{ key: `${folder}a.csv`, record_count: 1 }]);
    ctl("name;records;size\nb.csv;;\n", "late.ctl");
    const other = await loaded(contract(), `${folder}late.ctl`);
    expect(other.files).toMatchObject([{ key: `${folder}b.csv`, record_count: null }]);
    expect(other.batch_id).not.toBe(batch.batch_id);
  });

  test.each([
    ["name;records;size\na.csv;1;6\n", "FileMismatch", "'a.csv' (6 bytes promised, 5 found)"],
    ["name;records;size\nc.csv;1;5\n", "FileMissing", "names 1 file(s), each of which is not there: 'c.csv' (line 2)"],
    [
      "name;records;size\n../x.csv;1;5\n",
      "ManifestInvalid",
      "s3://landing/bank/2026-11-22/all.ctl, line 2: '../x.csv' is outside the control file's folder s3://landing/bank/2026-11-22/. List each file once, relative to the control file's folder, and deliver it again.",
    ],
    ["name;records;size\n/a.csv;1;5\n", "ManifestInvalid", "line 2: '/a.csv' is outside"],
    ["name;records;size\ns3://other/a.csv;1;5\n", "ManifestInvalid", "'s3://other/a.csv' is outside"],
    ["name;records;size\ns3://landing/bank/2026-11-23/a.csv;1;5\n", "ManifestInvalid", "2026-11-23/a.csv' is outside"],
    ["name;records;size\nx/../../2026-11-23/a.csv;1;5\n", "ManifestInvalid", "'x/../../2026-11-23/a.csv' is outside"],
    ["name;records;size\na.txt;1;5\n", "ManifestInvalid", "'a.txt' does not match the dataset's path"],
    ["name;records;size\na.csv;1;5\na.csv;1;5\n", "ManifestInvalid", "line 3: 'a.csv' is listed twice"],
    ["name;records;size\na.csv;many;5\n", "ManifestInvalid", "line 2: rows is 'many', expected a whole number"],
    [
      "name;count;size\na.csv;1;5\n",
      "ManifestInvalid",
      "has no column 'records' (rows); it has 'name', 'count', 'size'",
    ],
    ["name;records;size\n;1;5\n", "ManifestInvalid", "line 2: it names no file"],
  ])("that lies is refused: %j", async (text, name, message) => {
    ctl(text);
    expect(await refusal(contract(), `${folder}all.ctl`)).toEqual({ name, message: expect.stringContaining(message) });
  });

  test("a file that came later in a bucket without versions is refused", async () => {
    world.store = new MemoryStore();
    world.store.unversioned.add("landing");
    put(`${folder}a.csv`, "id\n1\n", at("06:30"));
    ctl("name;records;size\na.csv;1;5\n");
    expect(await refusal(contract(), `${folder}all.ctl`)).toMatchObject({
      name: "FileMismatch",
      message: expect.stringContaining("was written after it"),
    });
  });

  test("without names gives the totals of the folder", async () => {
    const totals = contract({ format: { type: "json", records: "$" }, rows: "sum.rows", bytes: "sum.bytes" });
    ctl('{"sum": {"rows": 2, "bytes": 10}}');
    const batch = await loaded(totals, `${folder}all.ctl`);
    expect([keysOf(batch), batch.record_count]).toEqual([[`${folder}a.csv`, `${folder}b.csv`], 2]);
    ctl('{"sum": {"rows": 2, "bytes": 11}}');
    expect(await refusal(totals, `${folder}all.ctl`)).toMatchObject({
      name: "FileMismatch",
      message: expect.stringContaining("promises 11 bytes, but the 2 file(s) of its folder have 10"),
    });
    ctl('[{"sum": {"rows": 2, "bytes": 10}}, {"sum": {"rows": 2, "bytes": 10}}]');
    expect(await refusal(totals, `${folder}all.ctl`)).toMatchObject({
      name: "ManifestInvalid",
      message: expect.stringContaining("has 2 entries"),
    });
  });

  test("of a refresh there is one", async () => {
    ctl("name;records;size\na.csv;1;5\n", "one.ctl");
    ctl("name;records;size\nb.csv;1;5\n", "two.ctl");
    expect((await refusal(contract(control, { mode: "replace" }), `${folder}two.ctl`)).message).toContain(
      "and so would one.ctl in the same folder",
    );
  });

  test("counts of another dataset's delivery are not this one's", async () => {
    ctl("name;records;size\na.csv;1;5\n");
    const lines = { ...contract(), dataset: "lines", deliveries: "sales" };
    expect((await loaded(lines, `${folder}all.ctl`)).files).toMatchObject([{ record_count: null }]);
  });
});
