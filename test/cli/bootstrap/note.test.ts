import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { bootstrapStatements, isBootstrapped, runBootstrap } from "../../../cli/bootstrap/bootstrap.js";
import { ProjectFile } from "../../../contract/schema.js";
import { Warehouse } from "../../../local/redshift/server/warehouse.js";
import type { Session } from "../../../local/redshift/session/session.js";
import { contractOf } from "../../planning/fixture.js";
import { clientsOver } from "../../planning/warehouse/data-api.js";

/** A bootstrap that has nothing to do says so after one statement, and is never wrong about it. */

const project = ProjectFile.parse({
  name: "shop",
  region: "eu-west-1",
  warehouse: {
    existing: {
      clusterIdentifier: "dw",
      database: "dw",
      secretArn: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:admin",
      copyRoleArn: "arn:aws:iam::111111111111:role/copy",
    },
  },
  alerts: { email: "data@example.com" },
  sources: { web: { landing: "create", processed: "create" } },
});
const contracts = [contractOf({ load: { mode: "append" } })];
const { schema } = contractOf().table;

let warehouse: Warehouse;
let admin: Session;
let secretVersion = "v1";
const sent: string[] = [];
let onStatement: (sql: string) => void | Promise<void> = () => {};
beforeAll(async () => {
  warehouse = await Warehouse.open({ database: "dw", masterUser: "admin" });
  admin = await warehouse.session("admin");
});
afterAll(async () => {
  await admin?.close();
  await warehouse?.stop();
});

function clients() {
  const secrets = mockClient(SecretsManagerClient);
  secrets.on(GetSecretValueCommand).callsFake(({ SecretId }) => ({
    ARN: `arn:aws:secretsmanager:eu-west-1:111111111111:secret:${SecretId}`,
    SecretString: JSON.stringify({ password: "Secret123" }),
    VersionId: secretVersion,
  }));
  const watched = clientsOver(admin, (sql) => {
    sent.push(sql);
    return onStatement(sql);
  });
  return { ...watched, secrets: new SecretsManagerClient({ region: "eu-west-1" }) };
}

async function look(declared = contracts): Promise<boolean> {
  const to = clients();
  const work = await bootstrapStatements(to, project, declared);
  sent.length = 0;
  const isDone = await isBootstrapped(to, project, work);
  expect(sent).toHaveLength(1);
  return isDone;
}

async function bootstrap(declared = contracts): Promise<void> {
  const to = clients();
  await runBootstrap(to, project, await bootstrapStatements(to, project, declared), () => {});
}

beforeEach(() => {
  onStatement = () => {};
  secretVersion = "v1";
});

test("a warehouse without the schema, and one of a version without notes, are not taken for done", async () => {
  expect(await look()).toBe(false);
  await bootstrap();
  expect(await look()).toBe(true);
  await admin.run("COMMENT ON TABLE sluice.projects IS NULL");
  expect(await look()).toBe(false);
  await bootstrap();
  expect(await look()).toBe(true);
});

describe("what was changed by hand is seen", () => {
  test.each([
    ["a view that was dropped", "DROP VIEW sluice.freshness"],
    ["a procedure that was dropped", "DROP PROCEDURE sluice.withdraw(varchar, varchar, varchar)"],
    [
      "a procedure with another text",
      "CREATE OR REPLACE PROCEDURE sluice.withdraw(statements varchar(8), withdrawn varchar(8), batch varchar(8)) AS $$ BEGIN RETURN; END; $$ LANGUAGE plpgsql",
    ],
    ["a grant on a view", "REVOKE SELECT ON TABLE sluice.loads FROM GROUP sluice_readers"],
    ["a grant on a schema", `REVOKE USAGE ON SCHEMA ${schema} FROM GROUP sluice_readers`],
    [
      "a grant on a procedure",
      "REVOKE EXECUTE ON PROCEDURE sluice.withdraw(varchar, varchar, varchar) FROM sluice_loader",
    ],
    ["a grant to everybody", "GRANT EXECUTE ON PROCEDURE sluice.withdraw(varchar, varchar, varchar) TO PUBLIC"],
    ["the member of the group", "ALTER GROUP sluice_readers DROP USER sluice_reader"],
    ["a setting of the loading user", "ALTER USER sluice_loader SET statement_timeout TO 5000"],
    ["an owner", `ALTER TABLE sluice.loads_${contractOf().dataset} OWNER TO admin`],
  ])("%s", async (_, sql) => {
    expect(await look()).toBe(true);
    await admin.run(sql);
    expect(await look()).toBe(false);
    await bootstrap();
    expect(await look()).toBe(true);
  });
});

test("what loads and others do beside it is no reason to run again", async () => {
  const loader = await warehouse.session("sluice_loader");
  await loader.run("CREATE TABLE sluice.staging_of_a_load (n int)");
  await loader.run(`CREATE TABLE ${schema}.made_by_a_load (n int)`);
  await loader.close();
  await admin.run("CREATE USER carol PASSWORD DISABLE");
  await admin.run("ALTER GROUP sluice_readers ADD USER carol");
  expect(await look()).toBe(true);
});

test("another dataset and a new version of a secret are work", async () => {
  expect(await look([...contracts, { ...contractOf(), dataset: "returns" }])).toBe(false);
  secretVersion = "v2";
  expect(await look()).toBe(false);
});

test("a bootstrap that is interrupted leaves no note, whatever there was before", async () => {
  expect(await look()).toBe(true);
  onStatement = (sql) => {
    if (sql.includes("sluice.reconciliation AS")) throw new Error("the connection was lost");
  };
  await expect(bootstrap()).rejects.toMatchObject({
    message: expect.stringMatching(/^Bootstrap stopped at 'view sluice\.reconciliation'/),
  });
  onStatement = () => {};
  expect(await look()).toBe(false);
  await bootstrap();
  expect(await look()).toBe(true);
});

test("a bootstrap that is killed at one statement after another is taken up by the next, and no death is taken for its end", async () => {
  await admin.run("DROP SCHEMA IF EXISTS sluice CASCADE");
  let [left, deaths] = [0, 0];
  onStatement = () => {
    if (left-- === 0) throw new Error("killed");
  };
  // Each of them in the long form: they are over a hundred, and all before are run again each time.
  const step = process.env.SLUICE_LONG === undefined ? 15 : 1;
  for (let isDone = false; !isDone; deaths += step) {
    left = deaths;
    isDone = await bootstrap().then(
      () => true,
      () => false,
    );
    const wasKilled = !isDone;
    left = Number.POSITIVE_INFINITY;
    // The statement that notes the end is the last one, so only what it ends is done.
    if (wasKilled) expect(await look()).toBe(false);
  }
  onStatement = () => {};
  expect(deaths).toBeGreaterThan(80);
  expect(await look()).toBe(true);
  const rows = async (sql: string) => (await admin.run(sql)).result?.rows;
  expect(await rows("SELECT name, deployed_in FROM sluice.projects")).toEqual([["shop", "111111111111/eu-west-1"]]);
  expect(await rows("SELECT COUNT(*) FROM sluice.loads")).toEqual([["0"]]);
});

test("of two at the same time neither is taken for the last word", async () => {
  onStatement = async (sql) => {
    if (sql.startsWith("CREATE OR REPLACE VIEW sluice.freshness"))
      await admin.run("COMMENT ON TABLE sluice.projects IS 'another began'");
  };
  await bootstrap();
  onStatement = () => {};
  expect(await look()).toBe(false);
});

test("a schema that was dropped is made again", async () => {
  await bootstrap();
  await admin.run("DROP SCHEMA sluice CASCADE");
  expect(await look()).toBe(false);
});
