import type { Contract } from "../../contract/contract.js";
import { rescuedColumn } from "../../contract/evolution-file.js";
import type { RescueCounts } from "../../run-folder/report.js";
import { identifier, literal, render, table } from "../../sql/render.js";
import { targetTable } from "../../sql/tables.js";
import type { Session } from "../account/session.js";
import type { Value } from "../infer/sample.js";
import { findLoads, mayBeOf } from "../loads/find-loads.js";
import { findRunFolder, type Report } from "../loads/run-folder.js";
import { runStatement, StatementFailed } from "../warehouse/statements.js";
import { readerWarehouse } from "../warehouse/warehouse.js";

/** What the last loads of a dataset met that its contract does not have. */
export interface Evidence {
  /** How many batches were looked at. */
  readonly batches: number;
  /** Columns that nobody declared, by name: in how many records they stood; 0 where nobody counted. */
  readonly unknown: ReadonlyMap<string, number>;
  /** Values of them, as far as they were kept. */
  readonly values: ReadonlyMap<string, readonly Value[]>;
  /** Values that did not fit, by column. */
  readonly misfits: ReadonlyMap<string, Misfits>;
}

export interface Misfits {
  readonly records: number;
  readonly codes: readonly string[];
  readonly needs: RescueCounts["needs"][string];
}

/** So many rows are asked for their rescued values. */
const rowsAsked = 2000;

/** @param limit how many of the newest executions are looked through */
export async function gatherEvidence(session: Session, contract: Contract, limit: number): Promise<Evidence> {
  const reports = await newestReports(session, contract, limit);
  const unknown = new Map<string, number>();
  const misfits = new Map<string, Misfits>();
  for (const { rescued, warnings } of reports) {
    for (const name of warnings.flatMap(undeclaredIn)) unknown.set(name, unknown.get(name) ?? 0);
    for (const [name, records] of Object.entries(rescued?.unknown ?? {})) {
      unknown.set(name, (unknown.get(name) ?? 0) + records);
    }
    for (const [name, codes] of Object.entries(rescued?.columns ?? {})) {
      const needs = rescued?.needs[name];
      if (needs !== undefined) misfits.set(name, together(misfits.get(name), codes, needs));
    }
  }
  const keeps = contract.columns.some(({ name }) => name === rescuedColumn);
  const values = keeps && unknown.size > 0 ? await rescuedValues(session, contract) : new Map<string, Value[]>();
  return { batches: reports.length, unknown, values, misfits };
}

/** The reports of the newest execution of each batch that has one. */
async function newestReports({ clients, deployment }: Session, contract: Contract, limit: number): Promise<Report[]> {
  const executions = await findLoads(clients, deployment, {
    limit,
    matches: ({ dataset }) => dataset === contract.dataset,
    mayMatch: mayBeOf(contract.dataset),
  });
  const reports = new Map<string, Report>();
  for (const execution of executions) {
    const batch = execution.batchId ?? execution.name;
    if (reports.has(batch)) continue;
    const folder = await findRunFolder(clients, deployment.bucket(execution.source, "processed"), execution);
    if (folder?.report !== undefined) reports.set(batch, folder.report);
  }
  return [...reports.values()];
}

/** The warning of a reader, without `rescue`; the name may hold quotes itself. */
const undeclaredIn = (warning: string) =>
  /^the column '(.+)' is not in the contract \(in /s.exec(warning)?.slice(1) ?? [];

function together(before: Misfits | undefined, codes: Readonly<Record<string, number>>, needs: Misfits["needs"]) {
  const records = Object.values(codes).reduce((sum, count) => sum + count, before?.records ?? 0);
  const known = before?.needs ?? { bytes: 0, digits: 0, scale: 0, others: 0 };
  return {
    records,
    codes: [...new Set([...(before?.codes ?? []), ...Object.keys(codes)])],
    needs: {
      bytes: Math.max(known.bytes, needs.bytes),
      digits: Math.max(known.digits, needs.digits),
      scale: Math.max(known.scale, needs.scale),
      others: known.others + needs.others,
    },
  };
}

async function rescuedValues({ clients, project }: Session, contract: Contract): Promise<Map<string, Value[]>> {
  const sql = render("adopt/select_rescued", {
    target: table(targetTable(contract)),
    rescued: identifier(rescuedColumn),
    most: literal(rowsAsked),
  }).sql;
  const values = new Map<string, Value[]>();
  try {
    const { rows } = await runStatement(clients, readerWarehouse(project.project), sql);
    for (const [text] of rows) {
      for (const [name, value] of Object.entries(unknownOf(String(text)))) {
        values.set(name, [...(values.get(name) ?? []), asValue(value)]);
      }
    }
  } catch (error) {
    // The table, or its column, is not there before the first load by this contract.
    if (!(error instanceof StatementFailed)) throw error;
  }
  return values;
}

function unknownOf(text: string): object {
  const rescued: unknown = JSON.parse(text);
  const unknown = typeof rescued === "object" && rescued !== null && "unknown" in rescued ? rescued.unknown : {};
  return typeof unknown === "object" && unknown !== null ? unknown : {};
}

/** As the readers of samples give values. */
function asValue(value: unknown): Value {
  if (typeof value === "string") return value;
  const kind = typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "nested";
  return { kind, text: JSON.stringify(value) };
}
