import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Api, asShapes, openApi } from "./data-api-client.js";
import { ADMIN_SECRET, CLUSTER, LOADER, OTHER } from "./fake-account.js";

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.stop());

const COMMON = { ClusterIdentifier: CLUSTER, Database: "analytics", SecretArn: ADMIN_SECRET };

describe("ExecuteStatement", () => {
  test("answers typed fields: integers long, booleans, reals double, the rest text", async () => {
    const done = await api.run(
      "select 1::int as i, 2::bigint as b, 1.50::decimal(5,2) as d, true as t, 1.5::float8 as f, 'x'::varchar(5) as v, null::int as n, '2026-01-02'::date as day",
    );
    expect(done).toMatchObject({ Status: "FINISHED", HasResultSet: true, ResultRows: 1 });
    const result = await api.send("GetStatementResult", { Id: done.Id });
    expect(result.Records).toEqual([
      [
        { longValue: 1 },
        { longValue: 2 },
        { stringValue: "1.50" },
        { booleanValue: true },
        { doubleValue: 1.5 },
        { stringValue: "x" },
        { isNull: true },
        { stringValue: "2026-01-02" },
      ],
    ]);
    expect(asShapes(result.ColumnMetadata).map((column) => [column.name, column.typeName])).toEqual([
      ["i", "int4"],
      ["b", "int8"],
      ["d", "numeric"],
      ["t", "bool"],
      ["f", "float8"],
      ["v", "varchar"],
      ["n", "int4"],
      ["day", "date"],
    ]);
  });

  test("an error of SQL is a status, not an exception", async () => {
    const done = await api.run("select * from nowhere.at_all");
    expect(done).toMatchObject({ Status: "FAILED", Error: 'ERROR: relation "nowhere.at_all" does not exist' });
    await expect(api.send("GetStatementResult", { Id: done.Id })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("binds :name parameters, and leaves casts and literals alone", async () => {
    const done = await api.run("select :a::int + 1, ':a', :b", {
      Parameters: [
        { name: "a", value: "41" },
        { name: "b", value: "it's" },
      ],
    });
    const result = await api.send("GetStatementResult", { Id: done.Id });
    expect(result.Records).toEqual([[{ longValue: 42 }, { stringValue: ":a" }, { stringValue: "it's" }]]);
  });

  test("takes one statement, and no transaction commands", async () => {
    expect(await api.run("select 1; select 2")).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("multiple commands"),
    });
    expect(await api.run("begin")).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("not supported in the local account: BEGIN"),
    });
  });

  test("the same ClientToken gives the same statement for eight hours", async () => {
    await api.run("create table public.once (n int)");
    const input = { ...COMMON, Sql: "insert into public.once values (1)", ClientToken: "token-1" };
    const first = await api.send("ExecuteStatement", input);
    const again = await api.send("ExecuteStatement", input);
    expect(again.Id).toBe(first.Id);
    await api.over(first.Id);
    expect(await api.rows("select count(*) from public.once")).toEqual([[1]]);
    api.account.advance(8 * 3600 * 1000 + 1);
    const later = await api.send("ExecuteStatement", input);
    expect(later.Id).not.toBe(first.Id);
    await api.over(later.Id);
  });

  test("asks for a known cluster and takes no sessions", async () => {
    await expect(
      api.send("ExecuteStatement", { ...COMMON, ClusterIdentifier: "other", Sql: "select 1" }),
    ).rejects.toMatchObject({ name: "ValidationException" });
    await expect(api.send("ExecuteStatement", { ...COMMON, SessionId: "x", Sql: "select 1" })).rejects.toMatchObject({
      message: expect.stringContaining("not supported in the local account"),
    });
    await expect(
      api.send("BatchExecuteStatement", { ...COMMON, Sqls: Array(41).fill("select 1") }),
    ).rejects.toMatchObject({ name: "ValidationException" });
    await expect(
      api.send("ExecuteStatement", { ...COMMON, Sql: "select 1", StatementName: "x".repeat(2049) }),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("a statement is its role's: others do not see it", async () => {
    const done = await api.run("select 1");
    for (const operation of ["DescribeStatement", "GetStatementResult", "CancelStatement"]) {
      await expect(api.send(operation, { Id: done.Id }, OTHER)).rejects.toMatchObject({
        name: "ResourceNotFoundException",
      });
    }
    const listed = await api.send("ListStatements", {}, OTHER);
    expect(listed.Statements).toEqual([]);
  });

  test("results and statements are gone after a day", async () => {
    const done = await api.run("select 1");
    api.account.advance(24 * 3600 * 1000 + 1);
    await expect(api.send("DescribeStatement", { Id: done.Id })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});

describe("BatchExecuteStatement", () => {
  test("is one transaction with a result a part", async () => {
    const done = await api.run([
      "create table public.batch (n int)",
      "insert into public.batch values (1), (2)",
      "select sum(n) from public.batch",
    ]);
    expect(done.Status).toBe("FINISHED");
    expect(asShapes(done.SubStatements).map((part) => [part.Id, part.Status, part.HasResultSet])).toEqual([
      [`${done.Id}:1`, "FINISHED", false],
      [`${done.Id}:2`, "FINISHED", false],
      [`${done.Id}:3`, "FINISHED", true],
    ]);
    const result = await api.send("GetStatementResult", { Id: `${done.Id}:3` });
    expect(result.Records).toEqual([[{ longValue: 3 }]]);
    await expect(api.send("GetStatementResult", { Id: done.Id })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    expect(await api.send("DescribeStatement", { Id: `${done.Id}:2` })).toMatchObject({
      Status: "FINISHED",
      ResultRows: 2,
    });
  });

  test("rolls everything back when a part fails, and does not run the rest", async () => {
    const done = await api.run([
      "create table public.undone (n int)",
      "select 1/0",
      "insert into public.undone values (1)",
    ]);
    expect(done).toMatchObject({ Status: "FAILED", Error: "ERROR: division by zero" });
    expect(asShapes(done.SubStatements).map((part) => part.Status)).toEqual(["FINISHED", "FAILED", "ABORTED"]);
    expect(await api.run("select * from public.undone")).toMatchObject({
      Error: 'ERROR: relation "public.undone" does not exist',
    });
  });

  test("TRUNCATE commits what came before it, and cannot be rolled back", async () => {
    await api.run(["create table public.trunc (n int)", "insert into public.trunc values (1)"]);
    const done = await api.run([
      "create table public.kept (n int)",
      "truncate table public.trunc",
      "insert into public.kept values (7)",
      "select 1/0",
    ]);
    expect(done.Status).toBe("FAILED");
    expect(await api.rows("select (select count(*) from public.trunc), (select count(*) from public.kept)")).toEqual([
      [0, 0],
    ]);
  });

  test("AUTO_COMMIT keeps what went well and runs what follows", async () => {
    await api.run("create table public.auto (n int)");
    const done = await api.run(
      ["insert into public.auto values (1)", "select 1/0", "insert into public.auto values (2)"],
      { ExecutionMode: "AUTO_COMMIT" },
    );
    expect(done.Status).toBe("FAILED");
    expect(await api.rows("select count(*) from public.auto")).toEqual([[2]]);
  });
});

describe("events", () => {
  test("WithEvent sends the status change with the statement's name", async () => {
    const name = "t".repeat(2048);
    const done = await api.run(["select 1", "select 2"], { WithEvent: true, StatementName: name });
    const event = await eventOf(done.Id);
    expect(event).toMatchObject({ source: "aws.redshift-data", detailType: "Redshift Data Statement Status Change" });
    expect(event.detail).toMatchObject({
      principal: LOADER.arn,
      statementName: name,
      statementId: done.Id,
      state: "FINISHED",
      rows: 1,
    });
  });

  test("a failed statement has its event too, without the text of the error", async () => {
    const done = await api.run("select 1/0", { WithEvent: true, StatementName: "n" });
    const event = await eventOf(done.Id);
    expect(event.detail.state).toBe("FAILED");
    expect(JSON.stringify(event)).not.toContain("division");
  });
});

async function eventOf(id: unknown) {
  for (;;) {
    const found = api.account.events.find((event) => event.detail.statementId === id);
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("CancelStatement and paging", () => {
  test("stops a statement that waits for a lock", async () => {
    await api.run("create table public.locked (n int)");
    const warehouse = await api.services.warehouse(CLUSTER);
    const holder = await warehouse.session("admin");
    await holder.begin();
    await holder.run("lock table public.locked");
    const waiting = await api.send("ExecuteStatement", { ...COMMON, Sql: "select * from public.locked" });
    while ((await api.send("DescribeStatement", { Id: waiting.Id })).Status !== "STARTED")
      await new Promise((resolve) => setImmediate(resolve));
    expect(await api.send("CancelStatement", { Id: waiting.Id })).toEqual({ Status: true });
    expect(await api.over(waiting.Id)).toMatchObject({
      Status: "ABORTED",
      Error: expect.stringContaining("cancelled on user's request"),
    });
    await expect(api.send("CancelStatement", { Id: waiting.Id })).rejects.toMatchObject({
      name: "ValidationException",
    });
    await holder.rollback();
    await holder.close();
  });

  test("a large result comes in pages", async () => {
    await api.run("create table public.wide (v varchar(60000))");
    await api.run("insert into public.wide select repeat('x', 60000) from (select 1 from svv_table_info limit 1) t");
    for (let n = 0; n < 5; n++) await api.run("insert into public.wide select v from public.wide");
    const total = Number((await api.rows("select count(*) from public.wide"))[0]?.[0]);
    const done = await api.run("select v from public.wide");
    let seen = 0;
    let token: unknown;
    do {
      const page = await api.send("GetStatementResult", { Id: done.Id, NextToken: token });
      expect(page.TotalNumRows).toBe(total);
      seen += asShapes(page.Records).length;
      token = page.NextToken;
    } while (token !== undefined);
    expect(seen).toBe(total);
  });
});
