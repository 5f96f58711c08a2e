import { describe, expect, test } from "@jest/globals";
import { openWarehouse } from "./open-warehouse.js";

const { session, run, rows, refused } = openWarehouse();

describe("VARCHAR counts bytes", () => {
  const tooLong = "ERROR: value too long for type character varying(3)";
  test("in a table, a copy, a temporary table, an added column", async () => {
    await run(
      "create table s.bytes (v varchar(3))",
      "create table s.bytes_like (like s.bytes)",
      "create temp table bytes_temp (v varchar(3))",
      "create table s.bytes_added (n int)",
    );
    await run("alter table s.bytes_added add column v varchar(3)", "insert into s.bytes values ('éa')");
    for (const table of ["s.bytes", "s.bytes_like", "bytes_temp", "s.bytes_added"])
      await refused(`insert into ${table} (v) values ('éé')`, tooLong);
    await run("create table s.bytes_as as select v from s.bytes");
    await refused("insert into s.bytes_as values ('éé')", tooLong);
    await refused("update s.bytes set v = 'éé'", tooLong);
  });

  test("also when a column was made wider", async () => {
    await run(
      "create table s.widened (v varchar(3))",
      "alter table s.widened alter column v type varchar(4)",
      "insert into s.widened values ('éé')",
    );
    await refused("insert into s.widened values ('ééa')", "character varying(4)");
    await refused("alter table s.widened alter column v type varchar(3)", "value too long");
  });
});

describe("keys are recorded, not enforced (C10.1)", () => {
  test("duplicates go in, NULL does not", async () => {
    await run(
      "create table s.keys (id int primary key, v int, unique (v))",
      "insert into s.keys values (1, 1), (1, 1)",
    );
    expect(await rows("select count(*) from s.keys")).toEqual([["2"]]);
    await refused("insert into s.keys values (null, 1)", "Cannot insert a NULL value into column id");
  });
});

describe("table attributes", () => {
  test("are kept, and go along with LIKE and with a rename of the column", async () => {
    await run(
      "create table s.attributes (id int encode zstd, day date) diststyle key distkey (id) sortkey (day, id)",
      "create table s.attributes_like (like s.attributes)",
    );
    await run("alter table s.attributes rename column id to key");
    const of = (table: string) =>
      rows(
        `select "column", encoding, distkey, sortkey from pg_table_def where schemaname = 's' and tablename = '${table}'`,
      );
    await run("set search_path to s, public");
    expect(await of("attributes")).toEqual([
      ["key", "zstd", "t", "2"],
      ["day", "none", "f", "1"],
    ]);
    expect(await of("attributes_like")).toEqual([
      ["id", "zstd", "t", "2"],
      ["day", "none", "f", "1"],
    ]);
    expect(
      await rows(`select diststyle, sortkey1, sortkey_num from svv_table_info where "table" = 'attributes'`),
    ).toEqual([["KEY(key)", "day", "2"]]);
    await run("reset search_path");
  });

  test("CREATE TABLE IF NOT EXISTS leaves those of the table that is there", async () => {
    await run(
      "create table s.there (a int, b int) distkey (a)",
      "create table if not exists s.there (a int, b int) distkey (b)",
    );
    expect(await rows(`select diststyle from svv_table_info where "table" = 'there'`)).toEqual([["KEY(a)"]]);
  });

  test("IDENTITY counts by itself, and takes no values", async () => {
    await run("create table s.counted (n bigint identity(5, 10), v int)", "insert into s.counted (v) values (1), (2)");
    expect(await rows("select n from s.counted order by n")).toEqual([["5"], ["15"]]);
    await refused("insert into s.counted (n, v) values (1, 1)", "cannot set an identity column to a value");
  });
});

describe("values", () => {
  test.each([
    ["lower('ÉCOLE')", "école"],
    ["upper('straße')", "STRASSE"],
    ["initcap('éa')", "Éa"],
    ["round(2.5::float8)", "3"],
    ["round(-2.5::float8)", "-3"],
    ["round(2.345, 2)", "2.35"],
  ])("%s is %s", async (expression, expected) => {
    expect((await session().run(`select ${expression} as v`)).result?.rows).toEqual([[expected]]);
  });

  test("SUPER holds no text over 65,535 bytes, no number beyond a double and at most 1,000 levels", async () => {
    const parse = (json: string) => session().run(`select json_parse('${json}') as v`);
    await parse(`{"a": "${"x".repeat(65_535)}"}`);
    await expect(parse(`{"a": ["${"x".repeat(65_536)}"]}`)).rejects.toMatchObject({
      message: "ERROR: 1224 String value exceeds the max size of 65535 bytes",
    });
    await parse('[1e308, -1e308, {"n": "1e999"}]');
    await expect(parse('{"a": {"b": 1e309}}')).rejects.toMatchObject({
      message: expect.stringContaining("out of range for SUPER"),
    });
    const nested = (levels: number) => `${'{"[": ['.repeat(levels / 2)}${"]}".repeat(levels / 2)}`;
    await parse(nested(1000));
    await parse(`["${"[".repeat(2000)}", [], [[]]]`);
    await expect(parse(nested(1002))).rejects.toMatchObject({
      message: expect.stringContaining("nesting depth of SUPER exceeds the maximum of 1000"),
    });
    await expect(parse(`${"[".repeat(30_000)}${"]".repeat(30_000)}`)).rejects.toMatchObject({
      message: expect.stringContaining("nesting depth"),
    });
  });

  test("SUPER is equal as a value", async () => {
    expect(
      await rows(
        `select json_parse('{"b":1,"a":[1, 2.0]}') = json_parse('{"a":[1,2.0],"b":1}'), json_serialize(json_parse('{"a": [1, {"b": null}]}'))`,
      ),
    ).toEqual([["t", '{"a":[1,{"b":null}]}']]);
    await refused("select json_parse('{')", "ERROR");
  });

  test("a backslash escapes in a literal", async () => {
    expect(await rows(String.raw`select 'a\'b', '\\', len('\n'), 'a''b'`)).toEqual([["a'b", "\\", "1", "a'b"]]);
  });

  test("names are folded, in quotes too, but for those of IAM users", async () => {
    await run(
      'create table s."Folded" ("Upper" int)',
      'create user "IAMR:Mixed-Case" password disable',
      'grant select on s.folded to "IAMR:Mixed-Case"',
    );
    expect(await rows("select column_name from svv_columns where table_name = 'folded'")).toEqual([["upper"]]);
    expect(await rows("select identity_name from svv_relation_privileges where relation_name = 'folded'")).toEqual([
      ["IAMR:Mixed-Case"],
    ]);
  });

  test.each([
    ["avg of integers is an integer", "select avg(n) from (select 1 as n union all select 2) t", "1"],
    ["concat gives NULL for NULL", "select concat('a', null)", null],
    ["regexp_replace replaces all", "select regexp_replace('aXbXc', 'X', '-')", "a-b-c"],
    ["DECIMAL has no digits behind the point", "select cast(1.6 as decimal)", "2"],
    ["datediff counts boundaries", "select datediff(year, '2025-12-31', '2026-01-01')", "1"],
    ["datediff of months", "select datediff(month, '2026-01-31', '2026-03-01')", "2"],
    [
      "dateadd keeps to the end of a month",
      "select cast(dateadd(month, 1, '2026-01-31') as varchar)",
      "2026-02-28 00:00:00",
    ],
    ["dateadd of quarters", "select cast(dateadd(qtr, 2, '2026-01-31') as varchar)", "2026-07-31 00:00:00"],
    ["nvl does not evaluate what it does not need", "select nvl(1, 1/0)", "1"],
    ["trunc of a timestamp is a date", "select cast(trunc('2026-01-02 03:04:05'::timestamp) as varchar)", "2026-01-02"],
    ["sysdate is the transaction's start", "select sysdate <= getdate() + interval '1 second'", "t"],
  ])("%s", async (_, sql, value) => {
    expect(await rows(sql)).toEqual([[value]]);
  });

  test("a column of a renamed function has Redshift's name", async () => {
    expect((await session().run("select avg(1)")).result?.columns[0]?.name).toBe("avg");
  });
});

describe("MERGE (C6)", () => {
  const merge =
    "merge into s.target using s.source as x on s.target.id = x.id when matched then update set v = x.v when not matched then insert (id, v) values (x.id, x.v)";
  test("updates, inserts, and names a source that matches twice", async () => {
    await run(
      "create table s.target (id int, v int)",
      "create table s.source (id int, v int)",
      "insert into s.target values (1, 1)",
      "insert into s.source values (1, 2), (2, 2), (null, 3)",
      merge,
    );
    expect(await rows("select id, v from s.target order by 1")).toEqual([
      ["1", "2"],
      ["2", "2"],
      [null, "3"],
    ]);
    await run(merge);
    expect(await rows("select count(*) from s.target where id is null")).toEqual([["2"]]);
    await run("insert into s.source values (1, 9)");
    await refused(merge, "ERROR: Found multiple matches to update the same tuple.");
  });

  test("REMOVE DUPLICATES replaces the rows that match", async () => {
    await run(
      "create table s.dup (id int, v int)",
      "create table s.dup_source (id int, v int)",
      "insert into s.dup values (1, 1), (1, 1), (2, 2)",
      "insert into s.dup_source values (1, 5), (3, 5)",
    );
    await run("merge into s.dup using s.dup_source on s.dup.id = s.dup_source.id remove duplicates");
    expect(await rows("select id, v from s.dup order by 1")).toEqual([
      ["1", "5"],
      ["2", "2"],
      ["3", "5"],
    ]);
  });
});

describe("what a transaction block refuses (C8)", () => {
  test.each([
    ["ALTER COLUMN TYPE", "alter table s.block alter column v type varchar(10)"],
    ["VACUUM", "vacuum s.block"],
    ["REFRESH MATERIALIZED VIEW", "refresh materialized view s.block_mv"],
  ])("%s", async (_, sql) => {
    await session().run("create table if not exists s.block (v varchar(5))");
    await session().begin();
    await refused(sql, "cannot run inside a transaction block");
    await session().rollback();
  });

  test("a procedure that commits", async () => {
    await run(
      "create procedure s.commits() as $$ begin insert into s.block values ('x'); commit; end; $$ language plpgsql",
    );
    await session().begin();
    await refused("call s.commits()", "ERROR: invalid transaction termination");
    await session().rollback();
    await run("call s.commits()");
    expect(await rows("select count(*) from s.block")).toEqual([["1"]]);
  });
});

describe("ALTER COLUMN TYPE (C8.4)", () => {
  test.each([
    ["a default", "v varchar(5) default 'x'", "it has a default"],
    ["a key", "v varchar(5) primary key", "PRIMARY KEY or UNIQUE"],
    ["BYTEDICT", "v varchar(5) encode bytedict", "with encoding bytedict"],
    ["another type", "v int", "only the size of a VARCHAR column"],
  ])("not with %s", async (what, column, text) => {
    const table = `s.resize_${what.replaceAll(" ", "_").toLowerCase()}`;
    await run(`create table ${table} (${column})`);
    await refused(`alter table ${table} alter column v type varchar(50)`, text);
  });
});
