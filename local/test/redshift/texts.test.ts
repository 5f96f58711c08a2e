import { beforeAll, describe, expect, test } from "@jest/globals";
import { openWarehouse } from "./open-warehouse.js";

const { run, rows } = openWarehouse();

describe("VARCHAR and CHAR are compared without the blanks at the end, whatever compares them", () => {
  beforeAll(() =>
    run(
      "create table s.padded (n int, v varchar(5), c char(5))",
      "insert into s.padded values (1, 'ab', 'ab'), (2, 'ab  ', 'ab  '), (3, ' ab', ' ab')",
    ),
  );
  const count = async (rest: string) => Number((await rows(`select count(*) from ${rest}`))?.[0]?.[0]);

  test.each([
    ["a literal", "s.padded where v = 'ab'", 2],
    ["a literal with blanks", "s.padded where v in ('ab   ')", 2],
    ["another value", "s.padded where v <> 'ab'", 1],
    ["an order", "s.padded where v > 'ab'", 0],
    ["a text of a function", "s.padded where v = lower('AB ')", 2],
    ["a join", "s.padded a join s.padded b on a.v = b.v", 5],
    ["a join with CHAR", "s.padded a join s.padded b on a.v = b.c", 5],
    ["a full join with texts of a function", "s.padded a full join s.padded b on a.v = upper(lower(b.v))", 6],
    ["GROUP BY", "(select v from s.padded group by v) as g", 2],
    ["DISTINCT", "(select distinct v from s.padded) as d", 2],
    ["UNION", "(select v from s.padded union select v from s.padded) as u", 2],
    ["a window", "(select row_number() over (partition by v order by n) as r from s.padded) as w where r = 2", 1],
    ["LIKE, which is no comparison", "s.padded where v like 'ab'", 1],
    [
      "a name of the catalogue",
      "svv_tables t join pg_class c on t.table_name = c.relname where c.relname = 'padded'",
      1,
    ],
  ])("%s", async (_name, rest, expected) => {
    expect(await count(rest)).toBe(expected);
  });

  test("MERGE updates, and what is stored keeps its blanks", async () => {
    await run(
      "create table s.padded_new (n int, v varchar(5))",
      "insert into s.padded_new values (9, 'ab '), (8, 'x')",
      "create table s.padded_target (n int, v varchar(5))",
      "insert into s.padded_target values (1, 'ab  ')",
      `merge into s.padded_target using s.padded_new on s.padded_target.v = s.padded_new.v
        when matched then update set n = s.padded_new.n
        when not matched then insert (n, v) values (s.padded_new.n, s.padded_new.v)`,
    );
    expect(await rows("select n, v, len(v) from s.padded_target order by v")).toEqual([
      ["9", "ab  ", "4"],
      ["8", "x", "1"],
    ]);
  });

  test("the keys of a large join are hashed, not compared one by one", async () => {
    await run("create table s.padded_many (v varchar(9))");
    const digits = "(select 0 as d union all select 1 union all select 2 union all select 3 union all select 4)";
    const tables = Array.from({ length: 6 }, (_, at) => `${digits} as t${at}`).join(" cross join ");
    await run(
      `insert into s.padded_many select (t0.d || '' || t1.d || t2.d || t3.d || t4.d || t5.d)::varchar(9) from ${tables}`,
    );
    expect(await count("s.padded_many a join s.padded_many b on a.v = lower(b.v)")).toBe(15_625);
  }, 10_000);
});

test("ILIKE knows the letters of ASCII only (AWS, r_patternmatching_condition_like)", async () => {
  expect(await rows("select 'ABC' ilike 'abc', 'É' ilike 'é', lower('É') like lower('é')")).toEqual([["t", "f", "t"]]);
});
