import { describe, expect, test } from "@jest/globals";
import { checkProject } from "../../../cli/check/check-project.js";
import { definitionFindings } from "../../../cli/check/state-machines.js";
import { describeFinding } from "../../../contract/read.js";
import { soundProject, writeProject } from "../../contract/projects.js";
import { existingCluster } from "../../infra/warehouses.js";

const sound = `create or replace view shop.daily as
select date_trunc('day', o.placed_at) as day, count(*) as orders, sum(o.amount) as amount, day + 1 as following
from shop.orders o
where dateadd(day, 7, placed_at) > getdate()
group by 1
`;

async function check(sql: string, more: Readonly<Record<string, string>> = {}) {
  const named = { "datasets/orders.yaml": `${soundProject["datasets/orders.yaml"]}aggregates: [shop.daily]\n` };
  const folder = writeProject({ ...soundProject, ...named, "aggregates/shop.daily.sql": sql, ...more });
  const { findings } = await checkProject(folder);
  return findings.map((finding) => `${finding.severity}: ${describeFinding(finding)}`).join("\n");
}

describe("the SQL of aggregates", () => {
  test.each<[string, string]>([
    ["a view", sound],
    ["only its query", "select count(*) from shop.orders"],
    ["comments before it", `-- what it is\n/* and why */\n${sound}`],
    [
      "Redshift's own clauses",
      "create materialized view shop.daily backup no distkey(id) sortkey(id) auto refresh yes as select top 10 id from shop.orders",
    ],
    ["late binding", "create view shop.daily as select id from shop.orders with no schema binding"],
    ["MINUS", "select id from shop.orders minus select id from shop.orders"],
    ["a table of somebody else", "select x from theirs.things"],
    ["columns that the query makes", "with o as (select id as number from shop.orders) select number from o"],
  ])("%s is sound", async (_, sql) => {
    expect(await check(sql)).toBe("");
  });

  test.each<[string, string, RegExp]>([
    ["a slip", sound.replace("from shop", "frm shop"), /error: aggregates\/shop\.daily\.sql:3 .*syntax error/],
    ["another name", sound.replace("shop.daily", "shop.dayly"), /:1 found the view shop\.dayly.*Write 'shop\.daily'/],
    ["two statements", `${sound};\nselect 1`, /found a second statement/],
    ["another statement", "delete from shop.orders", /another kind \(Delete\)/],
    ["nothing", "-- to be written\n", /no statement/],
    [
      "a column that is none",
      sound.replace("sum(o.amount)", "sum(o.amont)"),
      /error: .*:2 found 'amont', which is not a column of shop\.orders.*Write 'amount'/,
    ],
    [
      "a table that is none",
      sound.replace("shop.orders", "shop.ordres"),
      /warning: .*:3 found 'shop\.ordres'.*Write 'shop\.orders'/,
    ],
    ["a table without schema", "select id from orders", /warning: .*without a schema.*Write shop\.orders/],
    ["itself", "select x from shop.daily", /cannot read itself/],
    [
      "what only Redshift knows",
      "select id from shop.orders qualify row_number() over (order by id) = 1",
      /warning: .*QUALIFY/,
    ],
  ])("%s is found, with file and line", async (_, sql, message) => {
    expect(await check(sql)).toMatch(message);
  });
});

test("files and sources that nobody names", async () => {
  const found = await check(sound, {
    "aggregates/shop.dayli.sql": "select 1",
    "aggregates/notes.txt": "",
    "datasets/orders.yaml.bak": "",
    "sluice.yaml": `${soundProject["sluice.yaml"]}  crm: { landing: create }\n`,
  });
  expect(found).toMatch(
    /warning: aggregates\/shop\.dayli\.sql:1 found an aggregate that no dataset lists.*Rename it to shop\.daily\.sql/,
  );
  expect(found).toMatch(/warning: aggregates\/notes\.txt:1 found a file that is not \.sql/);
  expect(found).toMatch(/warning: datasets\/orders\.yaml\.bak:1 found a file that is not read/);
  expect(found).toMatch(/warning: sluice\.yaml:1 found the source 'crm' without a dataset/);
});

const fill = (name: string) => `$\{${name}}`;

test("state machines: a state that is none, one that nothing leads to, a placeholder that nothing fills", () => {
  const machine = {
    StartAt: "Begin",
    States: {
      Begin: { Type: "Task", Resource: fill("glueJop"), Next: "Endd" },
      End: { Type: "Map", ItemProcessor: { StartAt: "Inner", States: { Inner: { Type: "Succeed" } } }, End: true },
    },
  };
  const found = definitionFindings("state-machines/a.asl.json", JSON.stringify(machine, null, 1), ["glueJob"]);
  expect(found.map(({ line, found: what, remedy }) => [line, what, remedy])).toEqual([
    [6, `'${fill("glueJop")}', for which there is no substitution`, `Write '${fill("glueJob")}'.`],
    [7, "'Endd', which is not a state", "Write 'End'."],
    [9, "'End', which is never reached", "Add a transition to it, or remove it."],
  ]);
});

test("whether a swap sees datashares depends on who owns a warehouse that was there before: check says so", async () => {
  const notesOf = async (more: Readonly<Record<string, string>>) =>
    (await checkProject(writeProject({ ...soundProject, ...more }))).notes.filter((note) => note.includes("datashare"));
  const swapped = {
    "datasets/orders.yaml": soundProject["datasets/orders.yaml"].replace(/load: .*/, "load: { mode: swap }"),
  };
  expect(await notesOf({ ...swapped, "sluice.yaml": existingCluster })).toEqual([
    expect.stringMatching(/^orders: a swap is refused .*secretArn is a superuser.*bootstrap --dry-run/),
  ]);
  expect(await notesOf({ "sluice.yaml": existingCluster })).toEqual([]);
  expect(await notesOf(swapped)).toEqual([]);
});
