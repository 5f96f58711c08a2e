import type { Command } from "commander";
import { openTarget, type Session, withTarget } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { checkPartition } from "../arguments/partition-argument.js";
import { resultOf } from "../loads/describe.js";
import type { LoadExecution } from "../loads/executions.js";
import { findLoads, mayBeOf } from "../loads/find-loads.js";
import type { LoadResult } from "../loads/load-result.js";
import { nameOf } from "../loads/report-load.js";
import { type Cell, columns, print, printJson, say, terminalWidth } from "../output/terminal.js";
import { findContract } from "../project/find-contract.js";
import { wholeNumber } from "./status.js";

interface HistoryOptions extends AccountOptions, JsonOption {
  readonly limit: number;
}

/** One execution of a dataset, as `--json` prints it. */
export interface HistoryEntry extends LoadResult {
  readonly started: string;
  readonly manifest: string;
}

/** `sluice history <dataset> [partition]`: every load of a dataset or a partition, in the order of the partitions. */
export function addHistory(program: Command): void {
  const command = program.command("history");
  withJson(withAccount(command))
    .argument("<dataset>", "a dataset of the project")
    .argument("[partition]", "only this hour 2026-11-22T05 or day 2026-11-22, UTC")
    .option("--limit <number>", "how many executions to look at, newest first", wholeNumber, 200)
    .action(async (dataset: string, partition: string | undefined, options: HistoryOptions) => {
      const target = openTarget(options);
      const contract = findContract(target.project.contracts, dataset);
      if (partition !== undefined) checkPartition(contract, partition);
      await withTarget(target, options, async (session) => {
        const entries = await readDatasetHistory(session, dataset, partition, options.limit);
        if (options.json) printJson(entries);
        else if (entries.length === 0)
          say(`No load of ${dataset}${partition === undefined ? "" : ` ${partition}`} has started yet.`);
        else print(historyTable(entries, terminalWidth()));
      });
    });
}

/** @throws UsageWrong when the project has no such dataset, or it has no such partition */
export async function readDatasetHistory(
  { project, clients, deployment }: Session,
  dataset: string,
  partition: string | undefined,
  limit: number,
): Promise<readonly HistoryEntry[]> {
  const contract = findContract(project.contracts, dataset);
  if (partition !== undefined) checkPartition(contract, partition);
  const executions = await findLoads(clients, deployment, {
    limit,
    mayMatch: mayBeOf(dataset),
    matches: (execution) =>
      execution.dataset === dataset && (partition === undefined || execution.partition === partition),
  });
  const entries: HistoryEntry[] = [];
  for (const execution of executions.toSorted(byPartition)) {
    const result = await resultOf(clients, deployment, execution);
    entries.push({ ...result, started: execution.startDate.toISOString(), manifest: execution.manifest });
  }
  return entries;
}

/** By partition, then by batch, then as they were tried. */
const byPartition = (a: LoadExecution, b: LoadExecution) =>
  compare(a.partition ?? "", b.partition ?? "") ||
  compare(a.manifest, b.manifest) ||
  a.startDate.getTime() - b.startDate.getTime();
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A line an execution; partition and manifest stand once for all that follow. */
export function historyTable(entries: readonly HistoryEntry[], width: number | undefined): string {
  const rows = entries.map((entry, index): Cell[] => {
    const before = entries[index - 1];
    const isSame = before?.partition === entry.partition;
    return [
      isSame ? "" : entry.partition,
      isSame && before?.manifest === entry.manifest ? "" : entry.manifest.slice(entry.manifest.lastIndexOf("/") + 1),
      `${entry.started.slice(0, 19)}Z`,
      entry.error === undefined ? entry.outcome : `${entry.outcome}: ${entry.error}`,
      entry.counts.written,
      entry.counts.rejected,
      entry.seconds === null ? null : Number(entry.seconds.toFixed(1)),
      nameOf(entry.execution),
    ];
  });
  const header = ["partition", "manifest", "started", "outcome", "written", "rejected", "seconds", "execution"];
  return columns(header, rows, { width, cut: ["manifest", "outcome"] });
}
