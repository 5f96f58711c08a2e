import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const soundProject = {
  "sluice.yaml": `name: shop
region: eu-west-1
warehouse:
  create: { nodeType: ra3.large, nodes: 2 }
sources:
  web: { landing: create }
`,
  "datasets/orders.yaml": `dataset: orders
source: web
partition: hour
format: { type: csv }
columns:
  - { name: id, type: bigint }
  - { name: placed_at, type: timestamp }
  - { name: amount, type: "decimal(10,2)" }
  - { name: op, type: char(1) }
checks:
  positive: amount is null or amount > 0
table: { name: shop.orders, distribution: key(id), sort: [placed_at] }
load: { mode: upsert, key: [id], order_by: placed_at }
`,
} as const;

/** Writes a project's files into a new folder. */
export function writeProject(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-project-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
