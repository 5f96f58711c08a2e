import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Api, openApi } from "./data-api-client.js";
import { COPY_ROLE } from "./fake-account.js";
import { entry, putManifest, putParquet, putText } from "./parquet-files.js";

let api: Api;
beforeAll(async () => {
  api = await openApi();
  await api.run("create schema stage");
});
afterAll(() => api.stop());

function copyFrom(manifest: string, table: string, options = "FORMAT AS PARQUET MANIFEST"): string {
  return `COPY ${table} FROM '${manifest}' IAM_ROLE '${COPY_ROLE}' ${options}`;
}

let tables = 0;
/** A new table of these columns, and COPY of a query's rows into it. */
async function load(columns: string, query: string, options?: string) {
  const table = `stage.t${tables++}`;
  await api.run(`create table ${table} (${columns})`);
  const url = await putParquet(api.account, `data/${table}.parquet`, query);
  return { table, done: await api.run(copyFrom(putManifest(api.account, [url]), table, options)) };
}

describe("COPY of Parquet", () => {
  test("loads every type exactly, as the COPY role", async () => {
    const { table, done } = await load(
      "a smallint, b integer, c bigint, d decimal(5,2), e decimal(38,10), f real, g double precision, h boolean, i date, j timestamp, k varchar(20), l char(3)",
      `select 1::smallint a, -5::int b, 9007199254740993::bigint c, 1.50::decimal(5,2) d, 12345678901234567890.0123456789::decimal(38,10) e, 1.5::float f, 2.5::double g,
        true h, date '0099-12-31' i, timestamp '1969-12-31 23:59:59.123456' j, 'naïve' k, 'abc' l`,
    );
    expect(done.Error).toBeUndefined();
    expect(
      await api.rows(
        `select cast(a as varchar), b, cast(c as varchar), d, e, f, g, h, cast(i as varchar), j, k, l from ${table}`,
      ),
    ).toEqual([
      [
        "1",
        -5,
        "9007199254740993",
        "1.50",
        "12345678901234567890.0123456789",
        1.5,
        2.5,
        true,
        "0099-12-31",
        "1969-12-31 23:59:59.123456",
        "naïve",
        "abc",
      ],
    ]);
    const read = api.account.calls.filter((call) => call.service === "s3");
    expect(read.length).toBe(2);
    expect(read.every((call) => call.operation === "GetObject" && call.principal.arn === COPY_ROLE)).toBe(true);
  });

  test.each([
    ["NULL", "NULL", null],
    ["an empty text", "''", ""],
    ["a backslash N", "'\\N'", "\\N"],
    ["quotes, line feeds, tabs", "chr(34) || chr(10) || chr(13) || chr(9) || ','", '"\n\r\t,'],
    ["characters outside of the first plane", "'𝔰🙂'", "𝔰🙂"],
    ["the text NULL", "'NULL'", "NULL"],
  ])("keeps %s as it is", async (_, sql, value) => {
    const { table } = await load("v varchar(50), n int", `select ${sql}::varchar v, 1 n`);
    expect(await api.rows(`select v from ${table}`)).toEqual([[value]]);
  });

  test("a text that stands in every row of a large file arrives like any other, and leaves no default behind", async () => {
    const url = await putParquet(
      api.account,
      "constant.parquet",
      `select n::int n, 'it''s \\ "one"' same, '' empty, if(n = 7, null, 'x') nearly, 'own' as owned, 'ab' as padded from range(10001) r(n)`,
    );
    const done = await api.run([
      "create temp table constant (n int, same varchar(20), empty varchar(5), nearly varchar(5), owned varchar(5) default 'kept', padded char(4))",
      copyFrom(putManifest(api.account, [url]), "constant"),
      "insert into constant (n) values (-1)",
      `select count(*), count(distinct n), min(same), max(empty), count(nearly), min(owned), min(padded) from constant where n >= 0`,
      "select same, empty, owned from constant where n = -1",
    ]);
    expect(done.Error).toBeUndefined();
    const answer = async (place: number) =>
      ((await api.send("GetStatementResult", { Id: `${done.Id}:${place}` })) as { Records: unknown[] }).Records;
    expect(await answer(4)).toEqual([
      [
        { longValue: 10_001 },
        { longValue: 10_001 },
        { stringValue: 'it\'s \\ "one"' },
        { stringValue: "" },
        { longValue: 10_000 },
        { stringValue: "own" },
        { stringValue: "ab  " },
      ],
    ]);
    expect(await answer(5)).toEqual([[{ isNull: true }, { isNull: true }, { stringValue: "kept" }]]);
  });

  test("goes by position, not by name, and takes several files", async () => {
    await api.run("create table stage.several (x int, y int)");
    const one = await putParquet(api.account, "one.parquet", "select 1 y, 2 x");
    const two = await putParquet(api.account, "two.parquet", "select 3 anything, 4 at_all");
    const done = await api.run([
      copyFrom(putManifest(api.account, [one, two]), "stage.several"),
      "select pg_last_copy_count(), pg_last_copy_id() > 0",
    ]);
    expect(await api.send("GetStatementResult", { Id: `${done.Id}:2` })).toMatchObject({
      Records: [[{ longValue: 2 }, { booleanValue: true }]],
    });
    expect(await api.rows("select x, y from stage.several order by 1")).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("into a temporary table of the same batch", async () => {
    const url = await putParquet(api.account, "temp.parquet", "select 1 n");
    const done = await api.run([
      "create temporary table staged (n int)",
      copyFrom(putManifest(api.account, [url]), "staged"),
      "select count(*) from staged",
    ]);
    expect(done.Error).toBeUndefined();
    expect(await api.send("GetStatementResult", { Id: `${done.Id}:3` })).toMatchObject({
      Records: [[{ longValue: 1 }]],
    });
  });

  test("a failing COPY takes its batch back", async () => {
    const url = await putParquet(api.account, "back.parquet", "select 'too long' v");
    await api.run("create table stage.back (v varchar(3))");
    const done = await api.run([
      "insert into stage.back values ('a')",
      copyFrom(putManifest(api.account, [url]), "stage.back"),
    ]);
    expect(done.Status).toBe("FAILED");
    expect(await api.rows("select count(*) from stage.back")).toEqual([[0]]);
  });
});

describe("COPY refuses", () => {
  test.each([
    ["a wider integer", "n bigint", "select 1::int n"],
    ["a narrower integer", "n int", "select 1::bigint n"],
    ["a double for a decimal", "n decimal(5,2)", "select 1.5::double n"],
    ["a decimal of another size", "n decimal(7,2)", "select 1.5::decimal(20,2) n"],
    ["nanoseconds", "n timestamp", "select '2026-01-01'::timestamp_ns n"],
    ["a timestamp for a number", "n bigint", "select '2026-01-01'::timestamp n"],
    ["bytes for a text", "n varchar(10)", "select 'x'::blob n"],
    ["a nested column", "n varchar(10)", "select [1, 2] n"],
    ["swapped columns of different types", "a int, b varchar(5)", "select 'x' a, 1 b"],
    ["an unsigned integer", "n int", "select 1::uinteger n"],
  ])("%s", async (_, columns, query) => {
    const { done } = await load(columns, query);
    expect(done).toMatchObject({
      Status: "FAILED",
      Error: expect.stringMatching(/15007.*\n.*incompatible Parquet schema for column/),
    });
  });

  test.each([
    ["fewer columns", "a int, b int", "select 1 a"],
    ["more columns", "a int", "select 1 a, 2 b"],
  ])("%s", async (_, columns, query) => {
    const { done } = await load(columns, query);
    expect(done).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("Unmatched number of columns between table and file"),
    });
  });

  test("fewer columns are NULL with FILLRECORD", async () => {
    const { table, done } = await load("a int, b int", "select 1 a", "FORMAT AS PARQUET MANIFEST FILLRECORD");
    expect(done.Error).toBeUndefined();
    expect(await api.rows(`select a, b from ${table}`)).toEqual([[1, null]]);
  });

  test("a text of more bytes than the column has, and notes where", async () => {
    const { done } = await load("v varchar(5)", "select 'ééé' v");
    expect(done).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("longer than the length defined in the table. Table: 5, Data: 6"),
    });
    expect(
      await api.rows(
        "select column_name, column_type, error_message like '%longer than%' from sys_load_error_detail order by query_id desc limit 1",
      ),
    ).toEqual([["v", "character varying(5)", true]]);
  });

  test("NULL in a NOT NULL column", async () => {
    const { done } = await load("v varchar(5) not null", "select null::varchar v");
    expect(done).toMatchObject({ Status: "FAILED", Error: "ERROR: Cannot insert a NULL value into column v" });
  });

  test.each([
    "MAXERROR 5",
    "REGION 'eu-west-1'",
    "COMPUPDATE OFF",
    "TRUNCATECOLUMNS",
    "DATEFORMAT 'auto'",
    "ACCEPTANYDATE",
  ])("%s, which columnar data does not take", async (option) => {
    const { done } = await load("a int", "select 1 a", `FORMAT AS PARQUET MANIFEST ${option}`);
    expect(done).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("not supported for COPY from PARQUET"),
    });
  });

  test("a role that is not attached to the cluster", async () => {
    const url = await putParquet(api.account, "role.parquet", "select 1 n");
    await api.run("create table stage.role (n int)");
    const done = await api.run(
      copyFrom(putManifest(api.account, [url]), "stage.role").replace(
        COPY_ROLE,
        "arn:aws:iam::000000000000:role/other",
      ),
    );
    expect(done).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("not authorized to assume IAM Role"),
    });
  });
});

describe("the manifest", () => {
  beforeAll(async () => {
    await api.run("create table stage.manifest (n int)");
  });
  const copy = (content: unknown) =>
    api.run(copyFrom(putText(api.account, `m-${tables++}.json`, content), "stage.manifest"));

  test("must say content_length, and say it right", async () => {
    const url = await putParquet(api.account, "length.parquet", "select 1 n");
    expect(await copy({ entries: [{ url, mandatory: true }] })).toMatchObject({
      Error: expect.stringContaining("content_length"),
    });
    expect(await copy({ entries: [{ url, mandatory: true, meta: { content_length: 5 } }] })).toMatchObject({
      Error: expect.stringContaining("the manifest says content_length 5"),
    });
  });

  test("a mandatory file must be there, another may be missing", async () => {
    const url = await putParquet(api.account, "there.parquet", "select 1 n");
    const gone = { url: "s3://processed/gone.parquet", meta: { content_length: 5 } };
    expect(await copy({ entries: [entry(api.account, url), { ...gone, mandatory: true }] })).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("NoSuchKey"),
    });
    expect(await copy({ entries: [entry(api.account, url), gone] })).toMatchObject({ Status: "FINISHED" });
    expect(await api.rows("select count(*) from stage.manifest")).toEqual([[1]]);
  });

  test("must be a manifest", async () => {
    expect(await copy("no json")).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("not in correct json format"),
    });
    expect(await copy({ files: [] })).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("not in correct json format"),
    });
    expect(await copy({ entries: [] })).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("without entries"),
    });
    expect(await api.run(copyFrom("s3://processed/none.json", "stage.manifest"))).toMatchObject({
      Error: expect.stringContaining("Problem reading manifest file"),
    });
  });

  test("a key is plain text, not URL-encoded", async () => {
    const url = await putParquet(api.account, "a b+c%20ü/x.parquet", "select 1 n");
    expect(await copy({ entries: [entry(api.account, url)] })).toMatchObject({ Status: "FINISHED" });
  });

  test("a file that is no Parquet", async () => {
    const url = putText(api.account, "text.parquet", "hello");
    expect(await copy({ entries: [entry(api.account, url)] })).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("is not a Parquet file"),
    });
  });

  test("loads are in SYS_LOAD_HISTORY", async () => {
    const rows = await api.rows(
      "select table_name, status, file_format, loaded_rows, source_file_count from sys_load_history where status = 'completed' and table_name = 'stage.several'",
    );
    expect(rows).toEqual([["stage.several", "completed", "parquet", 2, 2]]);
  });
});
