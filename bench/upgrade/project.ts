import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A project as version 0.1 knows it: an upsert under a materialized aggregate, a swap, and a schedule without manifests. */
const declarations: Readonly<Record<string, string>> = {
  "sluice.yaml": `name: shop
region: eu-west-1
warehouse:
  create: { nodeType: ra3.large, nodes: 2, database: analytics }
alerts: {}
sources:
  till: { landing: create, processed: create, concurrency: 4 }
`,
  "datasets/orders.yaml": `dataset: orders
source: till
description: Orders; the newest version of each wins.
partition: day
format: { type: csv }
columns:
  - { name: order_id, type: bigint, required: true }
  - { name: customer, type: varchar(80), required: true }
  - { name: amount, type: "decimal(10,2)", required: true }
  - { name: changed_at, type: timestamp, required: true }
checks:
  positive_amount: amount > 0
rejects: { max: 40% }
table: { name: shop.orders, distribution: key(order_id), sort: [changed_at] }
load: { mode: upsert, key: [order_id], order_by: changed_at }
catalogue: partition
aggregates: [shop.daily_sales]
`,
  "datasets/prices.yaml": `dataset: prices
source: till
description: All prices, as of the day.
partition: day
format: { type: csv }
columns:
  - { name: article, type: varchar(10), required: true }
  - { name: price, type: "decimal(8,2)", required: true }
table: { name: shop.prices }
load: { mode: swap }
catalogue: crawler
`,
  "datasets/visits.yaml": `dataset: visits
source: till
description: Visits; a schedule looks for them every minute.
partition: hour
format: { type: json }
columns:
  - { name: visitor, type: varchar(20), required: true }
  - { name: seen_at, type: timestamp, required: true }
table: { name: shop.visits }
load: { mode: append }
catalogue: partition
schedule: { cron: "* * * * ? *", timezone: UTC, lag: 3h, settle: 1m, manifests: composed }
`,
  "aggregates/shop.daily_sales.sql": `create materialized view shop.daily_sales as
select cast(changed_at as date) as day, count(*) as orders, sum(amount) as amount
from shop.orders
group by cast(changed_at as date)
`,
};

const orders = (...lines: readonly string[]) => ["order_id,customer,amount,changed_at", ...lines, ""].join("\n");
const prices = (...lines: readonly string[]) => ["article,price", ...lines, ""].join("\n");

/** Files to load, by name. */
export const files = {
  "orders-22.csv": orders(
    "1,Ada,10.00,2026-11-22T08:00:00Z",
    "2,Grace,20.00,2026-11-22T08:00:00Z",
    "3,Hedy,-1,2026-11-22T09:00:00Z",
  ),
  "orders-23.csv": orders("2,Grace,25.00,2026-11-23T08:00:00Z", "4,Emmy,40.00,2026-11-23T08:00:00Z"),
  "orders-24.csv": orders("5,Sofja,50.00,2026-11-24T08:00:00Z"),
  "orders-25.csv": orders("6,Lise,60.00,2026-11-25T08:00:00Z"),
  "orders-26.csv": orders("7,Maria,70.00,2026-11-26T08:00:00Z"),
  "orders-27.csv": orders("8,Rosalind,-1,2026-11-27T08:00:00Z"),
  "orders-28.csv": orders("1,Ada,11.00,2026-11-28T08:00:00Z", "9,Barbara,90.00,2026-11-28T08:00:00Z"),
  "prices-22.csv": prices("a,1.00", "b,2.00"),
  "prices-23.csv": prices("a,1.50", "b,2.50"),
} as const;

export function writeProject(folder: string): void {
  for (const [name, text] of Object.entries({ ...declarations, ...prefixed(files) })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const prefixed = (texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [`files/${name}`, text]));
