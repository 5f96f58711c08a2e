import type { Command } from "commander";
import { openTarget, withTarget } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { checkPartition } from "../arguments/partition-argument.js";
import { type RejectedRow, rejectedRows } from "../loads/rejected-rows.js";
import { columns, oneLine, print, printJson, say, terminalWidth } from "../output/terminal.js";
import { findContract } from "../project/find-contract.js";

interface RejectsOptions extends AccountOptions, JsonOption {
  readonly partition?: string;
}

/** `sluice rejects <dataset>`: the rejected records with their reasons and raw text. */
export function addRejects(program: Command): void {
  const command = program.command("rejects");
  withJson(withAccount(command))
    .argument("<dataset>", "a dataset of the project")
    .option("--partition <partition>", "only of this hour or day")
    .action(async (dataset: string, options: RejectsOptions) => {
      const target = openTarget(options);
      const contract = findContract(target.project.contracts, dataset);
      if (options.partition !== undefined) checkPartition(contract, options.partition);
      await withTarget(target, options, async ({ clients, deployment }) => {
        const bucket = deployment.bucket(contract.source, "processed");
        const rows = await rejectedRows(clients, bucket, dataset, options.partition);
        if (options.json) return printJson(rows);
        if (rows.length === 0) return say(`No record of ${dataset} is rejected.`);
        print(rejectTable(rows));
      });
    });
}

/** In lists without a terminal raw text is cut here: --json has it whole. */
const rawShown = 60;
const empty = (rows: readonly RejectedRow[], name: "column" | "rule") => rows.every((row) => !row[name]);

/** @param width of the terminal; messages and raw text are cut to it */
export function rejectTable(rows: readonly RejectedRow[], width = terminalWidth()): string {
  const shown = [
    { header: "partition", cell: (row: RejectedRow) => row.partition },
    { header: "reason", cell: (row: RejectedRow) => row.reason },
    ...(empty(rows, "column") ? [] : [{ header: "column", cell: (row: RejectedRow) => row.column }]),
    ...(empty(rows, "rule") ? [] : [{ header: "rule", cell: (row: RejectedRow) => row.rule }]),
    { header: "file", cell: (row: RejectedRow) => row.source_file.slice(row.source_file.lastIndexOf("/") + 1) },
    { header: "record", cell: (row: RejectedRow) => row.record_number },
    { header: "message", cell: (row: RejectedRow) => row.message },
    { header: "raw", cell: (row: RejectedRow) => shorten(row.raw) },
  ];
  const cells = rows.map((row) => shown.map(({ cell }) => cell(row)));
  return columns(
    shown.map(({ header }) => header),
    cells,
    { width, cut: ["raw", "message", "rule", "file"] },
  );
}

const shorten = (raw: string) => {
  const line = oneLine(raw);
  return line.length > rawShown ? `${line.slice(0, rawShown)}…` : line;
};
