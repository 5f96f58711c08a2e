import { compileContract } from "../contract/compile.js";
import type { Contract } from "../contract/contract.js";
import { batchId, placeOf } from "../contract/layout.js";
import { DatasetFile } from "../contract/schema.js";
import { type Api, asShapes, fieldValue, openApi } from "../local/test/redshift/data-api-client.js";
import { COPY_ROLE } from "../local/test/redshift/fake-account.js";
import { putManifest, putParquet } from "../local/test/redshift/parquet-files.js";
import { InspectionResults, readInspection } from "../planning/inspection.js";
import { type Plan, planLoad } from "../planning/plan.js";
import type { Step } from "../planning/step.js";
import { inspection } from "../sql/inspect.js";
import { table } from "../sql/render.js";
import { replacementTable, targetTable } from "../sql/tables.js";
import { warehouseStatements } from "../sql/warehouse.js";
import { scansOfLoad } from "./scans.js";

/** A warehouse that is loaded without what comes before: the benchmarks of the load modes. */

const types = {
  id: "varchar(16)",
  version: "integer",
  note: "varchar(40)",
  amount: "decimal(12,2)",
  number: "bigint",
  share: "double precision",
  at_time: "timestamp",
  on_day: "date",
  is_open: "boolean",
  kind: "varchar(20)",
};

/** A dataset of the benchmarks by its load mode. */
export const contractOf = (
  dataset: string,
  load: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): Contract =>
  compileContract(
    DatasetFile.parse({
      dataset,
      source: "bench",
      partition: "hour",
      format: { type: "json", lines: true },
      columns: Object.entries(types).map(([name, type]) => ({ name, type })),
      table: { name: `bench.${dataset}`, distribution: "key(id)", sort: ["at_time"] },
      load,
      ...more,
    }),
  );

/** The local account's Redshift alone, loaded through its Data API. */
export class Warehouse {
  readonly #api: Api;
  #loads = 0;

  private constructor(api: Api) {
    this.#api = api;
  }

  static async open(contracts: readonly Contract[]): Promise<Warehouse> {
    const api = await openApi();
    for (const { sql, unless } of warehouseStatements(contracts)) {
      if (unless === undefined || (await api.rows(unless)).length === 0) await finished(api, [sql]);
    }
    return new Warehouse(api);
  }

  stop = () => this.#api.stop();

  /** Statements of the last load, each with its seconds. */
  statements: readonly { readonly sql: string; readonly seconds: number }[] = [];

  /** One load of a partition of its own; the seconds of its transactions. */
  async load(contract: Contract, query: string, written: number): Promise<number> {
    const day = String(1 + Math.floor(this.#loads / 24)).padStart(2, "0");
    const partition = `2026-11-${day}T${String(this.#loads++ % 24).padStart(2, "0")}`;
    const id = batchId(contract.dataset, partition, "manifest.json");
    const revision = "20261130T060000Z-0000-1a2b3c4d";
    const place = placeOf(partition, revision, id);
    const file = `${contract.dataset}/${partition}.parquet`;
    const url = await putParquet(this.#api.account, file, `SELECT *, '${place}' AS l, 'file' AS m FROM (${query})`);
    const plan = planLoad({
      contract,
      batch: { partition, batchId: id, revision, place },
      batchFile: {
        manifest: { bucket: "b", key: "k", version_id: "v", etag: "e", last_modified: "2026-11-30T06:00:00Z" },
        execution: "bench",
      },
      report: {
        counts: { read: written, written, deduplicated: 0, rejected: 0 },
        copy_manifest: putManifest(this.#api.account, [url]),
      },
      inspection: readInspection(InspectionResults.parse(await this.#inspect(contract))),
      isForced: false,
      project: "bench",
      copyRole: COPY_ROLE,
      replaces: [],
      snapshotRetentionDays: 1,
    });
    if (plan.prepare !== null) await finished(this.#api, plan.prepare.statements);
    const start = performance.now();
    const sent = [];
    for (const step of stepsOf(plan)) {
      const done = await finished(this.#api, step.statements);
      report(step, done);
      sent.push(...asShapes(done.SubStatements));
    }
    this.statements = sent.map(({ QueryString, Duration }) => ({
      sql: String(QueryString),
      seconds: Number(Duration) / 1e9,
    }));
    const seconds = (performance.now() - start) / 1000;
    reportScans(contract, plan, place);
    return seconds;
  }

  /** Statements beside the loads, as the administrator. */
  async run(...statements: readonly string[]): Promise<void> {
    await finished(this.#api, statements);
  }

  /** Rows of a dataset's table. */
  async count(contract: Contract): Promise<number> {
    const [row = []] = await this.#api.rows(`SELECT COUNT(*) FROM ${table(targetTable(contract)).sql}`);
    return Number(row[0]);
  }

  async #inspect(contract: Contract) {
    const { SubStatements } = await finished(this.#api, inspection(contract).statements);
    return Promise.all(
      asShapes(SubStatements).map(async ({ Id }) => {
        const { Records } = await this.#api.send("GetStatementResult", { Id });
        return { rows: asShapes(Records).map((record) => asShapes(record).map(fieldValue)) };
      }),
    );
  }
}

function stepsOf(plan: Plan): readonly Step[] {
  if (plan.branch === "truncate") return [plan.fill, plan.truncate, plan.insert];
  return plan.branch === "swap" ? [plan.build, plan.swap] : [plan.load];
}

async function finished(api: Api, statements: readonly string[]) {
  const done = await api.run(statements);
  if (done.Status !== "FINISHED") throw new Error(`${statements[0]}: ${done.Error}`);
  return done;
}

/** How often a load has looked through the table that was there, and through the one that a swap has put in its place. */
function reportScans(contract: Contract, plan: Plan, place: string): void {
  const tables = [targetTable(contract), replacementTable(contract, place)].map((name) => table(name).sql);
  const statements = stepsOf(plan).flatMap((step) => step.statements);
  for (const scans of scansOfLoad(statements, tables)) {
    if (scans.statements.length === 0) continue;
    console.log(`  ${scans.statements.length} scans of ${scans.table}: ${scans.statements.join(", ")}`);
  }
}

/** What a transaction has sent: each statement with its time and the rows that it touched or gave. */
function report({ label }: Step, { SubStatements }: Awaited<ReturnType<typeof finished>>): void {
  const parts = asShapes(SubStatements);
  console.log(`${label}: ${parts.length} statements`);
  for (const { QueryString, Duration, ResultRows } of parts) {
    const [first = ""] = String(QueryString).split("\n");
    const milliseconds = Math.round(Number(Duration) / 1e6);
    console.log(`  ${String(milliseconds).padStart(6)} ms ${String(ResultRows).padStart(8)} rows  ${first}`);
  }
}
