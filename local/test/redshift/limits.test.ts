import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Api, asShapes, openApi } from "./data-api-client.js";
import { ADMIN_SECRET, CLUSTER } from "./fake-account.js";

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.stop());

const COMMON = { ClusterIdentifier: CLUSTER, Database: "analytics", SecretArn: ADMIN_SECRET };

describe("limits", () => {
  test("500 statements may be active", async () => {
    let isOpen = false;
    const waiting: (() => void)[] = [];
    const slow = await openApi(undefined, {
      beforeStatement: () => (isOpen ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    });
    for (let n = 0; n < 500; n++) await slow.send("ExecuteStatement", { ...COMMON, Sql: "select 1" });
    const one = { ...COMMON, Sql: "select 1" };
    await expect(slow.send("ExecuteStatement", one)).rejects.toMatchObject({
      name: "ActiveStatementsExceededException",
    });
    isOpen = true;
    for (const wake of waiting.splice(0, 100)) wake();
    const listed = await slow.send("ListStatements", { Status: "SUBMITTED" });
    const [first] = asShapes(listed.Statements);
    expect(first).toBeDefined();
    await slow.stop();
  });

  test("a statement may have 100 KB, whatever newer pages say", async () => {
    const sql = (bytes: number) => `select 1 as n -- ${"x".repeat(bytes)}`.slice(0, bytes);
    await expect(api.send("ExecuteStatement", { ...COMMON, Sql: sql(100 * 1024 + 1) })).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("100kB"),
    });
    await api.send("BatchExecuteStatement", { ...COMMON, Sqls: [sql(100 * 1024)] });
  });

  test("1,600 columns, of which PostgreSQL's page holds a part: a fuller row is refused by name", async () => {
    const names = Array.from({ length: 1600 }, (_, n) => `c${n}`);
    const filled = (count: number) =>
      `insert into wide (${names.slice(0, count).join(", ")}) values (${Array(count).fill("9007199254740993").join(", ")})`;
    await api.run(`create table wide (${names.map((name) => `${name} bigint`).join(", ")})`);
    expect(await api.run(filled(900))).toMatchObject({ Status: "FINISHED" });
    expect(await api.run(filled(1200))).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining(
        "not supported in the local account: a row that does not fit in a page of PostgreSQL (8 KB)",
      ),
    });
    expect(await api.rows("select count(*) from wide")).toEqual([[1]]);
    const wider = [...names, "c1600"].map((name) => `${name} bigint`);
    expect(await api.run(`create table wider (${wider.join(", ")})`)).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("1600 columns"),
    });
  });

  test("each parameter is used", async () => {
    const input = {
      ...COMMON,
      Sql: "select :a",
      Parameters: [
        { name: "a", value: "1" },
        { name: "b", value: "2" },
      ],
    };
    await expect(api.send("ExecuteStatement", input)).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("b is not used"),
    });
    await expect(api.send("ExecuteStatement", { ...input, Sql: "select :c" })).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  test("GETDATE is the account's time", async () => {
    api.account.advance(365 * 24 * 3600 * 1000);
    const [row] = await api.rows(
      "select datediff(day, '2000-01-01', getdate()), datediff(day, '2000-01-01', current_date)",
    );
    const days = Math.floor((api.account.clock.now() - Date.UTC(2000, 0, 1)) / 86_400_000);
    expect(row).toEqual([days, days]);
  });
});
