import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { isNamed, nameOf } from "../../bench/upgrade/fixture.js";
import { writeProject } from "../../bench/upgrade/project.js";
import { readSoundProject, type SoundProject } from "../../contract/read.js";
import { statefulChanges } from "../../infra/stateful.js";
import { synthesize } from "../../infra/synthesize.js";
import { type OpenAccount, openAccount } from "../../local/account.js";
import { VirtualClock } from "../../local/call/virtual-clock.js";
import { Warehouse } from "../../local/redshift/server/warehouse.js";
import type { Session } from "../../local/redshift/session/session.js";
import { literal } from "../../sql/render.js";
import { warehouseStatements } from "../../sql/warehouse.js";
import { rowsOf } from "../planning/warehouse/test-warehouse.js";

/** A project of version 0.1 under this build: its warehouse, its templates, and a local account that it left in the middle of
 * its work, as that version wrote them (`npm run upgrade -- --fixture`). `npm run upgrade` does it whole, with both builds. */

const fixture = fileURLToPath(new URL("version-0.1/", import.meta.url));
const Resources = z.record(
  z.string(),
  z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
);
const read = <Parsed>(name: string, parse: (value: unknown) => Parsed): Parsed =>
  parse(JSON.parse(gunzipSync(readFileSync(join(fixture, `${name}.json.gz`))).toString()));

let folder = "";
let project: SoundProject;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-upgrade-"));
  writeProject(folder);
  project = readSoundProject(folder);
  synthesize(folder, join(folder, "cdk.out"), { validate: false, wheels: false });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the warehouse that version 0.1 has prepared and loaded", () => {
  const { statements, rows } = read(
    "warehouse",
    z.object({
      statements: z.array(z.object({ user: z.string(), sql: z.string() })),
      rows: z.record(z.string(), z.array(z.string())),
    }).parse,
  );
  let warehouse: Warehouse;
  const as = async <Result>(user: string, work: (session: Session) => Promise<Result>): Promise<Result> => {
    const session = await warehouse.session(user);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  };
  const query = (sql: string) =>
    as("admin", async (session) => rowsOf(await session.run(sql)).map((row) => row.join(" ")));
  const views = 'SELECT dataset, "partition", mode, written, execution FROM sluice.loads ORDER BY loaded_at';
  const grants =
    "SELECT relation_name, privilege_type FROM svv_relation_privileges WHERE identity_name = 'analyst' ORDER BY 1";
  const held = async () => [
    await query(views),
    await query("SELECT * FROM shop.orders ORDER BY order_id"),
    await query("SELECT dataset, at FROM shop.newest ORDER BY dataset"),
    await query(grants),
  ];
  /** Bootstrap, killed behind the statement that is named. */
  const upgrade = (until?: string) =>
    as("admin", async (session) => {
      for (const { name, sql, unless } of warehouseStatements(project.contracts)) {
        if (unless === undefined || rowsOf(await session.run(unless)).length === 0) await session.run(sql);
        if (name === until) return;
      }
    });

  beforeAll(async () => {
    warehouse = await Warehouse.open({ database: "analytics", masterUser: "admin" });
    for (const { user, sql } of statements) await as(user, (session) => session.run(sql));
    for (const [table, lines] of Object.entries(rows)) {
      for (const line of lines) {
        const values = z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).parse(JSON.parse(line));
        const list = values.map((value) => (typeof value === "string" ? literal(value).sql : String(value)));
        await as("sluice_loader", (session) => session.run(`INSERT INTO ${table} VALUES (${list.join(", ")})`));
      }
    }
  });
  afterAll(async () => warehouse?.stop());

  test("has every ledger row, row, grant and view of others afterwards, wherever the upgrade was broken off", async () => {
    const before = await held();
    expect(before.every((part) => part.length > 0)).toBe(true);
    for (const until of [
      "procedure sluice.check",
      "view sluice.loads as it will be",
      "view sluice.loads with its present columns",
    ]) {
      await upgrade(until);
      expect(await held()).toEqual(before);
    }
    await upgrade();
    expect(await held()).toEqual(before);
    expect(await query("SELECT kind, COUNT(*) FROM sluice.loads GROUP BY kind")).toEqual(["batch 4"]);
    await upgrade();
    expect(await held()).toEqual(before);
    const left = "SELECT relname FROM pg_class WHERE relname IN ('loads__before', 'loads__next')";
    expect(await query(left)).toEqual([]);
  });

  test("knows what version 0.1 has loaded: a batch of it is not loaded twice", async () => {
    const guard = async (session: Session) => {
      const found = rowsOf(
        await session.run("SELECT batch_id, revision, place FROM sluice.loads_orders ORDER BY loaded_at"),
      );
      const [batch = "", revision = "", place = ""] = (found[0] ?? []).map(String);
      await session.run(`CALL sluice.guard('orders', '${batch}', '${revision}', '${place}', 'x', 'batch', FALSE)`);
    };
    await expect(as("sluice_loader", guard)).rejects.toThrow("sluice:AlreadyLoaded");
  });

  test("a view of somebody else on the ledgers stops the upgrade by name, and nothing is changed", async () => {
    // Back to the columns of version 0.1, under a view that only its owner can make again.
    const old = statements.find(({ sql }) => sql.includes("CREATE OR REPLACE VIEW sluice.loads "))?.sql ?? "";
    await query("DROP VIEW sluice.loads CASCADE");
    await query(old);
    await query("CREATE USER visitor PASSWORD DISABLE");
    await query("GRANT SELECT ON sluice.loads TO visitor");
    await query("GRANT USAGE, CREATE ON SCHEMA shop TO visitor");
    await query("GRANT USAGE ON SCHEMA sluice TO visitor");
    await as("visitor", (session) => session.run("CREATE VIEW shop.theirs AS SELECT dataset FROM sluice.loads"));
    const before = await query(views);
    await expect(upgrade()).rejects.toThrow(
      "sluice:DependentViews: the columns of sluice.loads cannot be changed: the view shop.theirs, which depends on it, belongs to visitor",
    );
    expect(await query(views)).toEqual(before);
    await query("ALTER TABLE shop.theirs OWNER TO admin");
    await upgrade();
    expect(await query("SELECT COUNT(*) FROM shop.theirs")).toEqual(["4"]);
  });
});

describe("the templates", () => {
  const before = read(
    "resources",
    z.record(z.string(), z.object({ stateful: Resources, names: z.array(z.string()) })).parse,
  );
  test.each(Object.keys(before))("%s keeps whatever holds data, and the names that others use", (stack) => {
    const { stateful = {}, names = [] } = before[stack] ?? {};
    const text = readFileSync(join(folder, "cdk.out", `${stack}.template.json`), "utf8");
    const after = z.object({ Resources }).parse(JSON.parse(text)).Resources;
    expect(statefulChanges({ Resources: stateful }, { Resources: after })).toEqual([]);
    expect(Object.keys(stateful).length + names.length).toBeGreaterThan(0);
    const now = Object.values(after).flatMap(({ Type, Properties }) =>
      isNamed(Type) ? [`${Type} ${nameOf(Properties)}`] : [],
    );
    expect(names.filter((name) => !now.includes(name))).toEqual([]);
  });
});

describe("a local account that version 0.1 has left", () => {
  const names = z.record(z.enum(["failed", "stopped", "refused", "running"]), z.string());
  const state = read("state", z.object({ names, files: z.record(z.string(), z.string()) }).parse);
  let account: OpenAccount;
  let clock: VirtualClock;
  const machine = "arn:aws:states:eu-west-1:000000000000:stateMachine:shop-till-load-partition";
  const call = (operation: string, input: Record<string, string>) =>
    account.call({ service: "states", operation, input, principal: account.root });
  const executionArn = (name: string) => `${machine.replace(":stateMachine:", ":execution:")}:${name}`;
  const Found = z.looseObject({ status: z.string(), error: z.string().optional(), cause: z.string().optional() });
  async function ended(name: string) {
    for (const giveUpAt = Date.now() + 20_000; Date.now() < giveUpAt; await sleep(20)) {
      const found = Found.parse(await call("DescribeExecution", { executionArn: executionArn(name) }));
      if (found.status !== "RUNNING") return found;
    }
    throw new Error(`${name} does not end`);
  }
  const planned = z
    .record(z.string(), z.object({ last: z.number() }))
    .parse(JSON.parse(state.files["scheduler/planned.json"] ?? "{}"));
  const left = Math.max(...Object.values(planned).map(({ last }) => last));

  beforeAll(async () => {
    for (const [path, text] of Object.entries(state.files)) {
      mkdirSync(dirname(join(folder, ".sluice", path)), { recursive: true });
      writeFileSync(join(folder, ".sluice", path), text);
    }
    clock = new VirtualClock(left + 1000, left + 1000);
    account = await openAccount({
      assemblyFolder: join(folder, "cdk.out"),
      stateFolder: join(folder, ".sluice"),
      clock,
      python: ".venv",
    });
  });
  afterAll(async () => account?.close());

  test("has its executions, and a redrive of one says what to do", async () => {
    expect(readdirSync(join(folder, ".sluice", "executions", "machines"))).toContain("shop-till-load-partition");
    expect(await ended(state.names.refused)).toMatchObject({ status: "FAILED", error: "TooManyRejected" });
    expect((await ended(state.names.stopped)).status).toBe("ABORTED");
    await call("RedriveExecution", { executionArn: executionArn(state.names.failed) });
    const { status, cause } = await ended(state.names.failed);
    expect(status).toBe("FAILED");
    expect(cause).toContain("DefinitionOutdated");
    expect(cause).toContain(`Run 'sluice rerun ${state.names.failed}'`);
  });

  test("has its schedule, which fires at its next time", async () => {
    const scheduled = async () => {
      const stateMachineArn = machine.replace("till-load-partition", "till-scheduled-load");
      return z
        .array(z.object({ name: z.string() }))
        .parse((await call("ListExecutions", { stateMachineArn })).executions);
    };
    expect(await scheduled()).toEqual([]);
    await clock.runTo(left + 62_000);
    expect((await scheduled()).map(({ name }) => name)).toEqual([expect.stringMatching(/^visits-\d{8}T\d{6}Z$/)]);
  });
});
