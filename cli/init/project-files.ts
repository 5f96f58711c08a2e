import { parse } from "yaml";
import type { Answers } from "./answers.js";
import { reservedWords } from "./reserved-words.js";

/** The example's dataset; its name, its file's and its table's. */
export const sample = { dataset: "orders", file: "samples/orders.csv", partition: "2026-11-22" } as const;

/** The files of a new project: path → text. It passes `sluice check`, and its sample loads. */
export function projectFiles(answers: Answers): Readonly<Record<string, string>> {
  const schema = schemaOf(answers.source);
  return {
    "sluice.yaml": declaration(answers),
    [`datasets/${sample.dataset}.yaml`]: dataset(answers.source, schema),
    [`aggregates/${schema}.daily_sales.sql`]: aggregate(schema),
    [sample.file]: rows,
    [`tests/${sample.dataset}/first-delivery/batches/1_${sample.partition}/orders.csv`]: delivery,
    [`tests/${sample.dataset}/first-delivery/expected/1.json`]: expected,
    ".gitignore": ".sluice/\ncdk.out/\nnode_modules/\n",
  };
}

/** The schema that the source's tables are put in; a reserved word would need quotes in every statement. */
export function schemaOf(source: string): string {
  const schema = source.replaceAll("-", "_");
  return reservedWords.has(schema) || postgresWords.has(schema) ? `${schema}_data` : schema;
}

/** What PostgreSQL, whose grammar `sluice check` reads aggregates by, reserves beside Redshift. */
const postgresWords: ReadonlySet<string> = new Set([
  ...[
    "asymmetric",
    "collation",
    "concurrently",
    "current_catalog",
    "current_role",
    "current_schema",
    "fetch",
    "lateral",
  ],
  ...["returning", "symmetric", "system_user", "tablesample", "variadic", "window"],
]);

/** A name as YAML reads it as a text: `true` and `null` only in quotes. */
const quoted = (name: string) => (parse(name) === name ? name : JSON.stringify(name));

const declaration = ({
  name,
  region,
  source,
  email,
}: Answers) => `# A Sluice project. docs/contract.md describes every key; \`sluice check\` finds what is wrong.
name: ${quoted(name)} # prefix of every resource's name
region: ${region}
warehouse:
  create: { nodeType: ra3.large, nodes: 2, database: analytics, snapshotRetentionDays: 14 }
alerts: ${email === "" ? "{} # { email: data-team@example.com }" : `{ email: ${JSON.stringify(email)} }`}
sources:
  # A system that delivers files: buckets, roles, a Lambda, a Glue job and state machines of its own.
  # engine: auto gives small batches to the Lambda, which takes a second, and large ones to Glue.
  ${quoted(source)}: { landing: create, processed: create, engine: auto, concurrency: 4 }
`;

const dataset = (source: string, schema: string) => `# An example. Load its sample file in the local account:
#   sluice load orders ${sample.file} --partition ${sample.partition} --local
# Write a contract for files of your own: sluice infer <file> --write
dataset: ${sample.dataset}
source: ${quoted(source)}
description: Orders of a small shop; the newest version of each order wins.
partition: day # files arrive in <dataset>/<year>/<month>/<day>/, UTC
format: { type: csv }

columns:
  - { name: order_id,   type: bigint, required: true }
  - { name: customer,   type: varchar(80), required: true }
  - { name: country,    type: char(2), case: upper }
  - { name: ordered_at, type: timestamp, required: true }
  - { name: amount,     type: "decimal(10,2)", required: true }
  - { name: is_paid,    type: boolean }
  - { name: changed_at, type: timestamp, required: true }

checks: # a row for which one is not true is put aside, with its reason: sluice rejects ${sample.dataset}
  positive_amount: amount > 0

rejects: { max: 10% } # more than that, and the whole batch is refused

table: { name: ${schema}.orders, distribution: key(order_id), sort: [ordered_at] }
load: { mode: upsert, key: [order_id], order_by: changed_at }
catalogue: partition # each batch is registered as it is published: at once, exact, and free

aggregates: [${schema}.daily_sales] # refreshed after every load
`;

const aggregate = (schema: string) => `create or replace view ${schema}.daily_sales as
select cast(ordered_at as date) as day, count(*) as orders, sum(amount) as amount
from ${schema}.orders
group by cast(ordered_at as date)
`;

/** Among them: an order twice, the newer version of which wins. */
const rows = `order_id,customer,country,ordered_at,amount,is_paid,changed_at
1001,Ada Lovelace,gb,2026-11-22T08:15:00Z,49.90,yes,2026-11-22T08:20:00Z
1002,Grace Hopper,us,2026-11-22T08:31:00Z,120.00,no,2026-11-22T08:31:00Z
1003,Émilie du Châtelet,fr,2026-11-22T09:02:00Z,15.25,yes,2026-11-22T09:05:00Z
1004,"Noether, Emmy",de,2026-11-22T09:40:00Z,310.00,yes,2026-11-22T09:41:00Z
1005,Chien-Shiung Wu,us,2026-11-22T10:12:00Z,72.40,no,2026-11-22T10:12:00Z
1002,Grace Hopper,us,2026-11-22T08:31:00Z,120.00,yes,2026-11-22T10:30:00Z
1006,Hedy Lamarr,at,2026-11-22T11:05:00Z,8.99,yes,2026-11-22T11:06:00Z
1007,Katherine Johnson,us,2026-11-22T11:58:00Z,64.00,yes,2026-11-22T12:00:00Z
1008,Sofja Kowalewskaja,,2026-11-22T12:20:00Z,230.10,no,2026-11-22T12:20:00Z
`;

/** A test case: a newer version of an order wins, and an amount that the check refuses is put aside. */
const delivery = `order_id,customer,country,ordered_at,amount,is_paid,changed_at
1001,Ada Lovelace,gb,2026-11-22T08:15:00Z,49.90,no,2026-11-22T08:20:00Z
1001,Ada Lovelace,gb,2026-11-22T08:15:00Z,49.90,yes,2026-11-22T09:00:00Z
${Array.from({ length: 9 }, (_, at) => `${1002 + at},Grace Hopper,us,2026-11-22T10:0${at}:00Z,${at}.50,yes,2026-11-22T10:0${at}:00Z`).join("\n")}
1011,Hedy Lamarr,at,2026-11-22T11:05:00Z,-8.99,yes,2026-11-22T11:06:00Z
`;

/** Only the columns that are named here are compared; `sluice test --write` writes all of them. */
const expected = `{
  "outcome": "loaded",
  "counts": { "read": 12, "written": 10, "deduplicated": 1, "rejected": 1 },
  "rejects": [{ "record_number": 12, "reason": "check_failed", "rule": "positive_amount" }],
  "rows": [
    ${Array.from({ length: 10 }, (_, at) => `{ "order_id": ${1001 + at}, "is_paid": true }`).join(",\n    ")}
  ]
}
`;
