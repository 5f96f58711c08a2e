import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Contract } from "../../contract/contract.js";
import { pathOf } from "../../contract/deliveries.js";
import { batchChecksTable, ledgerTable, lockTable, statementsTable } from "../../contract/layout.js";
import { columns, render, table } from "../../sql/render.js";
import { previousTable, targetColumns, targetTable } from "../../sql/tables.js";
import type { Session } from "../account/session.js";
import { resultOf } from "../loads/describe.js";
import { describeLoad } from "../loads/executions.js";
import { follow } from "../loads/follow.js";
import { land, planLanding } from "../loads/landing.js";
import type { LoadResult } from "../loads/load-result.js";
import { rejectedBy } from "../loads/rejected-rows.js";
import { executionsOfLanding, recentExecutions } from "../loads/started.js";
import { CommandFailed } from "../output/exit-codes.js";
import { runStatement, StatementFailed } from "../warehouse/statements.js";
import { adminWarehouse, readerWarehouse } from "../warehouse/warehouse.js";
import { type Actual, differences, expectedText } from "./compare.js";
import type { Case, CaseBatch } from "./find-cases.js";
import type { CaseResult } from "./junit.js";

export interface RunOptions {
  /** Writes what became of each batch as what is expected, instead of comparing. */
  readonly isWriting: boolean;
}

/** Loads the batches of a case one after the other into an empty table, and compares after each. */
export async function runCase(session: Session, each: Case, options: RunOptions): Promise<CaseResult> {
  const started = Date.now();
  const found: string[] = [];
  try {
    await runBatches(session, each, options, found);
  } catch (error) {
    // The other cases are run; a mistake in the command itself ends them all.
    if (!(error instanceof CommandFailed)) throw error;
    found.push(error.message);
  }
  return { name: each.name, seconds: (Date.now() - started) / 1000, differences: found };
}

async function runBatches(session: Session, { contract, batches }: Case, { isWriting }: RunOptions, found: string[]) {
  await forget(session, contract);
  for (const batch of batches) {
    const actual = await runBatch(session, contract, batch);
    if (isWriting) {
      mkdirSync(dirname(batch.expectedFile), { recursive: true });
      writeFileSync(batch.expectedFile, expectedText(actual));
    } else found.push(...compared(batch, actual, batches.length > 1));
  }
}

function compared(batch: CaseBatch, actual: Actual, isOneOfMany: boolean): readonly string[] {
  const lines =
    batch.expected === undefined
      ? [`expected/${basename(batch.expectedFile)} is missing: run sluice test --write, and review the file`]
      : differences(batch.expected, actual);
  return isOneOfMany ? lines.map((line) => `batch ${batch.name}: ${line}`) : lines;
}

/** Cases share one account: nothing of the one before is left in the warehouse. */
async function forget({ clients, project: { project } }: Session, contract: Contract): Promise<void> {
  const admin = await adminWarehouse(clients, project);
  for (const dropped of [targetTable(contract), previousTable(contract), statementsTable(contract.dataset)]) {
    await runStatement(clients, admin, render("cases/drop_target", { dropped: table(dropped) }).sql);
  }
  for (const emptied of [ledgerTable, lockTable, batchChecksTable].map((of) => of(contract.dataset))) {
    await runStatement(clients, admin, render("load/delete_all", { target: table(emptied) }).sql);
  }
}

async function runBatch(session: Session, contract: Contract, batch: CaseBatch): Promise<Actual> {
  const { clients, deployment, project } = session;
  const { manifest } = batch;
  // Where the path has none, a delivery belongs to the time when it lands.
  const partition = pathOf(contract).hasPartition ? batch.partition : undefined;
  const landing = await planLanding(
    project.contracts,
    contract.dataset,
    batch.files,
    { partition, manifest },
    new Date(),
  );
  const machine = deployment.loadPartition(contract.source);
  const earlier = await recentExecutions(clients, machine);
  const landed = await land(clients, deployment.bucket(contract.source, "landing"), landing);
  const { pollEveryMs } = session;
  let last = "";
  for (const executionArn of await executionsOfLanding(clients, machine, landing, landed, earlier)) {
    await follow(clients, { source: contract.source, executionArn, onState: () => {}, pollEveryMs });
    last = executionArn;
  }
  return actualOf(session, contract, last);
}

async function actualOf(session: Session, contract: Contract, executionArn: string): Promise<Actual> {
  const { clients, deployment } = session;
  const execution = await describeLoad(clients, contract.source, executionArn);
  if (execution === undefined) throw new Error(`${executionArn} has ended and is not there any more`);
  const result = await resultOf(clients, deployment, execution);
  const rejects = await rejectedBy(clients, deployment.bucket(contract.source, "processed"), execution);
  return {
    outcome: outcomeOf(result),
    error: result.error ?? null,
    counts: result.counts,
    rejects: rejects.map(({ source_file, record_number, reason, column, rule }) => ({
      source_file: basename(source_file),
      record_number,
      reason,
      column,
      rule,
    })),
    rows: await rowsOf(session, contract),
  };
}

/** A load that was followed to its end is not running. */
const outcomeOf = ({ outcome }: LoadResult): Actual["outcome"] => (outcome === "running" ? "failed" : outcome);

/** The table as its readers see it, without the lineage, which no case can know; a table that no load has made has no rows. */
async function rowsOf({ clients, project: { project } }: Session, contract: Contract): Promise<Actual["rows"]> {
  const names = targetColumns(contract)
    .map(({ name }) => name)
    .filter((name) => !name.startsWith("sluice_"));
  const sql = render("cases/select_rows", { selected: columns(names), target: table(targetTable(contract)) }).sql;
  try {
    const { rows } = await runStatement(clients, readerWarehouse(project), sql);
    return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, plain(row[at] ?? null)])));
  } catch (error) {
    if (error instanceof StatementFailed && /does not exist/.test(error.message)) return [];
    throw error;
  }
}

/** A number that JSON's readers would bend is its digits. */
const plain = (value: string | number | bigint | boolean | null) => (typeof value === "bigint" ? String(value) : value);
