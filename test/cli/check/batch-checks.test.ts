import { describe, expect, test } from "@jest/globals";
import { checkProject } from "../../../cli/check/check-project.js";
import { describeFinding } from "../../../contract/read.js";
import { soundProject, writeProject } from "../../contract/projects.js";

async function check(checks: string): Promise<string> {
  const orders = `${soundProject["datasets/orders.yaml"]}batch_checks:\n  it: ${checks}\n`;
  const { findings } = await checkProject(writeProject({ ...soundProject, "datasets/orders.yaml": orders }), false);
  return findings.map((finding) => `${finding.severity}: ${describeFinding(finding)}`).join("\n");
}
const sql = (text: string) => check(`{ sql: ${JSON.stringify(text)} }`);

describe("the checks of a batch", () => {
  test.each([
    "count(*) > 0",
    ":rows between 0.5 * :previous_rows and 2 * :average_rows",
    "sum(amount)::int > 0 and max(placed_at) is not null",
    "count(distinct id) = count(*) or min(id) like ':rows%'",
    "percentile_cont(0.5) within group (order by amount) < 10",
    "sum(case when amount < 0 then 1 else 0 end) = 0",
    "sum(amount) > 0 -- net",
  ])("%s is sound", async (text) => {
    expect(await sql(text)).toBe("");
  });

  test.each<[string, RegExp]>([
    ["sum(amount", /datasets\/orders\.yaml:\d+ .*syntax error/],
    ["sum(amount)", /a value that is not a condition.*Compare it with something/],
    ["amount > 0", /the column 'amount' outside an aggregate.*max\(amount\)/],
    ["sum(amont) > 0", /'amont', which is not a loaded column.*Write 'amount'/],
    ["count(*) > (select 1)", /a query inside/],
    ["sum(amount) over () > 0", /a window function/],
    ["count(*) > 0); delete from shop.orders; select (1", /more than one value, or a statement/],
    ["count(*) > 0) from shop.orders where (true", /more than one value, or a statement/],
    ["with d as (delete from shop.orders returning 1) select count(*) > 0 from d", /a query inside/],
    ["select count(*) > 0 into shop.copy", /a query inside/],
    ["count(*) > 0 into shop.copy", /syntax error/],
    ["count(nextval('shop.s')) > 0", /nextval\(\), which does more than compute a value.*Leave it out/],
    ["pg_catalog.set_config('a', 'b', false) = 'b'", /set_config\(\), which does more than compute a value/],
    ["pg_terminate_backend(1) and count(*) > 0", /pg_terminate_backend\(\), which does more/],
    ["count(*) > $1", /a parameter/],
    ["1 = 1", /no aggregate.*':rows'/],
    ["count(*) filter (where amount > 0) > 0", /FILTER, which Redshift does not have.*sum\(case when/],
  ])("%s is refused", async (text, expected) => {
    expect(await sql(text)).toMatch(expected);
  });

  describe("of a protected column", () => {
    const hashed = (text: string) => {
      const orders = `${soundProject["datasets/orders.yaml"]}batch_checks:\n  it: { sql: ${JSON.stringify(text)} }\n`;
      const dataset = orders.replace("{ name: op, type: char(1) }", "{ name: op, type: varchar(64), protect: hash }");
      return checkProject(writeProject({ ...soundProject, "datasets/orders.yaml": dataset }), false);
    };
    test.each(["count(op) > 0", "count(distinct op) = count(*)", "sum(case when op is null then 1 else 0 end) = 0"])(
      "%s is sound",
      async (text) => {
        expect((await hashed(text)).findings).toEqual([]);
      },
    );

    test.each([
      "max(op) = 'D'",
      "count(case when op = 'D' then 1 end) = 0",
      "count(upper(op)) > 0",
      "bool_or(op like '%@%')",
    ])("%s asks for a value that is not there", async (text) => {
      const { findings } = await hashed(text);
      expect(findings.map(describeFinding)).toEqual([
        expect.stringContaining("the value of 'op', which is protected before this check runs; expected count(op)"),
      ]);
    });
  });

  test.each<[string, RegExp]>([
    ["{ unique: [idd] }", /:\d+ .*'idd', which is not a loaded column.*Write 'id'/],
    ["{ references: shop.customers(id), column: customr }", /'customr', which is not a loaded column/],
    ["{ references: customers, column: id }", /schema\.table\(column\)/],
    ["{ references: shop.customers(id), column: id, allow: 101% }", /a share is written like 1%/],
    ["{ sql: count(*) > 0, severity: maybe }", /severity/],
  ])("%s is refused", async (text, expected) => {
    expect(await check(text)).toMatch(expected);
  });
});
