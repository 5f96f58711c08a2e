import type { Pause } from "../../console/model/api.js";
import type { DatasetPage } from "../../console/model/dataset-page.js";

const column = (name: string, type: string, change: Partial<DatasetPage["columns"][number]> = {}) => ({
  ...{ name, type, description: null, isKey: false, isRequired: false, rules: [] },
  ...change,
});

/** What the page of a dataset shows: a contract of orders. */
export const sampleDataset = (dataset: string, pause: Pause | null = null): DatasetPage => ({
  ...{ dataset, source: "shop", description: "Orders as the shop exports them, every hour." },
  columns: [
    column("order_id", "bigint", { isKey: true, isRequired: true, description: "The order's number." }),
    column("amount", "decimal(12,2)", { rules: ['number: decimal ","'], description: "With VAT." }),
    column("currency", "char(3)", { isRequired: true, rules: ["case: upper"] }),
    column("placed_at", "timestamptz", { isRequired: true }),
  ],
  checks: [
    { name: "positive_amount", sql: "amount > 0", failed: 12 },
    { name: "known_currency", sql: "currency in ('EUR', 'SEK')", failed: 0 },
  ],
  checked: { loads: 5, read: 240_120 },
  batchChecks: [{ name: "not_too_few", text: ":rows > 0.5 * :average_rows", severity: "warn" }],
  batchResults: {
    execution: `${dataset}-1`,
    partition: "2026-11-25T01",
    texts: ["not_too_few: passed, 48211 rows"],
  },
  facts: [
    { key: "partition", text: "hour" },
    { key: "load.mode", text: "upsert" },
    { key: "table.sort", text: "placed_at" },
  ],
  schedule: {
    ...{ cron: "5 * * * ? *", timezone: "UTC", pause },
    next: ["2026-11-25T03:05:00.000Z", "2026-11-25T04:05:00.000Z"],
  },
  lineage: [
    { what: "Files", names: [`s3://landing/${dataset}/{partition}/*`], how: "complete by a manifest" },
    { what: "Parquet", names: [`s3://processed/data/${dataset}/`], how: "typed, checked, without what was rejected" },
    { what: "Table", names: [`shop.${dataset}`], how: "upsert by order_id" },
    { what: "Views", names: ["orders_by_day"], how: "refreshed after each load" },
  ],
});
