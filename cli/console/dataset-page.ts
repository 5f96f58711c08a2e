import type { DatasetPage, RowCount } from "../../console/model/dataset-page.js";
import type { BatchCheck } from "../../contract/batch-checks-file.js";
import { columnTypeText } from "../../contract/column-type.js";
import type { Contract } from "../../contract/contract.js";
import { glueDatabase } from "../../contract/layout.js";
import { defaultPath } from "../../contract/paths/path.js";
import { render, table as tableName } from "../../sql/render.js";
import type { Session } from "../account/session.js";
import { columnRules, statements } from "../exchange/statements.js";
import { describeLoad } from "../loads/executions.js";
import { loadResult } from "../loads/load-result.js";
import { rejectedBy } from "../loads/rejected-rows.js";
import { findRunFolder } from "../loads/run-folder.js";
import { nextRuns } from "../schedules/next-runs.js";
import { readPause } from "../schedules/pauses.js";
import { runStatement } from "../warehouse/statements.js";
import { readerWarehouse } from "../warehouse/warehouse.js";
import type { DatasetLoads } from "./known-loads.js";

/** Loads whose rejects are read for the rates of the checks. */
const checkedLoads = 5;
const shownRuns = 5;

/** Everything about a dataset but its loads. */
export async function readDatasetPage(
  session: Session,
  contract: Contract,
  loads: DatasetLoads,
  now: Date,
): Promise<DatasetPage> {
  const { dataset, source, description, checks, batch_checks } = contract;
  const { failed, read, looked, batchResults } = await readChecks(session, contract, loads);
  return {
    ...{ dataset, source, description },
    columns: columnsOf(contract),
    checks: checks.map(({ name, sql }) => ({ name, sql, failed: failed.get(name) ?? 0 })),
    checked: { loads: looked, read },
    batchChecks: batch_checks.map((check) => ({
      name: check.name,
      severity: check.severity,
      text: batchCheckText(check),
    })),
    batchResults,
    facts: statements(contract)
      .filter(({ key }) => !isElsewhere(key))
      .map(({ key, text }) => ({ key, text: text.startsWith(`${key}: `) ? text.slice(key.length + 2) : text })),
    schedule: await scheduleOf(session, contract, now),
    lineage: lineageOf(session, contract),
  };
}

const isElsewhere = (key: string) =>
  ["dataset", "description", "source", "batch_checks", "schedule"].includes(key) || /^(columns|checks)\./.test(key);

const columnsOf = ({ columns, load }: Contract): DatasetPage["columns"] =>
  columns.map((column) => ({
    name: column.name,
    type: columnTypeText(column.type),
    description: column.description,
    isKey: load.key.includes(column.name),
    isRequired: column.required,
    rules: columnRules(column)
      .filter(([key]) => key !== "description" && key !== "required")
      .map(([key, text]) => `${key}: ${text}`),
  }));

function batchCheckText(check: BatchCheck): string {
  switch (check.kind) {
    case "sql":
      return check.sql;
    case "unique":
      return `unique: ${check.columns.join(", ")}`;
    case "references":
      return `${check.column} references ${check.schema}.${check.table}(${check.key})`;
  }
}

/**
 * How many records each check rejected in the newest loads that have a report. A record that fails several checks is
 * rejected, and counted, by the first.
 */
async function readChecks({ clients, deployment }: Session, contract: Contract, { executions }: DatasetLoads) {
  const failed = new Map<string, number>();
  let [read, looked] = [0, 0];
  let batchResults: DatasetPage["batchResults"] = null;
  const bucket = deployment.bucket(contract.source, "processed");
  const newest = executions.filter(({ stopDate }) => stopDate !== null);
  newest.sort((a, b) => b.startDate.getTime() - a.startDate.getTime());
  for (const { source, arn } of newest.slice(0, checkedLoads)) {
    const execution = await describeLoad(clients, source, arn);
    if (execution === undefined) continue;
    const { batch_checks: texts } = loadResult(execution, { ...execution, counts: {} });
    const { name, partition } = execution;
    if (texts !== undefined) batchResults ??= { execution: name, partition, texts: [...texts] };
    const run = await findRunFolder(clients, bucket, execution);
    if (run?.report === undefined) continue;
    read += run.report.counts.read;
    looked += 1;
    if ((run.report.rejected_by_code.check_failed ?? 0) === 0) continue;
    for (const { reason, rule } of await rejectedBy(clients, bucket, execution)) {
      if (reason === "check_failed" && rule !== null) failed.set(rule, (failed.get(rule) ?? 0) + 1);
    }
  }
  return { failed, read, looked, batchResults };
}

async function scheduleOf(session: Session, contract: Contract, now: Date): Promise<DatasetPage["schedule"]> {
  const { schedule } = contract;
  if (schedule === null) return null;
  const { cron, timezone } = schedule;
  return {
    ...{ cron, timezone, next: [...nextRuns(schedule, now, shownRuns)] },
    pause: await readPause(session, contract),
  };
}

function lineageOf({ deployment, project }: Session, contract: Contract): DatasetPage["lineage"] {
  const { dataset, source, table, load, aggregates, deliveries } = contract;
  const landing = deployment.bucket(source, "landing");
  const processed = deployment.bucket(source, "processed");
  // Its deliveries may be another dataset's, and others may read its own.
  const delivered = project.contracts.find((each) => each.dataset === deliveries) ?? contract;
  const { path, partition } = delivered;
  const siblings = project.contracts.filter((each) => each.deliveries === dataset).map((each) => each.dataset);
  const arrival = {
    manifest: "complete by a manifest",
    each_file: "each file is a batch",
    marker: "complete by a marker",
    quiet: "complete when no more files arrive",
  }[delivered.arrival.kind];
  return [
    {
      what: "Files",
      names: [`s3://${landing}/${path ?? defaultPath(delivered.dataset, partition)}`],
      how: siblings.length === 0 ? arrival : `${arrival}; also read by ${siblings.join(", ")}`,
    },
    {
      what: "Parquet",
      names: [`s3://${processed}/data/${dataset}/`],
      how: "typed, checked, without what was rejected",
    },
    {
      what: "Data Catalog",
      names: [`${glueDatabase(project.project, source)}.${dataset}`],
      how: "for Athena and Spectrum",
    },
    {
      what: "Table",
      names: [`${table.schema}.${table.name}`],
      how: load.key.length === 0 ? load.mode : `${load.mode} by ${load.key.join(", ")}`,
    },
    ...(aggregates.length === 0
      ? []
      : [{ what: "Views", names: aggregates.map(({ name }) => name), how: "refreshed after each load" }]),
  ];
}

/** Asks the warehouse, as its readers' user. @throws StatementFailed */
export async function countRows({ clients, project }: Session, { table }: Contract, now: Date): Promise<RowCount> {
  const { sql } = render("inspect/count_rows", { target: tableName(table) });
  const { rows } = await runStatement(clients, readerWarehouse(project.project), sql);
  return { table: `${table.schema}.${table.name}`, rows: Number(rows[0]?.[0] ?? 0), at: now.toISOString() };
}
