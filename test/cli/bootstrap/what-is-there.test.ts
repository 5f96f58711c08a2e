import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { judge, judgeLargeStrings } from "../../../cli/bootstrap/what-is-there.js";
import { warehouseUsers } from "../../../contract/own-schema.js";
import { Warehouse } from "../../../local/redshift/server/warehouse.js";
import type { Session } from "../../../local/redshift/session/session.js";
import { defaultUsers, warehouseStatements } from "../../../sql/warehouse.js";
import { largeStringsQuery, whatIsThere } from "../../../sql/what-is-there.js";
import { contractOf } from "../../planning/fixture.js";

/** A warehouse that a team has used for years, some of it under the names that bootstrap gives. */

const orders = contractOf({ load: { mode: "append" } });
const prices = {
  ...contractOf({ load: { mode: "swap" } }),
  dataset: "prices",
  table: { ...orders.table, name: "prices" },
};
const contracts = [orders, prices];
const { schema } = orders.table;
const lake = {
  role: "arn:aws:iam::1:role/spectrum",
  region: "eu-west-1",
  schemas: [{ schema: "web_lake", database: "shop_web" }],
};

let warehouse: Warehouse;
let session: Session;
beforeAll(async () => {
  warehouse = await Warehouse.open({ database: "dw", masterUser: "admin" });
  session = await warehouse.session("admin");
});
afterAll(async () => {
  await session.close();
  await warehouse.stop();
});

const rows = async (sql: string) => (await session.run(sql)).result?.rows ?? [];
const look = async () =>
  judge(
    (await rows(whatIsThere(contracts, warehouseUsers(), ["web_lake"]))).map(([kind, name, owner, isSuper]) => [
      kindOf(kind),
      String(name),
      String(owner),
      // As PostgreSQL writes it.
      String(isSuper).startsWith("t"),
    ]),
    contracts,
    ["web_lake"],
  );
type Kind = Parameters<typeof judge>[0][number][0];
const kindOf = (kind: unknown): Kind => {
  const known = (["administrator", "user", "group", "schema", "relation"] as const).find((each) => each === kind);
  if (known === undefined) throw new TypeError(`no kind: ${kind}`);
  return known;
};

async function bootstrap(): Promise<void> {
  for (const { sql, unless } of warehouseStatements(contracts, defaultUsers(), lake)) {
    if (unless === undefined || (await rows(unless)).length === 0) await session.run(sql);
  }
}

test("an empty warehouse asks nothing of anybody", async () => {
  expect(await look()).toEqual({ notes: [], forAPerson: [] });
});

test("what others own is named, stays theirs, and bootstrap may be repeated", async () => {
  for (const sql of [
    "create user bob password disable createuser",
    "create user sluice_reader password disable createuser",
    "create user carol password disable",
    "create group sluice_readers with user carol",
    `create schema ${schema} authorization bob`,
    "create schema web_lake authorization bob",
    ...["orders", "prices"].flatMap((name) => [
      `create table ${schema}.${name} (id int)`,
      `alter table ${schema}.${name} owner to bob`,
    ]),
    "create schema sluice authorization bob",
    "create table sluice.loads_stars (n int)",
  ]) {
    await session.run(sql.replaceAll(`${schema}.orders`, `${schema}.${orders.table.name}`));
  }
  const before = await look();
  expect(before.notes).toEqual([
    "user sluice_reader exists: it is kept, and gets the password of its secret",
    "group sluice_readers exists: its members stay, and sluice_reader joins",
    expect.stringMatching(/^schema \w+ exists, owned by bob: /),
    expect.stringMatching(/^schema \w+ exists, owned by bob: /),
    expect.stringMatching(/^schema \w+ exists, owned by bob: /),
    expect.stringMatching(
      /orders exists, owned by bob, and keeps its owner; sluice_loader needs SELECT, INSERT, UPDATE and DELETE/,
    ),
    expect.stringMatching(/^sluice\.loads_stars: .*must have its own schema/),
  ]);
  expect(before.notes).toContain(
    `schema ${schema} exists, owned by bob: it keeps its owner; sluice_loader gets CREATE on it, sluice_readers get USAGE`,
  );
  expect(before.forAPerson).toEqual([
    "user sluice_reader is a superuser, whom grants do not restrict: ALTER USER sluice_reader NOCREATEUSER",
    `${schema}.prices exists, owned by bob, but mode: swap needs ownership: ALTER TABLE ${schema}.prices OWNER TO sluice_loader`,
  ]);

  await bootstrap();
  await session.run("alter user sluice_reader nocreateuser");
  await session.run(`alter table ${schema}.prices owner to sluice_loader`);
  const loader = await warehouse.session("sluice_loader");
  await loader.run(`create table ${schema}.made_by_loader (n int)`);
  await loader.close();
  const after = await look();
  expect(after.forAPerson).toEqual([]);
  await bootstrap();
  expect(await look()).toEqual(after);
  for (const member of ["carol", "sluice_reader"]) {
    const reader = await warehouse.session(member);
    expect((await reader.run("select count(*) from sluice.loads")).result?.rows).toHaveLength(1);
    await reader.close();
  }
});

describe("an administrator who is not a superuser", () => {
  const me = ["administrator", "deployer", "", false] as const;
  const judged = (...found: (readonly [Kind, string, string, boolean])[]) =>
    judge([[...me], ...found.map(([...row]): [Kind, string, string, boolean] => [...row])], contracts, []).forAPerson;

  test("may not create users, nor grant on the schemas of others", () => {
    expect(judged(["schema", schema, "bob", false])).toEqual([
      expect.stringMatching(/^deployer is not a superuser, and may not create users: put the secretArn/),
      expect.stringContaining(`let bob run GRANT ALL ON SCHEMA ${schema} TO deployer WITH GRANT OPTION`),
    ]);
  });

  test("does not see the datashares of others, which is said where a swap depends on it", () => {
    const notesOf = (...all: Parameters<typeof judge>[1][number][]) => judge([[...me]], all, []).notes;
    expect(notesOf(orders, prices)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^deployer is not a superuser and sees only its own datashares: .*${schema}\\.prices into one.*secretArn`,
        ),
      ),
    ]);
    expect(notesOf(orders)).toEqual([]);
    expect(judge([["administrator", "admin", "", true]], contracts, []).notes).toEqual([]);
  });

  test("tables that the checks of a batch look into must be readable, but for those that Sluice loads", () => {
    const [first] = contracts;
    if (first === undefined) throw new Error("no contract");
    const refers = (schema: string, table: string) => ({
      ...{ kind: "references" as const, name: "known", severity: "refuse" as const, column: "id", key: "id" },
      ...{ schema, table, most: 0, percent: null },
    });
    const checked = { ...first, batch_checks: [refers("crm", "people"), refers(first.table.schema, first.table.name)] };
    expect(judge([["administrator", "admin", "", true]], [checked], []).notes).toEqual([
      `the check 'known' of ${first.dataset} reads crm.people, so sluice_loader needs access: GRANT USAGE ON SCHEMA crm TO sluice_loader; GRANT SELECT ON TABLE crm.people TO sluice_loader`,
    ]);
  });

  test("is enough where the users are there, and the rest is the administrator's own", () => {
    const users = [warehouseUsers().loader, warehouseUsers().reader].map((name) => ["user", name, "", false] as const);
    expect(
      judged(...users, ["schema", "sluice", "deployer", false], ["relation", "sluice.loads", "deployer", false]),
    ).toEqual([]);
    expect(judged(...users, ["relation", "sluice.loads", "bob", false])).toEqual([
      expect.stringContaining("sluice.loads belongs to bob"),
    ]);
  });
});

test("what the warehouse says of long texts inside SUPER, and what sluice.yaml says of it", async () => {
  expect(await rows(largeStringsQuery())).toEqual([["f"]]);
  expect(judgeLargeStrings(true, true)).toEqual({ notes: [], forAPerson: [] });
  expect(judgeLargeStrings(false, false)).toEqual({ notes: [], forAPerson: [] });
  expect(judgeLargeStrings(true, false).forAPerson.join()).toContain("is_large_string_enabled() is false");
  expect(judgeLargeStrings(false, true).notes.join()).toContain("write warehouse.large_strings: true");
});
