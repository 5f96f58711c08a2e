import { describe, expect, test } from "@jest/globals";
import { member, play, Refuses, type Script, Silent, START } from "./play.js";

describe("convert-partition", () => {
  const glue = { partitionFolder: "s3://l/", batchFile: "s3://p/batch.json", outputFolder: "s3://p/run/" };
  const run = (calls: Script) => play("convert-partition", { glue }, calls);
  const succeeded = { Id: "jr_1", JobRunState: "SUCCEEDED" };

  test("a run that succeeded", async () => {
    const { states, output, calls } = await run({ "Run the Glue job": succeeded });
    expect(states).toEqual(["Run the Glue job"]);
    expect(output).toEqual({ glueRunId: "jr_1" });
    expect(calls[0]?.arguments).toEqual({
      JobName: "glueJob",
      Arguments: {
        "--batch_file": "s3://p/batch.json",
        "--output_folder": "s3://p/run/",
        "--partition_folder": "s3://l/",
      },
    });
  });

  test.each(["STOPPED", "EXPIRED", "TIMEOUT"])("a run that ended as %s is a failure", async (JobRunState) => {
    const { error, cause } = await run({ "Run the Glue job": { Id: "jr_1", JobRunState, ErrorMessage: "why" } });
    expect(error).toBe("GlueRunNotSucceeded");
    expect(cause).toContain(`Glue run jr_1 of glueJob ended as ${JobRunState}: why`);
  });

  test("an answer without a state is no success", async () => {
    for (const answer of [{}, { JobRunState: "SUCCEEDED" }, { Id: "jr_1" }]) {
      expect(await run({ "Run the Glue job": answer })).toMatchObject({
        status: "FAILED",
        error: "GlueRunNotSucceeded",
      });
    }
  });

  test("waits for its turn for six hours", async () => {
    const full = new Refuses("Glue.ConcurrentRunsExceededException");
    const { status, seconds, calls } = await run({ "Run the Glue job": full });
    expect([status, calls.length]).toEqual(["FAILED", 76]);
    expect(seconds / 3600).toBeGreaterThan(6);
    expect(seconds / 3600).toBeLessThan(6.1);
    expect(await run({ "Run the Glue job": [full, succeeded] })).toMatchObject({ status: "SUCCEEDED", seconds: 30 });
  });

  test("a job that failed is not run again by the machine", async () => {
    const { error, calls } = await run({ "Run the Glue job": new Refuses("States.TaskFailed") });
    expect([error, calls.length]).toEqual(["States.TaskFailed", 1]);
  });

  test("a run that never ends is timed out", async () => {
    expect(await run({ "Run the Glue job": new Silent() })).toMatchObject({ error: "States.Timeout", seconds: 16_200 });
  });
});

describe("update-catalogue by crawler", () => {
  const run = (calls: Script) => play("update-catalogue", { mode: "crawler", dataset: "d", folder: "s3://f/" }, calls);
  const crawler = (State: string, secondsAfterStart: number, Status = "SUCCEEDED") => ({
    Crawler: { State, LastCrawl: { Status, StartTime: new Date(START + secondsAfterStart * 1000).toISOString() } },
  });
  const round = ["Give the crawler time", "Look at the crawler", "Has it seen the batch?"];

  test("starts a crawl and waits for its end", async () => {
    const looks = [{ Crawler: { State: "RUNNING" } }, crawler("STOPPING", -900), crawler("READY", 1)];
    const { states, seconds } = await run({ "Start the crawler": {}, "Look at the crawler": looks });
    const begun = ["How is it catalogued?", "Start the crawler"];
    expect(states).toEqual([...begun, ...round, ...round, ...round, "The catalogue is up to date"]);
    expect(seconds).toBe(3 + 15 + 60);
  });

  test("a crawl that ran already is waited for, and another started", async () => {
    const { states } = await run({
      "Start the crawler": [new Refuses("Glue.CrawlerRunningException"), {}],
      "Look at the crawler": [crawler("READY", -30), crawler("READY", 10)],
    });
    expect(states.slice(1)).toEqual([
      "Start the crawler",
      ...round,
      "Start the crawler",
      ...round,
      "The catalogue is up to date",
    ]);
  });

  test("a crawl that somebody else began after the batch was published will do", async () => {
    const running = new Refuses("Glue.CrawlerRunningException");
    const looks = [crawler("READY", -30), crawler("READY", 5)];
    const { status, calls } = await run({ "Start the crawler": running, "Look at the crawler": looks });
    expect(status).toBe("SUCCEEDED");
    expect(calls.filter(({ state }) => state === "Start the crawler")).toHaveLength(2);
  });

  test("a start that is cut to seconds is ours when we started it, and not when another did", async () => {
    const cut = crawler("READY", -0.1);
    const ours = await run({ "Start the crawler": {}, "Look at the crawler": cut });
    expect(ours.calls).toHaveLength(2);
    const theirs = await run({
      "Start the crawler": [new Refuses("Glue.CrawlerRunningException"), {}],
      "Look at the crawler": cut,
    });
    expect(theirs.calls).toHaveLength(4);
  });

  test.each(["FAILED", "CANCELLED"])("a crawl that %s is a failure", async (Status) => {
    const { error } = await run({ "Start the crawler": {}, "Look at the crawler": crawler("READY", 1, Status) });
    expect(error).toBe("CrawlFailed");
  });

  test("a crawler that has never ended a crawl is started again", async () => {
    const looks = [{ Crawler: { State: "READY" } }, crawler("READY", 5)];
    const { states } = await run({ "Start the crawler": {}, "Look at the crawler": looks });
    expect(states.filter((state) => state === "Start the crawler")).toHaveLength(2);
  });

  test("a crawl that never ends is timed out", async () => {
    const { status, seconds } = await run({ "Start the crawler": {}, "Look at the crawler": crawler("RUNNING", -9) });
    expect([status, seconds]).toEqual(["TIMED_OUT", 10_800]);
  });
});

describe("update-catalogue by partition", () => {
  const folder = "s3://p/data/d/year=2026/month=11/day=22/hour=05/batch=b1/";
  const run = (calls: Script) => play("update-catalogue", { mode: "partition", dataset: "d", folder }, calls);
  const table = { Table: { Name: "d", StorageDescriptor: { Columns: [{ Name: "id" }], Location: "s3://p/data/d/" } } };
  const exists = new Refuses("Glue.AlreadyExistsException");
  const at = (Location: string) => ({ Partition: { StorageDescriptor: { Location } } });
  const begun = ["How is it catalogued?", "Read the table", "Register the partition"];

  test("registers the folder with the table's columns", async () => {
    const { states, calls } = await run({ "Read the table": table, "Register the partition": {} });
    expect(states).toEqual([...begun, "The catalogue is up to date"]);
    expect(calls[1]?.arguments).toEqual({
      DatabaseName: "database",
      TableName: "d",
      PartitionInput: {
        Values: ["2026", "11", "22", "05", "b1"],
        StorageDescriptor: { Columns: [{ Name: "id" }], Location: folder },
      },
    });
  });

  test.each([folder, folder.slice(0, -1)])("one that is registered at %s stays", async (location) => {
    const { states } = await run({
      "Read the table": table,
      "Register the partition": exists,
      "Read the partition": at(location),
    });
    expect(states).toEqual([
      ...begun,
      "Read the partition",
      "Does it lie where it should?",
      "The catalogue is up to date",
    ]);
  });

  test("one that is registered elsewhere is moved", async () => {
    const { states, calls } = await run({
      "Read the table": table,
      "Register the partition": exists,
      "Read the partition": at("s3://old/"),
      "Move the partition": {},
    });
    expect(states.slice(-2)).toEqual(["Move the partition", "The catalogue is up to date"]);
    expect(member(calls.at(-1)?.arguments, "PartitionValueList")).toEqual(["2026", "11", "22", "05", "b1"]);
  });

  test("a table that is not there is a failure", async () => {
    const { error } = await run({ "Read the table": new Refuses("Glue.EntityNotFoundException") });
    expect(error).toBe("Glue.EntityNotFoundException");
  });
});

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
