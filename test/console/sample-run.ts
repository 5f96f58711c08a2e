import type { MachineRun, RejectedRow, Run, Visit } from "../../console/model/api.js";
import { readGraph } from "../../console/model/machine.js";
import { definitionText, type MachineName } from "../../state-machines/definitions.js";

const began = Date.parse("2026-11-25T01:14:09Z");

/** States with the seconds spent in them, one after the other; `failed` and `running` are for the last. */
function visits(
  visits: readonly (readonly [string, number])[],
  end: "done" | "failed" | "running",
  error: string | null = null,
): readonly Visit[] {
  let at = began;
  return visits.map(([state, seconds], index) => {
    const startedAt = new Date(at).toISOString();
    at += seconds * 1000;
    const isLast = index === visits.length - 1;
    const outcome = isLast ? end : "done";
    return {
      state,
      startedAt,
      seconds: outcome === "running" ? null : seconds,
      outcome,
      error: outcome === "failed" ? error : null,
    };
  });
}

const machine = (name: MachineName, visits: readonly Visit[], children: MachineRun["children"] = []): MachineRun => ({
  machine: `shop-${name}`,
  execution: `${name}-1`,
  arn: `arn:aws:states:eu-west-1:000000000000:execution:shop-${name}:${name}-1`,
  ...readGraph(definitionText(name)),
  visits: visits,
  children,
});

const execution = "orders_emea-2026112501-9f3c2b7a1d04";

const statements = machine(
  "run-statements",
  visits(
    [
      ["All at once or one by one?", 0.1],
      ["Submit the batch", 42.6],
      ["Describe the statement", 0.3],
      ["How did it end?", 0.1],
      ["The statement failed", 0],
    ],
    "failed",
    "StatementFailed",
  ),
);

const common: readonly (readonly [string, number])[] = [
  ["Validate the manifest", 1.4],
  ["Convert the partition and inspect the target", 96.3],
  ["Convert the partition to Parquet", 96.2],
  ["Inspect the target", 3.1],
  ["Check the report", 0.9],
  ["Publish the Parquet", 2.2],
  ["Update the catalogue", 31.5],
  ["Plan the load", 0.8],
  ["How is it loaded?", 0.1],
];

const glue = machine("convert-partition", visits([["Run the Glue job", 95.4]], "done"));

const runs = {
  failed: machine("load-partition", visits([...common, ["Upsert the rows", 43.6]], "failed", "StatementFailed"), [
    { state: "Convert the partition to Parquet", run: glue },
    { state: "Upsert the rows", run: statements },
  ]),
  running: machine("load-partition", visits(common.slice(0, 3), "running"), [
    { state: "Convert the partition to Parquet", run: glue },
  ]),
  waiting: machine("load-partition", visits([...common, ["Upsert the rows", 30]], "running"), [
    {
      state: "Upsert the rows",
      run: machine("run-statements", visits([["Submit the batch", 30]], "running")),
    },
  ]),
  loaded: machine(
    "load-partition",
    visits([...common, ["Upsert the rows", 18.4], ["What is left to do?", 0.1], ["The batch is loaded", 0.1]], "done"),
    [{ state: "Convert the partition to Parquet", run: glue }],
  ),
} as const;

const unknown = { inserted: null, updated: null, deleted: null, outdated: null, removed: null };
const report = { read: 48_211, written: 47_914, deduplicated: 289, rejected: 8 };

/** A run that failed at the warehouse, that runs, that runs SQL, or that is loaded. */
export function sampleRun(kind: "failed" | "running" | "waiting" | "loaded"): Run {
  const outcome = kind === "waiting" ? "running" : kind;
  const isFailed = outcome === "failed";
  const loaded = { inserted: 31_420, updated: 15_902, deleted: 61, outdated: 531, removed: 0 };
  return {
    attempt: {
      execution,
      batchId: "4be1c9d27f0a4e6f9a51d3c0b7728e16",
      outcome,
      error: isFailed ? "StatementFailed" : null,
      startedAt: new Date(began).toISOString(),
      seconds: outcome === "running" ? null : 180,
    },
    dataset: "orders_emea",
    source: "shop",
    partition: "2026-11-25T01",
    message: isFailed
      ? "orders_emea 2026-11-25T01: upsert the rows: ERROR: Insufficient disk space in the default database (slice 2)"
      : null,
    next: isFailed
      ? {
          who: "The infrastructure was in the way. The execution stands at its task; a redrive repeats nothing before it.",
          commands: [`sluice rerun ${execution}`],
          runbook: "docs/runbook.md#statementfailed",
        }
      : null,
    warnings: ["The column 'voucher_code' is not in the contract and was left out."],
    counts: { ...report, ...(outcome === "loaded" ? loaded : unknown) },
    manifest: "s3://shop-shop-landing-000000000000-eu-west-1/orders_emea/2026/11/25/01/_manifest.json",
    revision: "20261125T011404Z-0000-7c1e9a42",
    runFolder: "s3://shop-shop-processed-000000000000-eu-west-1/runs/orders_emea/2026-11-25T01/4be1c9d2/",
    files: [
      { key: "orders_emea/2026/11/25/01/part-0.csv.gz", read: 24_102, written: 23_958, deduplicated: 140, rejected: 4 },
      { key: "orders_emea/2026/11/25/01/part-1.csv.gz", read: 24_109, written: 23_956, deduplicated: 149, rejected: 4 },
    ],
    rejectedByCode: { wrong_type: 5, missing_required: 2, check_failed: 1 },
    machine: runs[kind],
  };
}

const rejected = (
  record: number,
  [reason, column, rule]: readonly [string, string | null, string | null],
  message: string,
  raw: string,
): RejectedRow => ({
  reason,
  column,
  rule,
  message,
  source_file: `orders_emea/2026/11/25/01/part-${record % 2}.csv.gz`,
  record_number: record,
  raw,
  raw_truncated: false,
  batch_id: "4be1c9d27f0a4e6f9a51d3c0b7728e16",
  partition: "2026-11-25T01",
});

export const rejectedRecords: readonly RejectedRow[] & RejectedRow[] = [
  rejected(
    118,
    ["wrong_type", "amount", null],
    "'12,50' is no decimal(12,2)",
    '7781201,"12,50",EUR,2026-11-25T00:51:07Z,DE',
  ),
  rejected(
    1_204,
    ["missing_required", "currency", null],
    "currency is required and was empty",
    "7781388,19.00,,2026-11-25T00:52:40Z,FR",
  ),
  rejected(
    3_977,
    ["check_failed", null, "positive_amount"],
    "positive_amount is not true",
    "7790012,-4.00,EUR,2026-11-25T00:58:13Z,NL",
  ),
  rejected(
    9_640,
    ["wrong_type", "placed_at", null],
    "'25/11/2026 00:59' is no timestamp of the form iso8601",
    "7794417,31.90,EUR,25/11/2026 00:59,IT",
  ),
  rejected(
    9_641,
    ["wrong_type", "placed_at", null],
    "'25/11/2026 00:59' is no timestamp of the form iso8601",
    "7794418,8.49,EUR,25/11/2026 00:59,IT",
  ),
  rejected(
    14_022,
    ["wrong_type", "amount", null],
    "'n/a' is no decimal(12,2)",
    "7799630,n/a,SEK,2026-11-25T01:03:29Z,SE",
  ),
  rejected(
    20_515,
    ["missing_required", "order_id", null],
    "order_id is required and was empty",
    ',55.00,EUR,2026-11-25T01:10:00Z,"ES, Canarias"',
  ),
  rejected(
    20_733,
    ["wrong_type", "amount", null],
    "'1.2.3' is no decimal(12,2)",
    "7803311,1.2.3,EUR,2026-11-25T01:11:54Z,PT",
  ),
];
