import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const demo = fileURLToPath(new URL("../../examples/demo", import.meta.url));

const declaration = `name: away
region: eu-central-1
warehouse: { create: { database: shop } }
sources:
  usgs: { landing: create }
  atlas: { landing: create, concurrency: 3 }
  erp: { landing: create, concurrency: 2 }
`;

const orders = `dataset: orders
source: erp
partition: hour
format: { type: json, lines: true }
columns:
  - { name: shop, type: varchar(8) }
  - { name: number, type: integer }
  - { name: amount, type: "decimal(12,2)", required: true }
  - { name: changed_at, type: timestamp }
table: { name: sales.orders, distribution: key(number), sort: [changed_at] }
load: { mode: upsert, key: [shop, number], order_by: changed_at, strategy: delete_insert }
catalogue: partition
`;

/** A project elsewhere on disk: the demo's datasets, and a source of its own with its own buckets, dataset and table. */
export function makeProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-end-to-end-"));
  for (const part of ["datasets", "aggregates"]) cpSync(join(demo, part), join(folder, part), { recursive: true });
  writeFileSync(join(folder, "sluice.yaml"), declaration);
  writeFileSync(join(folder, "datasets", "orders.yaml"), orders);
  return folder;
}
