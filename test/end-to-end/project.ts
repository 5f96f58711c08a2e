import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeProject } from "../contract/projects.js";

const demo = fileURLToPath(new URL("../../examples/demo", import.meta.url));

const declaration = (sources: string) => `name: away
region: eu-central-1
warehouse: { create: { database: shop } }
sources:
${sources}`;

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

const returns = `dataset: returns
source: erp
partition: day
format: { type: json, lines: true }
columns:
  - { name: number, type: integer }
table: { name: sales.returns }
load: { mode: append }
catalogue: partition
`;

/** A project elsewhere on disk with the demo's datasets, all of which are converted by one engine. */
export function demoProject(engine: "glue" | "lambda" = "glue"): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-end-to-end-"));
  for (const part of ["datasets", "aggregates"]) cpSync(join(demo, part), join(folder, part), { recursive: true });
  writeFileSync(
    join(folder, "sluice.yaml"),
    declaration(
      `  usgs: { landing: create, engine: ${engine} }\n  atlas: { landing: create, engine: ${engine}, concurrency: 3 }\n`,
    ),
  );
  const own = join(folder, "datasets", "countries_csv.yaml");
  writeFileSync(own, readFileSync(own, "utf8").replace("engine: glue", `engine: ${engine}`));
  return folder;
}

/** A project with one source: orders that are loaded, and returns that never come. */
export function ordersProject(): string {
  return writeProject({
    "sluice.yaml": declaration("  erp: { landing: create, concurrency: 2 }\n"),
    "datasets/orders.yaml": orders,
    "datasets/returns.yaml": returns,
  });
}
