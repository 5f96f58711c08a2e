import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Api, openApi } from "./data-api-client.js";
import { CLUSTER, LOADER } from "./fake-account.js";

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.stop());

describe("who logs in", () => {
  test("a secret's password is checked against the database's user", async () => {
    await api.run("create user service password 'Right1password'");
    api.account.secrets.set(
      "arn:right",
      JSON.stringify({ username: "service", password: "Right1password", dbClusterIdentifier: CLUSTER }),
    );
    api.account.secrets.set("arn:wrong", JSON.stringify({ username: "service", password: "Wrong1password" }));
    api.account.secrets.set(
      "arn:elsewhere",
      JSON.stringify({ username: "service", password: "Right1password", dbClusterIdentifier: "else" }),
    );
    expect(await api.run("select current_user", { SecretArn: "arn:right" })).toMatchObject({ Status: "FINISHED" });
    expect(await api.run("select 1", { SecretArn: "arn:wrong" })).toMatchObject({
      Status: "FAILED",
      Error: 'FATAL: password authentication failed for user "service"',
    });
    expect(await api.run("select 1", { SecretArn: "arn:elsewhere" })).toMatchObject({ Status: "FAILED" });
    expect(await api.run("select 1", { SecretArn: "arn:unreadable" })).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("secretsmanager:GetSecretValue"),
    });
    const asked = api.account.calls.filter((call) => call.service === "secretsmanager");
    expect(asked.every((call) => call.principal.arn === LOADER.arn)).toBe(true);
  });

  test.each([
    ["sha256", "sha256|5dc75642fdb4a00f9c0ee1e9a0b9c2b2d3ea63c7d9bd8a80f0d9a90aab36de2c|salt"],
    ["md5", "md5c0ffee00c0ffee00c0ffee00c0ffee00"],
  ])("a %s hash is kept as it is, so another password does not fit", async (kind, hash) => {
    await api.run(`create user hashed_${kind} password '${hash}'`);
    api.account.secrets.set(`arn:${kind}`, JSON.stringify({ username: `hashed_${kind}`, password: "Right1password" }));
    expect(await api.run("select 1", { SecretArn: `arn:${kind}` })).toMatchObject({ Status: "FAILED" });
  });

  test("a user may change its own password, and the old one is dead at once", async () => {
    await api.run("create user rotating password 'First1password'");
    api.account.secrets.set("arn:first", JSON.stringify({ username: "rotating", password: "First1password" }));
    expect(await api.run("alter user rotating password 'Second1password'", { SecretArn: "arn:first" })).toMatchObject({
      Status: "FINISHED",
    });
    expect(await api.run("select 1", { SecretArn: "arn:first" })).toMatchObject({ Status: "FAILED" });
    api.account.secrets.set("arn:second", JSON.stringify({ username: "rotating", password: "Second1password" }));
    expect(await api.run("alter user service password 'Stolen1password'", { SecretArn: "arn:second" })).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("permission denied"),
    });
  });

  test("five failed passwords lock a user, until it gets another one", async () => {
    await api.run("create user hasty password 'First1password'");
    api.account.secrets.set("arn:typo", JSON.stringify({ username: "hasty", password: "Typo1password" }));
    api.account.secrets.set("arn:hasty", JSON.stringify({ username: "hasty", password: "First1password" }));
    for (let n = 0; n < 5; n++) await api.run("select 1", { SecretArn: "arn:typo" });
    expect(await api.run("select 1", { SecretArn: "arn:hasty" })).toMatchObject({
      Status: "FAILED",
      Error: expect.stringContaining("is locked"),
    });
    await api.run("alter user hasty password 'First1password'");
    expect(await api.run("select 1", { SecretArn: "arn:hasty" })).toMatchObject({ Status: "FINISHED" });
  });

  test("without a secret the caller's role is the user, and has no grants", async () => {
    await api.run("create table public.closed (n int)");
    const input = { ClusterIdentifier: CLUSTER, Database: "analytics" };
    const who = await api.send("ExecuteStatement", { ...input, Sql: "select current_user" });
    await api.over(who.Id);
    expect(await api.send("GetStatementResult", { Id: who.Id })).toMatchObject({
      Records: [[{ stringValue: "IAMR:demo-loader" }]],
    });
    const closed = await api.send("ExecuteStatement", { ...input, Sql: "select * from public.closed" });
    expect(await api.over(closed.Id)).toMatchObject({ Error: "ERROR: permission denied for relation closed" });
    await api.run('grant select on public.closed to "IAMR:demo-loader"');
    const open = await api.send("ExecuteStatement", { ...input, Sql: "select * from public.closed" });
    expect(await api.over(open.Id)).toMatchObject({ Status: "FINISHED" });
  });

  test("DbUser must exist", async () => {
    const found = await api.send("ExecuteStatement", {
      ClusterIdentifier: CLUSTER,
      Database: "analytics",
      DbUser: "nobody_here",
      Sql: "select 1",
    });
    expect(await api.over(found.Id)).toMatchObject({
      Status: "FAILED",
      Error: 'FATAL: user "nobody_here" does not exist',
    });
  });
});
