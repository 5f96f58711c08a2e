import { writeFileSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { openTarget, type Session, type Target, withTarget } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { checkPartition } from "../arguments/partition-argument.js";
import { findLoad } from "../loads/find-load.js";
import { cutNote, rejectSummary, rejectTable } from "../loads/reject-tables.js";
import { narrowed, type RejectedRow, rejectCodes, rejectedBy, rejectedRows } from "../loads/rejected-rows.js";
import { CommandFailed, UsageWrong } from "../output/exit-codes.js";
import { formatRows } from "../output/rows.js";
import { print, printJson, say } from "../output/terminal.js";
import { findContract } from "../project/find-contract.js";

interface RejectsOptions extends AccountOptions, JsonOption {
  readonly partition?: string;
  readonly execution?: string;
  readonly reason?: string;
  readonly file?: string;
  readonly limit: number;
  readonly out?: string;
}

const shownAtOnce = 20;

/** `sluice rejects <dataset>`: the rejected records, first by reason, column and file, then each with its raw text. */
export function addRejects(program: Command): void {
  const command = program.command("rejects");
  withJson(withAccount(command))
    .argument("[dataset]", "a dataset of the project; not needed with --execution")
    .option("--partition <partition>", "only of this hour, day or month")
    .option("--execution <name>", "the rejects of this load, even if it was refused or its batch was replaced")
    .addOption(new Option("--reason <code>", "only records of one reason").choices([...rejectCodes]))
    .option("--file <file>", "only records of one file: its name, or its key")
    .addOption(
      new Option("--limit <records>", "how many records to print below the summary; 0: only the summary")
        .default(shownAtOnce)
        .argParser(limitOf),
    )
    .option("--out <file.csv>", "write all of them to a CSV file, with their raw text")
    .action(async (dataset: string | undefined, options: RejectsOptions) => {
      const target = openTarget(options);
      const work = options.execution === undefined ? ofDataset(target, dataset, options) : ofExecution(options);
      await withTarget(target, options, async (session) => {
        const { rows: all, none } = await work(session);
        report(narrowed(all, options), all.length, none, options);
      });
    });
}

function limitOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("write a number of records, such as 100");
  return Number(text);
}

function report(rows: readonly RejectedRow[], all: number, none: string, options: RejectsOptions): void {
  const { out, limit } = options;
  if (out !== undefined) writeCsv(out, rows);
  if (options.json) printJson(rows);
  else if (all === 0) say(none);
  else if (rows.length === 0) say(`None of the ${all} rejected records has that reason and file.`);
  else if (out !== undefined) say(`${rows.length} rejected records were written to ${out}.`);
  else printRows(rows, limit);
  const cut = cutNote(rows);
  if (cut !== undefined && !options.json) say(cut);
}

function printRows(rows: readonly RejectedRow[], limit: number): void {
  print(rejectSummary(rows));
  const shown = rows.slice(0, limit);
  if (shown.length > 0) print(`\n${rejectTable(shown)}`);
  const left = rows.length - shown.length;
  if (left > 0 && limit > 0)
    say(`${left} more: --limit ${rows.length} prints all of them, --out rejects.csv writes them to a file.`);
}

const csvColumns = [
  ...(["partition", "batch_id", "source_file", "record_number", "line_number", "reason", "column", "rule"] as const),
  ...(["message", "raw", "raw_truncated", "replayed"] as const),
];

/** @throws CommandFailed where the file cannot be written */
function writeCsv(file: string, rows: readonly RejectedRow[]): void {
  const values = rows.map((row) => csvColumns.map((name) => row[name]));
  try {
    writeFileSync(file, `${formatRows({ columns: csvColumns, rows: values }, "csv", "")}\r\n`);
  } catch (error) {
    throw new CommandFailed(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
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
