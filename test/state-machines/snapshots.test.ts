import { describe, expect, test } from "@jest/globals";
import { play, Refuses, type Script } from "./play.js";

describe("take-serverless-snapshot", () => {
  const input = { identifier: "sluice-demo", retentionDays: 7 };
  const look = (Status: string) => ({ Snapshot: { Status } });
  const there = [
    "Is a young one enough?",
    "Create the snapshot",
    "Look at the snapshot",
    "Is it available?",
    "The snapshot is taken",
  ];

  test("takes one of the namespace and waits until it is available", async () => {
    const { states, seconds, calls } = await play("take-serverless-snapshot", input, {
      "Create the snapshot": { Snapshot: {} },
      "Look at the snapshot": [look("CREATING"), look("AVAILABLE")],
    });
    expect([states.at(-1), seconds]).toEqual(["The snapshot is taken", 10]);
    expect(calls[0]?.arguments).toEqual({
      NamespaceName: "namespace",
      SnapshotName: "sluice-demo",
      RetentionPeriod: 7,
    });
  });

  test("a conflict is the snapshot that is there already, or a namespace that is busy", async () => {
    const conflict = new Refuses("RedshiftServerless.ConflictException");
    const taken = await play("take-serverless-snapshot", input, {
      "Create the snapshot": conflict,
      "Is it there already?": look("AVAILABLE"),
      "Look at the snapshot": look("AVAILABLE"),
    });
    expect(taken.states).toEqual(there.toSpliced(2, 0, "Is it there already?"));
    const busy = await play("take-serverless-snapshot", input, {
      "Create the snapshot": [conflict, { Snapshot: {} }],
      "Is it there already?": new Refuses("RedshiftServerless.ResourceNotFoundException"),
      "Look at the snapshot": look("AVAILABLE"),
    });
    expect([busy.status, busy.seconds]).toEqual(["SUCCEEDED", 60]);
  });

  test("a younger one of Sluice stands for it, on whichever page it is", async () => {
    const near = await play(
      "take-serverless-snapshot",
      { ...input, minimumDistanceSeconds: 3600 },
      {
        "Look for a young one": { Snapshots: [{ SnapshotName: "by-hand", Status: "AVAILABLE" }], NextToken: "more" },
        "Look at the next page": {
          Snapshots: [
            { SnapshotName: "sluice-bad", Status: "FAILED" },
            { SnapshotName: "sluice-a", Status: "CREATING" },
          ],
        },
        "Look at the snapshot": look("AVAILABLE"),
      },
    );
    expect(near.output).toEqual({ identifier: "sluice-a" });
    expect(near.calls[1]?.arguments).toMatchObject({ NamespaceName: "namespace", NextToken: "more" });
    expect(near.states).not.toContain("Create the snapshot");
  });

  test("one that failed is a failure", async () => {
    const failed = await play("take-serverless-snapshot", input, {
      "Create the snapshot": {},
      "Look at the snapshot": look("FAILED"),
    });
    expect([failed.error, failed.cause]).toEqual([
      "SnapshotFailed",
      "Snapshot sluice-demo of namespace ended as FAILED. Delete it, then redrive the load.",
    ]);
  });
});

describe("take-snapshot", () => {
  const run = (calls: Script) => play("take-snapshot", { identifier: "sluice-demo", retentionDays: 7 }, calls);
  const look = (Status: string) => ({ Snapshots: [{ Status }] });

  test("takes it and waits until it is available", async () => {
    const { states, seconds, calls } = await run({
      "Create the snapshot": { Snapshot: {} },
      "Look at the snapshot": [look("creating"), look("final snapshot"), look("available")],
    });
    expect(states.filter((state) => state === "Give the snapshot time")).toHaveLength(2);
    expect([states.at(-1), seconds]).toEqual(["The snapshot is taken", 30]);
    expect(calls[0]?.arguments).toEqual({
      ClusterIdentifier: "clusterIdentifier",
      SnapshotIdentifier: "sluice-demo",
      ManualSnapshotRetentionPeriod: 7,
    });
  });

  test("one that is there already is waited for", async () => {
    const { states } = await run({
      "Create the snapshot": new Refuses("Redshift.ClusterSnapshotAlreadyExistsException"),
      "Look at the snapshot": look("available"),
    });
    expect(states).toEqual([
      "Is a young one enough?",
      "Create the snapshot",
      "Look at the snapshot",
      "Is it available?",
      "The snapshot is taken",
    ]);
  });

  describe("with a minimum distance", () => {
    const near = (calls: Script) =>
      play("take-snapshot", { identifier: "sluice-demo", retentionDays: 7, minimumDistanceSeconds: 21_600 }, calls);
    const page = (snapshots: readonly (readonly [id: string, status?: string])[], marker?: string) => ({
      Snapshots: snapshots.map(([SnapshotIdentifier, Status = "available"]) => ({ SnapshotIdentifier, Status })),
      ...(marker === undefined ? {} : { Marker: marker }),
    });

    test("one of Sluice that is younger stands for it, once it is available", async () => {
      const { states, calls, output } = await near({
        "Look for a young one": page([["by-hand"], ["sluice-bad", "failed"], ["sluice-a", "creating"], ["sluice-b"]]),
        "Look at the snapshot": [look("creating"), look("available")],
      });
      expect(states).not.toContain("Create the snapshot");
      expect(calls.at(-1)?.arguments).toEqual({ SnapshotIdentifier: "sluice-a" });
      expect(output).toEqual({ identifier: "sluice-a" });
      expect(calls[0]?.arguments).toMatchObject({
        ClusterIdentifier: "clusterIdentifier",
        SnapshotType: "manual",
        StartTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        MaxRecords: 20,
      });
    });

    test("all pages are looked through before a new one is taken", async () => {
      const { calls, output } = await near({
        "Look for a young one": page([["by-hand"]], "more"),
        "Look at the next page": page([]),
        "Create the snapshot": {},
        "Look at the snapshot": look("available"),
      });
      expect(calls[0]?.arguments).not.toHaveProperty("Marker");
      expect(calls[1]?.arguments).toMatchObject({ Marker: "more" });
      expect(output).toEqual({ identifier: "sluice-demo" });
    });

    test("pages that never end do not keep it from being taken", async () => {
      const { states, output } = await near({
        "Look for a young one": page([], "more"),
        "Look at the next page": page([], "more"),
        "Create the snapshot": {},
        "Look at the snapshot": look("available"),
      });
      expect(states.filter((state) => state === "Look at the next page")).toHaveLength(39);
      expect(output).toEqual({ identifier: "sluice-demo" });
    });
  });

  test("one that failed is a failure", async () => {
    const { error } = await run({ "Create the snapshot": {}, "Look at the snapshot": look("failed") });
    expect(error).toBe("SnapshotFailed");
  });

  test("a cluster that is busy is waited for, one that is gone is not", async () => {
    const busy = new Refuses("Redshift.InvalidClusterStateException");
    const later = await run({ "Create the snapshot": [busy, {}], "Look at the snapshot": look("available") });
    expect([later.status, later.seconds]).toEqual(["SUCCEEDED", 60]);
    const gone = await run({ "Create the snapshot": new Refuses("Redshift.ClusterNotFoundException") });
    expect([gone.status, gone.calls.length]).toEqual(["FAILED", 1]);
  });

  test("one that never becomes available is timed out", async () => {
    const { status, seconds } = await run({ "Create the snapshot": {}, "Look at the snapshot": { Snapshots: [] } });
    expect([status, seconds]).toEqual(["TIMED_OUT", 10_800]);
  });
});
