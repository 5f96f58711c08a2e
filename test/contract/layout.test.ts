import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as layout from "../../contract/layout.js";

describe("partitions", () => {
  test.each([
    ["2026-11-22T05", "hour", true],
    ["2026-11-22", "day", true],
    ["2026-11-22", "hour", false],
    ["2026-11-22T24", "hour", false],
    ["2026-02-30", "day", false],
    ["2026-02-30T01", "hour", false],
    ["26-11-22", "day", false],
  ] as const)("%s as %s: %s", (text, granularity, expected) => {
    expect(layout.isPartition(text, granularity)).toBe(expected);
  });

  test("a moment's partition is in UTC", () => {
    const moment = new Date("2026-11-22T23:59:59-05:00");
    expect(layout.partitionAt(moment, "hour")).toBe("2026-11-23T04");
    expect(layout.partitionAt(moment, "day")).toBe("2026-11-23");
  });

  test("paths", () => {
    expect(layout.landingFolder("orders", "2026-11-22T05")).toBe("orders/2026/11/22/05/");
    expect(layout.dataFolder("orders", "2026-11-22T05", "ab")).toBe(
      "data/orders/year=2026/month=11/day=22/hour=05/batch=ab/",
    );
    expect(layout.rejectedFolder("orders", "2026-11-22", "ab")).toBe(
      "rejected/orders/year=2026/month=11/day=22/batch=ab/",
    );
  });
});

describe("reading landed keys", () => {
  test("a key names dataset, partition and the rest", () => {
    expect(layout.readLandedKey("orders/2026/11/22/05/late/1.manifest.json", "hour")).toEqual({
      dataset: "orders",
      partition: "2026-11-22T05",
      folder: "orders/2026/11/22/05/",
      name: "late/1.manifest.json",
    });
  });

  test("a composed manifest stands for the landing folder", () => {
    expect(layout.readLandedKey("manifests/orders/2026/11/22/_manifest.json", "day")).toMatchObject({
      folder: "orders/2026/11/22/",
      name: "_manifest.json",
    });
  });

  test.each(["orders/2026/11/22/_manifest.json", "orders/2026/13/22/05/x", "orders/_manifest.json", "x"])(
    "%s is in no hour's folder",
    (key) => {
      expect(layout.readLandedKey(key, "hour")).toBeUndefined();
    },
  );

  test("what is in an hour's folder is never read as a partition that does not exist", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (rest) => {
        const read = layout.readLandedKey(`d/2026/01/02/03/${rest}x`, "hour");
        expect(read).toMatchObject({ dataset: "d", partition: "2026-01-02T03", name: `${rest}x` });
      }),
    );
  });
});

describe("revisions and places", () => {
  const version = (seconds: number, ordinal: number, versionId: string | null = "v") => ({
    lastModified: new Date(Date.UTC(2026, 0, 1) + seconds * 1000),
    etag: "e",
    versionId,
    ordinal,
  });

  test("sort by time, then by order within the second", () => {
    const seconds = fc.integer({ min: 0, max: 10 ** 8 });
    fc.assert(
      fc.property(seconds, seconds, fc.nat(9999), fc.nat(9999), (a, b, i, j) => {
        const [first, second] = [layout.revisionOf(version(a, i)), layout.revisionOf(version(b, j))];
        const expected = a === b ? Math.sign(i - j) : Math.sign(a - b);
        expect(first < second ? -1 : first > second ? 1 : 0).toBe(expected);
      }),
    );
  });

  test("two versions of one second that S3 cannot order still differ", () => {
    const etags = ["a", "b"].map((etag) => layout.revisionOf({ ...version(0, 0, null), etag }));
    expect(new Set(etags).size).toBe(2);
  });

  test("a place fits the lineage column", () => {
    const batch = layout.batchId("d", "2026-11-22T05", "k");
    expect(batch).toMatch(/^[0-9a-f]{32}$/);
    expect(layout.placeOf("2026-11-22T05", layout.revisionOf(version(0, 0)), batch).length).toBeLessThanOrEqual(80);
  });

  test("the mark of a forced refresh is its execution's own, and stands behind its place", () => {
    const revision = layout.revisionOf(version(0, 0));
    const place = layout.placeOf("2026-11-22T05", revision, "f".repeat(32));
    const mark = (execution: string | null) => layout.stagingMark("2026-11-22T05", revision, "f".repeat(32), execution);
    expect(mark(null)).toBe(place);
    expect(mark("one")).not.toBe(mark("other"));
    expect(mark("one") > `${place}/`).toBe(true);
    expect(mark("one")).toHaveLength(place.length);
  });
});

describe("names", () => {
  test("an execution's name is legal whatever the dataset's folder is called (A1.2, A1.3)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), fc.string(), (dataset, key, id) => {
        const name = layout.executionName(dataset, "2026-11-22T05", key, id);
        expect(name).toMatch(/^[A-Za-z0-9_-]{1,76}$/);
        expect(layout.rerunName(layout.rerunName(name, 2), 13)).toBe(`${name}-r13`);
      }),
    );
  });

  test("the same event gives the same name, another version another", () => {
    const name = (version: string) => layout.executionName("orders", "2026-11-22", "k", version);
    expect(name("1")).toBe(name("1"));
    expect(name("1")).not.toBe(name("2"));
  });

  test("a snapshot's identifier keeps Redshift's rules (D2.2)", () => {
    const name = layout.snapshotIdentifier("demo", "order_lines_", "2026-11-22T05", "r", "e");
    expect(name).toMatch(/^[a-z](?!.*--)[a-z0-9-]{0,254}(?<!-)$/);
  });

  test("a bucket's name has at most 63 characters in the longest region", () => {
    expect(
      layout.bucketName("abcdefghijkl", "abcdefghijkl", "processed", "123456789012", "ap-southeast-2").length,
    ).toBeLessThanOrEqual(63);
  });
});
