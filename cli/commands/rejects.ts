import type { Command } from "commander";
import { openTarget, type Session, type Target, withTarget } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { checkPartition } from "../arguments/partition-argument.js";
import { findLoad } from "../loads/find-load.js";
import { type RejectedRow, rejectedBy, rejectedRows } from "../loads/rejected-rows.js";
import { UsageWrong } from "../output/exit-codes.js";
import { columns, oneLine, print, printJson, say, terminalWidth } from "../output/terminal.js";
import { findContract } from "../project/find-contract.js";

interface RejectsOptions extends AccountOptions, JsonOption {
  readonly partition?: string;
  readonly execution?: string;
}

/** `sluice rejects <dataset>`: the rejected records with their reasons and raw text. */
export function addRejects(program: Command): void {
  const command = program.command("rejects");
  withJson(withAccount(command))
    .argument("[dataset]", "a dataset of the project; not needed with --execution")
    .option("--partition <partition>", "only of this hour or day")
    .option("--execution <name>", "what this load rejected, also when it was refused or replaced since")
    .action(async (dataset: string | undefined, options: RejectsOptions) => {
      const target = openTarget(options);
      const work = options.execution === undefined ? ofDataset(target, dataset, options) : ofExecution(options);
      await withTarget(target, options, async (session) => {
        const { rows, none } = await work(session);
        if (options.json) return printJson(rows);
        if (rows.length === 0) return say(none);
        print(rejectTable(rows));
      });
    });
}

interface Found {
  readonly rows: readonly RejectedRow[];
  /** What is said where there are none. */
  readonly none: string;
}
type Work = (session: Session) => Promise<Found>;

/** @throws UsageWrong */
function ofDataset({ project }: Target, dataset: string | undefined, { partition }: RejectsOptions): Work {
  if (dataset === undefined) throw new UsageWrong("Name a dataset, or a load with --execution.");
  const contract = findContract(project.contracts, dataset);
  if (partition !== undefined) checkPartition(contract, partition);
  return async ({ clients, deployment }) => ({
    rows: await rejectedRows(clients, deployment.bucket(contract.source, "processed"), dataset, partition),
    none: `No record of ${dataset} is rejected.`,
  });
}

const ofExecution =
  ({ execution = "" }: RejectsOptions): Work =>
  async (session) => {
    const load = await findLoad(session, execution);
    const bucket = session.deployment.bucket(load.source, "processed");
    return { rows: await rejectedBy(session.clients, bucket, load), none: `${load.name} rejected no record.` };
  };

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
