import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { statefulTypes } from "../../infra/stateful.js";
import { root } from "../base-tree.js";

/** What `npm test` upgrades, made by version 0.1 itself: `npm run upgrade -- --fixture` writes it into test/upgrade/version-0.1/. */
const fixture = join(root, "test", "upgrade", "version-0.1");

const Statement = z.object({
  secretArn: z.string(),
  isBatch: z.boolean(),
  createdAt: z.number(),
  status: z.string(),
  parts: z.array(z.object({ sql: z.string(), queryId: z.number().optional() })),
});

/** Every statement of bootstrap and of preparing targets as it was sent, in order; what loads wrote is in `rows` instead. */
function statementsOf(folder: string) {
  const statements = join(folder, ".sluice", "statements");
  return readdirSync(statements)
    .filter((name) => name.endsWith(".statement.json"))
    .map((name) => Statement.parse(JSON.parse(readFileSync(join(statements, name), "utf8"))))
    .filter(
      ({ isBatch, status, parts }) => status === "FINISHED" && (!isBatch || parts.some(({ sql }) => makesTarget(sql))),
    )
    .sort((a, b) => a.createdAt - b.createdAt || (a.parts[0]?.queryId ?? 0) - (b.parts[0]?.queryId ?? 0))
    .flatMap(({ secretArn, parts }) =>
      parts.map(({ sql }) => ({ user: secretArn.includes("/loader-") ? "sluice_loader" : "admin", sql })),
    )
    .filter(
      ({ sql }) =>
        !/^\s*(--.*\n)*\s*(SELECT|SET|WITH|REFRESH|LOCK|CALL)\b/i.test(sql) &&
        !/EXTERNAL SCHEMA|_lake"|PASSWORD '/.test(sql),
    );
}

const makesTarget = (sql: string) => /^CREATE TABLE IF NOT EXISTS "shop"\."[a-z]+" \(/m.test(sql);

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/** Of each template: what holds data, as `sluice deploy` looks at it, and the names of what others refer to. */
function resourcesOf(folder: string) {
  const assembly = join(folder, ".sluice", "cdk.out");
  const files = readdirSync(assembly).filter((name) => /^shop-.*\.template\.json$/.test(name));
  return Object.fromEntries(
    files.map((name) => {
      const { Resources } = Template.parse(JSON.parse(readFileSync(join(assembly, name), "utf8")));
      const all = Object.entries(Resources);
      const stateful = Object.fromEntries(all.filter(([, { Type }]) => statefulTypes[Type] !== undefined));
      const names = all.flatMap(([, { Type, Properties }]) => (isNamed(Type) ? [`${Type} ${nameOf(Properties)}`] : []));
      return [name.replace(".template.json", ""), { stateful, names: names.sort() }];
    }),
  );
}

/** What executions, events, schedules and queries of before refer to by name. */
export const isNamed = (type: string) =>
  ["AWS::StepFunctions::StateMachine", "AWS::Lambda::Function", "AWS::Scheduler::Schedule", "AWS::Glue::Job"].includes(
    type,
  );
export const nameOf = (properties: Readonly<Record<string, unknown>>) =>
  Object.entries(properties).find(
    ([key, value]) => /^((StateMachine|Function)?Name)$/.test(key) && typeof value === "string",
  )?.[1];

const Arn = z.union([z.object({ arn: z.string() }), z.object({ forget: z.string() })]);

/** Executions of load-partition that did not succeed, what landed, and where the schedules are; path in `.sluice/` → text. */
function stateOf(folder: string): Readonly<Record<string, string>> {
  const state = join(folder, ".sluice");
  const isKept = (path: string) =>
    /^executions\/(definitions|machines\/shop-till-load-partition\/orders-202611(24|25|27))|^s3\/shop-till-landing-|^scheduler\/|^catalogue\//.test(
      path,
    );
  const paths = readdirSync(state, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(state.length + 1))
    .filter(isKept)
    .sort();
  const index = readFileSync(join(state, "executions", "index.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && isOfLoads(Arn.parse(JSON.parse(line))));
  return {
    ...Object.fromEntries(paths.map((path) => [path, readFileSync(join(state, path), "utf8")])),
    "executions/index.jsonl": `${index.join("\n")}\n`,
  };
}

const isOfLoads = (line: z.infer<typeof Arn>) =>
  Object.values(line).some(
    (arn) => arn.includes(":shop-till-load-partition:orders-202611") && /orders-202611(24|25|27)/.test(arn),
  );

/** @param rows of the tables that loads have filled, by table, as JSON texts */
export function writeFixture(folder: string, rows: Readonly<Record<string, readonly string[]>>, names: object): void {
  const write = (name: string, value: unknown) =>
    writeFileSync(join(fixture, name), gzipSync(JSON.stringify(value), { level: 9 }));
  write("warehouse.json.gz", { statements: statementsOf(folder), rows });
  write("resources.json.gz", resourcesOf(folder));
  write("state.json.gz", { names, files: stateOf(folder) });
}
