import type { Command } from "commander";
import { UsageWrong } from "../exit-codes.js";
import { type RejectedRow, rejectedRows } from "../loads/rejected-rows.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../options.js";
import { withSession } from "../session.js";
import { columns, print, printJson, say } from "../terminal.js";

interface RejectsOptions extends AccountOptions, JsonOption {
  readonly partition?: string;
}

const rawShown = 60;

/** `sluice rejects <dataset>`: the rejected records with their reasons and raw text. */
export function addRejects(program: Command): void {
  const command = program.command("rejects").description("the rejected records of a dataset, with their reasons");
  withJson(withAccount(command))
    .argument("<dataset>")
    .option("--partition <partition>", "only of this hour or day")
    .action(async (dataset: string, options: RejectsOptions) => {
      await withSession(options, async ({ clients, deployment, project }) => {
        const contract = project.contracts.find((candidate) => candidate.dataset === dataset);
        if (contract === undefined) throw new UsageWrong(`There is no dataset '${dataset}' in this project.`);
        const bucket = deployment.bucket(contract.source, "processed");
        const rows = await rejectedRows(clients, bucket, dataset, options.partition);
        if (options.json) return printJson(rows);
        if (rows.length === 0) return say("No record is rejected.");
        print(rejectTable(rows));
      });
    });
}

export function rejectTable(rows: readonly RejectedRow[]): string {
  return columns(
    ["partition", "reason", "column", "rule", "file", "record", "message", "raw"],
    rows.map((row) => [
      row.partition,
      row.reason,
      row.column,
      row.rule,
      row.source_file.slice(row.source_file.lastIndexOf("/") + 1),
      row.record_number,
      row.message,
      shorten(row.raw),
    ]),
  );
}

const shorten = (raw: string) => {
  const line = raw.replaceAll(/\s+/g, " ");
  return line.length > rawShown ? `${line.slice(0, rawShown)}…` : line;
};
