import { describe, expect, test } from "@jest/globals";
import { openWarehouse } from "./open-warehouse.js";

const { warehouse, run, rows, refused } = openWarehouse();

describe("procedures", () => {
  test("RAISE EXCEPTION is the statement's error, word for word", async () => {
    await run(
      "create or replace procedure s.guard(place varchar(80)) as $$ begin if place < 'b' then raise exception 'shop:Superseded: % is older', place; end if; end; $$ language plpgsql",
    );
    await refused("call s.guard('a')", /^ERROR: shop:Superseded: a is older$/);
    await run("call s.guard('c')");
  });

  test("nobody else may call a new one", async () => {
    await run("create user caller password disable", "grant usage on schema s to caller");
    const caller = await warehouse().session("caller");
    await expect(caller.run("call s.guard('c')")).rejects.toMatchObject({
      message: "ERROR: permission denied for procedure guard",
    });
    await run("grant execute on procedure s.guard(varchar) to caller");
    await caller.run("call s.guard('c')");
    await caller.close();
  });

  test("a statement that EXECUTE puts together may say ENCODE", async () => {
    await run("create table s.added (n int)");
    await run(
      "create procedure s.add(col varchar(50), definition varchar(100)) as $$ begin execute 'ALTER TABLE ' || quote_ident('s') || '.' || quote_ident('added') || ' ADD COLUMN ' || quote_ident(col) || ' ' || definition; end; $$ language plpgsql",
    );
    await run("call s.add('extra', 'varchar(5) ENCODE zstd')");
    expect(
      await rows(
        "select encoding, data_type from svv_redshift_columns where table_name = 'added' and column_name = 'extra'",
      ),
    ).toEqual([["zstd", "character varying"]]);
  });
});

describe("users, groups, grants", () => {
  test("privileges are those of the groups, and do not follow a swap (C8.10)", async () => {
    await run(
      "create group analysts",
      "create user ann password disable in group analysts",
      "create table s.shared (n int)",
      "grant usage on schema s to group analysts",
      "grant select on s.shared to group analysts",
    );
    const ann = await warehouse().session("ann");
    await ann.run("select * from s.shared");
    await expect(ann.run("delete from s.shared")).rejects.toMatchObject({
      message: "ERROR: permission denied for relation shared",
    });
    await run(
      "create table s.shared_new (like s.shared)",
      "alter table s.shared rename to shared_old",
      "alter table s.shared_new rename to shared",
    );
    await expect(ann.run("select * from s.shared")).rejects.toMatchObject({
      message: "ERROR: permission denied for relation shared",
    });
    await ann.close();
  });

  test("a user and a group may have one name", async () => {
    await run("create user same password disable", "create group same with user same");
    expect(await rows("select usename from pg_user where usename = 'same'")).toEqual([["same"]]);
    expect(await rows("select groname from pg_group where groname = 'same'")).toEqual([["same"]]);
  });

  test("a late-binding view reads as its owner", async () => {
    await run(
      "create table s.hidden (n int)",
      "insert into s.hidden values (7)",
      "create view s.shown as select n from s.hidden with no schema binding",
      "grant select on s.shown to group analysts",
    );
    const ann = await warehouse().session("ann");
    expect((await ann.run("select n from s.shown")).result?.rows).toEqual([["7"]]);
    await ann.close();
  });
});

describe("late-binding views (C8.8, C8.9)", () => {
  test("survive that their table is dropped, and then fail when they are read", async () => {
    await run(
      "create table s.base (n int)",
      "create view s.over as select n from s.base with no schema binding",
      "drop table s.base",
    );
    await refused("select * from s.over", 'relation "s.base" does not exist');
    await run("create table s.base (other int)");
    await refused("select * from s.over", 'column "n" does not exist');
    await run("drop table s.base", "create table s.base (n int)", "insert into s.base values (3)");
    expect(await rows("select * from s.over")).toEqual([["3"]]);
  });

  test("a bound view keeps its table", async () => {
    await run("create table s.kept (n int)", "create view s.bound as select n from s.kept");
    await refused("drop table s.kept", "other objects depend on it");
    await run("drop table s.kept cascade");
  });
});

describe("what only PostgreSQL would do", () => {
  test("rows are not changed through a view", async () => {
    await run("create table s.under (n int)", "create view s.simple as select n from s.under");
    for (const sql of ["insert into s.simple values (1)", "update s.simple set n = 2", "delete from s.simple"])
      await refused(sql, "it is not a table");
    expect(await rows("select count(*) from s.under")).toEqual([["0"]]);
  });

  test("who does not exist is named by kind", async () => {
    await refused("grant select on s.under to group nobody_there", 'ERROR: group "nobody_there" does not exist');
    await refused("grant select on s.under to nobody_there", 'ERROR: user "nobody_there" does not exist');
    await refused("drop role nobody_there", 'ERROR: role "nobody_there" does not exist');
  });

  test("a database that does not exist", async () => {
    await expect(warehouse().session("admin", { database: "nowhere" })).rejects.toMatchObject({
      message: 'FATAL: database "nowhere" does not exist',
    });
    await expect(warehouse().session("nobody_there")).rejects.toMatchObject({
      message: 'ERROR: user "nobody_there" does not exist',
    });
  });
});

describe("what hangs on a table or a view", () => {
  test("CREATE OR REPLACE VIEW takes the same columns only, where PostgreSQL would take more", async () => {
    await run("create table s.roots (a int, b int)", "create view s.narrow as select a from s.roots");
    await refused(
      "create or replace view s.narrow as select a, b from s.roots",
      "cannot change number of columns in view",
    );
    await run("create or replace view s.narrow as select a + 1 as a from s.roots");
  });

  test("a table that a foreign key refers to is not dropped, but with CASCADE", async () => {
    await run("create table s.parent (a int)", "create table s.child (a int references s.parent (a))");
    await refused("drop table s.parent", "because other objects depend on it");
    await run("insert into s.child values (7)", "drop table s.parent cascade");
    expect(await rows("select conname from pg_constraint where contype = 'f'")).toEqual([]);
  });

  test("a datashare is an administrator's to make and to see", async () => {
    await run("create datashare exports", "alter datashare exports add table s.child");
    expect(await rows("select share_name, object_name from svv_datashare_objects")).toEqual([["exports", "s.child"]]);
    const caller = await warehouse().session("caller");
    expect((await caller.run("select share_name from svv_datashare_objects")).result?.rows).toEqual([]);
    await expect(caller.run("alter datashare exports remove table s.child")).rejects.toMatchObject({
      message: expect.stringContaining("must be owner of datashare"),
    });
    await caller.close();
    await run("drop datashare exports");
  });
});
