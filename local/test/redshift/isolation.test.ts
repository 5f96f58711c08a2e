import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Warehouse } from "../../redshift/server/warehouse.js";
import type { Session } from "../../redshift/session/session.js";

let warehouse: Warehouse;
let one: Session;
let two: Session;
beforeAll(async () => {
  warehouse = await Warehouse.open({ database: "analytics", masterUser: "admin" });
});
afterAll(() => warehouse.stop());
beforeEach(async () => {
  await one?.close();
  await two?.close();
  one = await warehouse.session("admin");
  two = await warehouse.session("admin");
  for (const name of ["t", "t_old", "t_new"]) await one.run(`drop table if exists public.${name} cascade`);
  await one.run("create table public.t (id int, n int)");
  await one.run("insert into public.t values (1, 0), (2, 0)");
});

const count = async (session: Session, table = "public.t") =>
  (await session.run(`select count(*) from ${table}`)).result?.rows[0]?.[0];

async function swap(session: Session): Promise<void> {
  await session.begin();
  await session.run("create table public.t_new (id int, n int)");
  await session.run("insert into public.t_new values (1, 1), (2, 1), (3, 1)");
  await session.run("alter table public.t rename to t_old");
  await session.run("alter table public.t_new rename to t");
  await session.commit();
}

/** Whether a promise is still open after the other side had time to answer several questions. */
async function isWaiting(promise: Promise<unknown>, other: Session): Promise<boolean> {
  let isOpen = true;
  const seen = () => {
    isOpen = false;
  };
  promise.then(seen, seen);
  for (let turn = 0; turn < 10; turn++) await other.run("select 1");
  return isOpen;
}

describe("snapshot isolation", () => {
  test("a transaction sees what was committed when it first read (C9.4)", async () => {
    await one.begin();
    await two.run("insert into public.t values (3, 0)");
    expect(await count(one)).toBe("3");
    await two.run("insert into public.t values (4, 0)");
    expect(await count(one)).toBe("3");
    await one.commit();
    expect(await count(one)).toBe("4");
  });

  test("a table that was swapped in after the snapshot is error 1018, not an empty table (C9.3)", async () => {
    await one.begin();
    await one.run("select 1 from public.t");
    await one.rollback();
    await one.begin();
    await one.run("create table public.other (n int)");
    await swap(two);
    await expect(one.run("select count(*) from public.t")).rejects.toMatchObject({
      message: "ERROR:1018 DETAIL: Relation does not exist.",
    });
    await one.rollback();
    expect(await count(one)).toBe("3");
  });

  test("the same through a late-binding view, and through one that is bound", async () => {
    await one.run("create view public.late as select id, n from public.t with no schema binding");
    await one.run("create view public.bound as select id, n from public.t");
    await one.begin();
    await one.run("select count(*) from public.late");
    await one.rollback();
    await one.begin();
    await one.run("create table public.other (n int)");
    await swap(two);
    await expect(one.run("select count(*) from public.late")).rejects.toMatchObject({
      message: expect.stringContaining("1018"),
    });
    await one.rollback();
    expect(await count(one, "public.late")).toBe("3");
    expect(await count(one, "public.bound")).toBe("2");
    await expect(one.run("drop table public.t_old")).rejects.toMatchObject({
      message: expect.stringContaining("other objects depend on it"),
    });
  });

  test("a query that waits for a swap sees the table that was swapped in, whole", async () => {
    await two.begin();
    await two.run("create table public.t_new (id int, n int)");
    await two.run("insert into public.t_new values (1, 1), (2, 1), (3, 1)");
    await two.run("alter table public.t rename to t_old");
    await two.run("alter table public.t_new rename to t");
    const waiting = count(one);
    expect(await isWaiting(waiting, two)).toBe(true);
    await two.commit();
    expect(await waiting).toBe("3");
  });

  test("write skew is allowed", async () => {
    await one.begin();
    await two.begin();
    expect(await count(one)).toBe("2");
    await one.run("create table public.skew_one as select count(*) as n from public.t");
    await two.run("create table public.skew_two as select count(*) as n from public.t");
    await one.commit();
    await two.commit();
  });

  test("a row that changed after the snapshot is error 1023", async () => {
    await one.begin();
    await count(one);
    await two.run("update public.t set n = 5 where id = 1");
    await expect(one.run("update public.t set n = n + 1 where id = 1")).rejects.toMatchObject({
      message: expect.stringMatching(/^ERROR:1023 DETAIL: Serializable isolation violation on table/),
    });
    await one.rollback();
  });
});

describe("one writer a table (C9.5)", () => {
  test("the second waits, reads are not kept out, and both writes count", async () => {
    await one.begin();
    await one.run("update public.t set n = n + 1 where id = 1");
    const second = two.run("update public.t set n = n + 1 where id = 1");
    expect(await isWaiting(second, one)).toBe(true);
    const reader = await warehouse.session("admin");
    expect((await reader.run("select n from public.t where id = 1")).result?.rows).toEqual([["0"]]);
    await reader.close();
    await one.commit();
    await second;
    expect((await one.run("select n from public.t where id = 1")).result?.rows).toEqual([["2"]]);
  });

  test("a batch that begins with LOCK sees what the one before it committed", async () => {
    await one.begin();
    await one.run("lock public.t");
    await two.begin();
    await two.run("set query_group to 'etl'");
    const locked = two.run("lock table public.t");
    expect(await isWaiting(locked, one)).toBe(true);
    await one.run("insert into public.t values (3, 0)");
    await one.commit();
    await locked;
    expect(await count(two)).toBe("3");
    await two.commit();
  });

  test("LOCK keeps readers out, and needs a transaction", async () => {
    await expect(one.run("lock public.t")).rejects.toMatchObject({
      message: expect.stringContaining("transaction block"),
    });
    await one.begin();
    await one.run("lock public.t");
    const reading = count(two);
    expect(await isWaiting(reading, one)).toBe(true);
    await one.commit();
    expect(await reading).toBe("2");
  });
});

describe("serializable isolation", () => {
  test("write skew is error 1023", async () => {
    await one.run("create table if not exists public.a (n int)");
    await one.run("create table if not exists public.b (n int)");
    await one.run("alter database analytics isolation level serializable");
    const first = await warehouse.session("admin");
    const second = await warehouse.session("admin");
    await first.begin();
    await second.begin();
    await count(first, "public.a");
    await count(second, "public.b");
    await first.run("insert into public.b values (1)");
    await second.run("insert into public.a values (1)");
    await first.commit();
    await expect(second.commit()).rejects.toMatchObject({ message: expect.stringContaining("1023") });
    await second.rollback();
    await first.close();
    await second.close();
    await one.run("alter database analytics isolation level snapshot");
  });
});
