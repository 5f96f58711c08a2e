import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { type Api, asShapes, makeStateFolder, openApi } from "./data-api-client.js";
import { ADMIN_SECRET, CLUSTER } from "./fake-account.js";

const COMMON = { ClusterIdentifier: CLUSTER, Database: "analytics", SecretArn: ADMIN_SECRET };

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

/** A batch that inserts a row and then waits for a lock that another session holds. */
async function startWaiting(api: Api, extra = {}) {
  await api.run("create table public.t (n int)");
  await api.run("create table public.locked (n int)");
  const holder = await (await api.services.warehouse(CLUSTER)).session("admin");
  await holder.begin();
  await holder.run("lock table public.locked");
  const batch = await api.send("BatchExecuteStatement", {
    ...COMMON,
    Sqls: ["insert into public.t values (1)", "select * from public.locked", "select 1"],
    ...extra,
  });
  await until(
    async () =>
      asShapes((await api.send("DescribeStatement", { Id: batch.Id })).SubStatements)[1]?.Status === "STARTED",
  );
  return { batch, holder };
}

describe("statements over the end of the process", () => {
  test("what was under way is FAILED with a lost connection, rolled back, and announced once", async () => {
    const folder = makeStateFolder();
    const before = await openApi(folder);
    const { batch, holder } = await startWaiting(before, { WithEvent: true, StatementName: "waiting" });
    // The state folder as a kill would leave it.
    const killed = path.join(mkdtempSync(path.join(tmpdir(), "local-account-killed-")), "state");
    cpSync(path.join(folder, "statements"), path.join(killed, "statements"), { recursive: true });
    await holder.close();
    await before.stop();
    const after = await openApi(killed);
    const found = await after.send("DescribeStatement", { Id: batch.Id });
    expect(found).toMatchObject({ Status: "FAILED", Error: "ERROR: Connection to the cluster was lost" });
    expect(asShapes(found.SubStatements).map((part) => part.Status)).toEqual(["FINISHED", "FAILED", "ABORTED"]);
    expect(after.account.events.map((event) => [event.detail.statementId, event.detail.state])).toEqual([
      [batch.Id, "FAILED"],
    ]);
    await after.stop();
    const again = await openApi(killed);
    expect(again.account.events).toEqual([]);
    await again.stop();
  });

  test("a stop cuts connections: what they did is rolled back", async () => {
    const folder = makeStateFolder();
    const before = await openApi(folder);
    const { batch, holder } = await startWaiting(before);
    await before.services.dataApi.stop?.();
    expect(await before.send("DescribeStatement", { Id: batch.Id })).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("Connection to the cluster was lost"),
    });
    await holder.close();
    await before.stop();
    const after = await openApi(folder);
    expect(await after.rows("select count(*) from public.t")).toEqual([[0]]);
    await after.stop();
  });

  test("results and tokens are known after a restart", async () => {
    const folder = makeStateFolder();
    const before = await openApi(folder);
    const done = await before.run("select 42", { ClientToken: "kept" });
    await before.stop();
    const after = await openApi(folder);
    expect(await after.send("GetStatementResult", { Id: done.Id })).toMatchObject({ Records: [[{ longValue: 42 }]] });
    expect(await after.send("ExecuteStatement", { ...COMMON, Sql: "select 42", ClientToken: "kept" })).toMatchObject({
      Id: done.Id,
    });
    await after.stop();
  });

  test("a database that is killed is started again for the next statement", async () => {
    const api = await openApi();
    await api.run("create table public.t (n int)");
    await api.run("insert into public.t values (1)");
    const warehouse = await api.services.warehouse(CLUSTER);
    const pid = await (await warehouse.system("postgres")).query<{ pid: string }>(
      "select pg_read_file('postmaster.pid') as pid",
    );
    process.kill(Number(pid.rows[0]?.pid.split("\n")[0]), "SIGKILL");
    await until(async () => !warehouse.isRunning);
    expect(await api.rows("select n from public.t")).toEqual([[1]]);
    await api.stop();
  });
});
