import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { isPasswordOf, passwordHash } from "../../redshift/dialect/passwords.js";
import { type Api, asShapes, openApi } from "./data-api-client.js";
import { ADMIN_SECRET, CLUSTER, COPY_ROLE } from "./fake-account.js";

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.stop());

const snapshot = (identifier: string, extra = {}) =>
  api.send("CreateClusterSnapshot", { ClusterIdentifier: CLUSTER, SnapshotIdentifier: identifier, ...extra });

describe("DescribeClusters", () => {
  test("tells what the template says", async () => {
    expect(await api.send("DescribeClusters", {})).toMatchObject({
      Clusters: [
        {
          ClusterIdentifier: CLUSTER,
          ClusterStatus: "available",
          DBName: "analytics",
          MasterUsername: "admin",
          NodeType: "ra3.large",
          NumberOfNodes: 2,
          MasterPasswordSecretArn: ADMIN_SECRET,
          IamRoles: [{ IamRoleArn: COPY_ROLE }],
        },
      ],
    });
    await expect(api.send("DescribeClusters", { ClusterIdentifier: "other" })).rejects.toMatchObject({
      name: "ClusterNotFoundFault",
    });
  });
});

describe("snapshots (D2)", () => {
  test("are creating, then available", async () => {
    const made = await snapshot("preload-20260131t020000z-abc", { ManualSnapshotRetentionPeriod: 7 });
    expect(made.Snapshot).toMatchObject({
      Status: "creating",
      ManualSnapshotRetentionPeriod: 7,
      SnapshotType: "manual",
    });
    api.account.advance(31_000);
    const found = await api.send("DescribeClusterSnapshots", { SnapshotIdentifier: "preload-20260131t020000z-abc" });
    expect(found).toMatchObject({ Snapshots: [{ Status: "available", ManualSnapshotRemainingDays: 7 }] });
  });

  test("have one identifier each", async () => {
    await snapshot("once");
    await expect(snapshot("ONCE")).rejects.toMatchObject({ name: "ClusterSnapshotAlreadyExistsFault" });
  });

  test.each(["1st", "a_b", "a.b", "a:b", "a-", "a--b", "x".repeat(256)])("cannot be called %s", async (identifier) => {
    await expect(snapshot(identifier)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  test.each([0, -2, 3654, 1.5])("cannot be kept for %s days", async (days) => {
    await expect(snapshot("days", { ManualSnapshotRetentionPeriod: days })).rejects.toMatchObject({
      name: "InvalidRetentionPeriodFault",
    });
  });

  test("are found by time, newest first, page by page", async () => {
    const since = new Date(api.account.clock.now() + 1000);
    for (let i = 0; i < 25; i++) {
      api.account.advance(2000);
      await snapshot(`many-${i}`);
    }
    const asked = { StartTime: since, SortingEntities: [{ Attribute: "CREATE_TIME", SortOrder: "DESC" }] };
    const first = await api.send("DescribeClusterSnapshots", { ...asked, MaxRecords: 20 });
    const second = await api.send("DescribeClusterSnapshots", { ...asked, MaxRecords: 20, Marker: first.Marker });
    const names = [first, second].flatMap(({ Snapshots }) =>
      asShapes(Snapshots).map((each) => each.SnapshotIdentifier),
    );
    expect(names).toEqual(Array.from({ length: 25 }, (_, i) => `many-${24 - i}`));
    expect(second).not.toHaveProperty("Marker");
    expect(await api.send("DescribeClusterSnapshots", { SnapshotType: "automated" })).toEqual({ Snapshots: [] });
  });

  test("go when their time is over", async () => {
    await snapshot("short-lived", { ManualSnapshotRetentionPeriod: 1 });
    api.account.advance(24 * 3600 * 1000 + 1);
    await expect(api.send("DescribeClusterSnapshots", { SnapshotIdentifier: "short-lived" })).rejects.toMatchObject({
      name: "ClusterSnapshotNotFoundFault",
    });
  });
});

describe("a paused cluster", () => {
  test("takes no snapshot and no statements until it is resumed", async () => {
    expect(await api.send("PauseCluster", { ClusterIdentifier: CLUSTER })).toMatchObject({
      Cluster: { ClusterStatus: "paused" },
    });
    await expect(snapshot("while-paused")).rejects.toMatchObject({ name: "InvalidClusterStateFault" });
    expect(await api.run("select 1")).toMatchObject({ Status: "FAILED", Error: expect.stringContaining("is paused") });
    await expect(api.send("PauseCluster", { ClusterIdentifier: CLUSTER })).rejects.toMatchObject({
      name: "InvalidClusterStateFault",
    });
    await api.send("ResumeCluster", { ClusterIdentifier: CLUSTER });
    expect(await api.run("select 1")).toMatchObject({ Status: "FINISHED" });
  });
});

describe("snapshot schedules", () => {
  test("are made, joined to the cluster and described", async () => {
    await api.send("CreateSnapshotSchedule", {
      ScheduleIdentifier: "nightly",
      ScheduleDefinitions: ["rate(12 hours)"],
    });
    await expect(
      api.send("CreateSnapshotSchedule", { ScheduleIdentifier: "nightly", ScheduleDefinitions: ["rate(12 hours)"] }),
    ).rejects.toMatchObject({ name: "SnapshotScheduleAlreadyExistsFault" });
    await expect(
      api.send("CreateSnapshotSchedule", { ScheduleIdentifier: "wrong", ScheduleDefinitions: ["rate(48 hours)"] }),
    ).rejects.toMatchObject({ name: "InvalidScheduleFault" });
    await api.send("ModifyClusterSnapshotSchedule", { ClusterIdentifier: CLUSTER, ScheduleIdentifier: "nightly" });
    expect(await api.send("DescribeSnapshotSchedules", { ClusterIdentifier: CLUSTER })).toMatchObject({
      SnapshotSchedules: [{ ScheduleIdentifier: "nightly", AssociatedClusterCount: 1 }],
    });
    expect(await api.send("DescribeClusters", {})).toMatchObject({
      Clusters: [{ SnapshotScheduleIdentifier: "nightly" }],
    });
    await expect(api.send("DeleteSnapshotSchedule", { ScheduleIdentifier: "nightly" })).rejects.toMatchObject({
      name: "InvalidClusterSnapshotScheduleStateFault",
    });
    await api.send("ModifyClusterSnapshotSchedule", { ClusterIdentifier: CLUSTER, DisassociateSchedule: true });
    await api.send("DeleteSnapshotSchedule", { ScheduleIdentifier: "nightly" });
    expect(await api.send("DescribeSnapshotSchedules", {})).toEqual({ SnapshotSchedules: [] });
  });
});

describe("passwords", () => {
  // By another program: of "Secret1word" followed by the salt.
  const sha256 = "sha256|5f5f7a5d4b88ea20b4cac3abc4fa0a535ff46359f34c3722091085b041646e2f|pepper";
  test("are kept as hashes and recognised", () => {
    const hash = passwordHash("Right1password");
    expect(hash).toMatch(/^sha256\|[0-9a-f]{64}\|[0-9a-f]{32}$/);
    expect(isPasswordOf("u", "Right1password", hash)).toBe(true);
    expect(isPasswordOf("u", "Wrong1password", hash)).toBe(false);
  });

  test("a given md5 is of password and user name", () => {
    // md5 of "Secret1word" followed by "ann", by another program.
    const hash = "md5f40c275a6e2255d50b3a809b971716c0";
    expect(passwordHash(hash)).toBe(hash);
    expect(isPasswordOf("ann", "Secret1word", hash)).toBe(true);
    expect(isPasswordOf("bob", "Secret1word", hash)).toBe(false);
  });

  test("a given sha256 is of password and salt", () => {
    expect(passwordHash(sha256)).toBe(sha256);
    expect(isPasswordOf("ann", "Secret1word", sha256)).toBe(true);
  });

  test.each(["short1A", "nouppercase1", "NOLOWERCASE1", "NoDigitsHere", "Has blank1"])(
    "%s is not taken",
    (password) => {
      expect(() => passwordHash(password)).toThrow("password must be");
    },
  );
});
