import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { Shape } from "../../../call/call.js";
import { VirtualClock } from "../../../call/virtual-clock.js";
import { createGlueService, type GlueService } from "../../../glue/service.js";
import { leaveDuckDb, withDuckDb } from "../../../parquet/duckdb.js";
import { caller } from "../caller.js";
import { FakeAccount, ROLE } from "../fake-account.js";

const START = 1_800_000_000_000;
const WIDE = `select 1::tinyint as i8, 2::smallint as i16, 3::integer as i32, 4::bigint as i64, 1.5::float as f, 2.5::double as d,
  true as b, 'x' as s, 'x'::blob as bin, date '2026-01-01' as dt, timestamp '2026-01-01' as ts, 1.25::decimal(38,2) as dec,
  [1, 2] as l, {a: 1, b: 'x'} as st, map {'k': [1]} as m, [{q: 1}] as ls`;

let folder: string;
let parquet: (sql: string) => Promise<Buffer>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "glue-crawler-"));
  parquet = async (sql) => {
    const path = join(folder, "made.parquet");
    await withDuckDb((duckdb) => duckdb.run(`copy (${sql}) to '${path}' (format parquet)`));
    return readFileSync(path);
  };
});
afterAll(async () => {
  await leaveDuckDb();
  rmSync(folder, { recursive: true, force: true });
});

let account: FakeAccount;
let service: GlueService;
let call: (operation: string, input: Shape) => Promise<Shape>;

beforeEach(() => open(mkdtempSync(join(folder, "account-"))));

function open(at: string, deleteBehavior = "LOG", clock = new VirtualClock(START)): void {
  account = new FakeAccount(at, clock);
  account.addResource("AWS::Glue::Database", "demo", { DatabaseInput: { Name: "demo" } });
  account.addResource("AWS::Glue::Crawler", "crawler", {
    Name: "crawler",
    Role: ROLE,
    DatabaseName: "demo",
    Targets: { S3Targets: [{ Path: "s3://processed/data/" }] },
    SchemaChangePolicy: { UpdateBehavior: "UPDATE_IN_DATABASE", DeleteBehavior: deleteBehavior },
    Configuration: JSON.stringify({
      Version: 1.0,
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: 3 },
      CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
    }),
  });
  service = createGlueService(account);
  account.glue = service;
  call = caller(service);
}

const Crawler = z.object({
  Crawler: z.object({
    State: z.string(),
    LastCrawl: z.object({ Status: z.string(), StartTime: z.date(), ErrorMessage: z.string().optional() }).optional(),
  }),
});
const state = async () => Crawler.parse(await call("GetCrawler", { Name: "crawler" })).Crawler;

/** Polls as a state machine would, on the account's clock; returns the states seen, in order. */
async function untilReady(): Promise<readonly string[]> {
  const seen: string[] = [];
  for (;;) {
    const { State } = await state();
    if (seen.at(-1) !== State) seen.push(State);
    if (State === "READY") return seen;
    await account.clock.sleep(10);
  }
}

async function crawl() {
  await call("StartCrawler", { Name: "crawler" });
  await untilReady();
  return (await state()).LastCrawl;
}

const columnsOf = (table: Shape) =>
  z
    .object({
      Table: z.object({
        StorageDescriptor: z.object({ Columns: z.array(z.object({ Name: z.string(), Type: z.string() })) }),
      }),
    })
    .parse(table)
    .Table.StorageDescriptor.Columns.map(({ Name, Type }) => `${Name} ${Type}`);

const DAY = "processed/data/quakes/year=2026/month=11/day=22";

describe("a crawl", () => {
  test("makes a table a dataset, with Glue's types and a partition a folder", async () => {
    account.putObject(`${DAY}/batch=aa/part-0.parquet`, await parquet(WIDE));
    account.putObject(`${DAY}/batch=bb/part-0.parquet`, await parquet(WIDE));
    account.putObject(`${DAY}/batch=bb/_manifest.json`, "{}");
    account.putObject(`${DAY}/_temporary/part-1.parquet`, "half");
    account.putObject("processed/data/storms/year=2026/x.parquet", await parquet("select 1 as id"));
    expect(await crawl()).toMatchObject({ Status: "SUCCEEDED" });

    expect(await call("GetTables", { DatabaseName: "demo" })).toMatchObject({
      TableList: [
        {
          Name: "quakes",
          Parameters: { classification: "parquet", objectCount: "2" },
          PartitionKeys: ["year", "month", "day", "batch"].map((Name) => ({ Name, Type: "string" })),
          StorageDescriptor: {
            Location: "s3://processed/data/quakes/",
            InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
          },
        },
        { Name: "storms", PartitionKeys: [{ Name: "year" }] },
      ],
    });
    expect(columnsOf(await call("GetTable", { DatabaseName: "demo", Name: "quakes" }))).toEqual([
      "i8 tinyint",
      "i16 smallint",
      "i32 int",
      "i64 bigint",
      "f float",
      "d double",
      "b boolean",
      "s string",
      "bin binary",
      "dt date",
      "ts timestamp",
      "dec decimal(38,2)",
      "l array<int>",
      "st struct<a:int,b:string>",
      "m map<string,array<int>>",
      "ls array<struct<q:int>>",
    ]);
    expect(await call("GetPartitions", { DatabaseName: "demo", TableName: "quakes" })).toMatchObject({
      Partitions: [
        { Values: ["2026", "11", "22", "aa"], StorageDescriptor: { Location: `s3://${DAY}/batch=aa/` } },
        { Values: ["2026", "11", "22", "bb"] },
      ],
    });
    expect(account.calls.every(({ principal }) => principal.arn === ROLE)).toBe(true);
  });

  test("adds columns of newer files, keeps older ones, and changes nothing when nothing has changed", async () => {
    account.putObject("processed/data/t/year=1/a.parquet", await parquet("select 1 as id, 'x' as gone"));
    await crawl();
    account.putObject("processed/data/t/year=2/a.parquet", await parquet("select 1::bigint as id, 2 as fresh"));
    await crawl();
    expect(columnsOf(await call("GetTable", { DatabaseName: "demo", Name: "t" }))).toEqual([
      "id bigint",
      "fresh int",
      "gone string",
    ]);
    account.calls.length = 0;
    await crawl();
    expect(account.calls.map(({ operation }) => operation)).toEqual(["GetTables", "ListObjectsV2", "GetPartitions"]);
  });

  test.each([
    ["LOG", 2],
    ["DELETE_FROM_DATABASE", 1],
  ])("with DeleteBehavior %s leaves %d partitions when one is gone", async (behaviour, count) => {
    open(mkdtempSync(join(folder, "account-")), behaviour);
    account.putObject("processed/data/t/year=1/a.parquet", await parquet("select 1 as id"));
    account.putObject("processed/data/t/year=2/a.parquet", await parquet("select 1 as id"));
    await crawl();
    account.deleteObject("processed/data/t/year=1/a.parquet");
    await crawl();
    const { Partitions } = await call("GetPartitions", { DatabaseName: "demo", TableName: "t" });
    expect(Partitions).toHaveLength(count);
  });

  test("fails with the name of an object that is no Parquet", async () => {
    account.putObject("processed/data/t/x.csv", "a,b");
    expect(await crawl()).toMatchObject({
      Status: "FAILED",
      ErrorMessage: expect.stringContaining("s3://processed/data/t/x.csv: the local crawler knows Parquet only"),
    });
  });
});

describe("a crawler", () => {
  test("is RUNNING, STOPPING, READY, and tells of the former crawl until the new one has ended", async () => {
    const first = await crawl();
    await account.clock.sleep(60_000);
    await call("StartCrawler", { Name: "crawler" });
    await expect(call("StartCrawler", { Name: "crawler" })).rejects.toMatchObject({ name: "CrawlerRunningException" });
    expect(await state()).toMatchObject({ State: "RUNNING", LastCrawl: { StartTime: first?.StartTime } });
    expect(await untilReady()).toEqual(["RUNNING", "STOPPING", "READY"]);
    expect((await state()).LastCrawl?.StartTime.getTime()).toBeGreaterThanOrEqual(START + 60_000);
    expect(account.events.map(({ detailType, detail }) => [detailType, detail.state])).toEqual(
      ["Started", "Succeeded", "Started", "Succeeded"].map((one) => ["Glue Crawler State Change", one]),
    );
    expect(await call("ListCrawls", { CrawlerName: "crawler" })).toMatchObject({
      Crawls: [{ State: "COMPLETED" }, { State: "COMPLETED" }],
    });
  });

  test("that is stopped is CANCELLED", async () => {
    await expect(call("StopCrawler", { Name: "crawler" })).rejects.toMatchObject({
      name: "CrawlerNotRunningException",
    });
    await call("StartCrawler", { Name: "crawler" });
    await call("StopCrawler", { Name: "crawler" });
    await expect(call("StopCrawler", { Name: "crawler" })).rejects.toMatchObject({ name: "CrawlerStoppingException" });
    await untilReady();
    expect(await state()).toMatchObject({ LastCrawl: { Status: "CANCELLED" } });
  });

  test("goes on with the same crawl after the process was killed in the midst of it", async () => {
    const at = mkdtempSync(join(folder, "account-"));
    const standing = new VirtualClock(START);
    standing.hold();
    open(at, "LOG", standing);
    await call("StartCrawler", { Name: "crawler" });
    open(at);
    account.putObject("processed/data/t/a.parquet", await parquet("select 1 as id"));
    expect(await state()).toMatchObject({ State: "RUNNING" });
    await service.start?.();
    await untilReady();
    expect(await call("ListCrawls", { CrawlerName: "crawler" })).toMatchObject({ Crawls: [{ State: "COMPLETED" }] });
    expect(await call("GetTable", { DatabaseName: "demo", Name: "t" })).toMatchObject({ Table: { Name: "t" } });
  });

  test("that nobody declared is EntityNotFoundException", async () => {
    await expect(call("StartCrawler", { Name: "none" })).rejects.toMatchObject({ name: "EntityNotFoundException" });
  });
});
