import { compileContract } from "../../contract/compile.js";
import type { Contract } from "../../contract/contract.js";
import { placeOf } from "../../contract/layout.js";
import { DatasetFile } from "../../contract/schema.js";
import type { Inspection } from "../../planning/inspection.js";
import { type PlanInput, planLoad } from "../../planning/plan.js";
import type { Preparation } from "../../planning/prepare.js";
import type { Step } from "../../planning/step.js";

/** A contract of the tests: what differs from a small upsert of orders. */
export function contractOf(overrides: Readonly<Record<string, unknown>> = {}, aggregates = new Map<string, string>()) {
  return compileContract(
    DatasetFile.parse({
      dataset: "orders",
      source: "shop",
      partition: "hour",
      format: { type: "json", lines: true },
      columns: [
        { name: "id", type: "varchar(8)" },
        { name: "version", type: "integer" },
        { name: "amount", type: "decimal(9,2)" },
        { name: "note", type: "varchar(40)" },
      ],
      table: { name: "sales.orders", distribution: "key(id)", sort: ["version"] },
      load: { mode: "upsert", key: ["id"], order_by: "version" },
      ...overrides,
    }),
    aggregates,
  );
}

export const partition = "2026-11-22T05";
export const batchId = "0123456789abcdef0123456789abcdef";
export const revision = "20261122T061500Z-0000-1a2b3c4d";

/** What a target that is not there looks like, in a warehouse that is ready. */
export function emptyInspection(contract: Contract): Inspection {
  const relation = { kind: "table", owner: "sluice_loader" } as const;
  const may = { maySelect: true, mayInsert: true, mayUpdate: true, mayDelete: true };
  return {
    loadingUser: "sluice_loader",
    database: "analytics",
    hasSchema: true,
    mayCreateTables: true,
    mayCreateSchemas: false,
    hasReaders: true,
    relations: [`loads_${contract.dataset}`, `lock_${contract.dataset}`].map((name) => ({
      schema: "sluice",
      name,
      ...relation,
      ...may,
    })),
    columns: [],
    statements: [],
    comments: new Map(),
    marks: new Map(),
    keys: new Map(),
    boundView: null,
    aggregates: [],
    design: [],
    distribution: null,
  };
}

/** The inspection of a target as the catalogue shows it. */
export function inspectionOf(
  contract: Contract,
  columns: readonly (readonly [name: string, type: string, isNotNull?: boolean])[],
  overrides: Partial<Inspection> = {},
): Inspection {
  const empty = emptyInspection(contract);
  const [first] = empty.relations;
  if (first === undefined) throw new TypeError("no relation");
  return {
    ...empty,
    relations: [...empty.relations, { ...first, schema: contract.table.schema, name: contract.table.name }],
    columns: columns.map(([name, type, isNotNull = false]) => ({ name, type, isNotNull, hasDefault: false })),
    ...overrides,
  };
}

export const planInput = (contract: Contract, overrides: Partial<PlanInput> = {}): PlanInput => ({
  contract,
  batch: { partition, batchId, revision, place: placeOf(partition, revision, batchId) },
  batchFile: {
    manifest: {
      bucket: "demo-shop-landing",
      key: "orders/2026/11/22/05/manifest.json",
      version_id: "v1",
      etag: '"e"',
      last_modified: "2026-11-22T06:15:00Z",
    },
    execution: "orders-2026112205-0123456789ab",
  },
  report: {
    counts: { read: 5, written: 3, deduplicated: 1, rejected: 1 },
    copy_manifest: "s3://demo-shop-processed/runs/orders/x/copy-manifest.json",
  },
  inspection: emptyInspection(contract),
  isForced: false,
  project: "demo",
  copyRole: "arn:aws:iam::123456789012:role/demo-copy",
  snapshotRetentionDays: 14,
  replaces: [],
  ...overrides,
});

/** What is done to the target before the load, in order. */
export const preparationOf = ({ widen, prepare, grow }: Preparation): Step[] =>
  [widen, prepare, ...grow].flatMap((step) => (step === null ? [] : [step]));

/** All statements of a plan, in the order in which they run. */
export function statementsOf(plan: ReturnType<typeof planLoad>): string[] {
  const steps =
    plan.branch === "truncate"
      ? [plan.fill, plan.truncate, plan.insert]
      : plan.branch === "swap"
        ? [plan.build, plan.swap]
        : [plan.load];
  return [...preparationOf(plan), ...steps, plan.aggregates].flatMap((step) => step?.statements ?? []);
}

export const plan = (contract: Contract, overrides: Partial<PlanInput> = {}) =>
  planLoad(planInput(contract, overrides));
