import { type Contract, isRefresh } from "../../contract/contract.js";
import { Refusal } from "../../contract/refusals.js";
import type { BatchFile } from "../../run-folder/batch.js";
import type { Report } from "../../run-folder/report.js";

export interface Inputs {
  readonly report: Report;
  readonly batchFile: BatchFile;
  readonly contract: Pick<Contract, "rejects" | "rescued" | "load">;
  readonly runId: string;
  /** s3:// URI of the report, for messages. */
  readonly reportFile: string;
}

export interface Checked {
  readonly counts: Report["counts"];
  readonly warnings: readonly string[];
}

/**
 * Judges the report of a conversion: its verdict, that every record of every file is accounted for, the counts that the
 * manifest promised, the reject limit, and that a refresh is not empty.
 * @throws Refusal
 */
export function checkReport(inputs: Inputs): Checked {
  const { report, batchFile, contract } = inputs;
  if (report.verdict !== null) throw new Refusal(report.verdict.error, report.verdict.message);
  checkIdentity(inputs);
  checkBalance(inputs);
  checkPromisedCounts(report, batchFile);
  // Nobody promised that records which were rejected once would pass.
  if (batchFile.replay === undefined) checkRejects(report, contract.rejects);
  if (contract.rescued !== null) checkRescued(report, contract.rescued);
  if (isRefresh(contract.load) && report.counts.written === 0 && !contract.load.allow_empty) {
    throw new Refusal(
      "EmptyRefresh",
      `The files of ${urlOf(batchFile.manifest)} contain no rows for ${batchFile.dataset}, so a refresh with them would empty the table. Deliver the files again, or set load.allow_empty: true if an empty table is right.`,
    );
  }
  return { counts: report.counts, warnings: [...report.warnings, ...batchFile.left_out.map(leftOut)] };
}

function checkIdentity({ report, batchFile, runId, reportFile }: Inputs): void {
  const expected = {
    dataset: batchFile.dataset,
    partition: batchFile.partition,
    batch_id: batchFile.batch_id,
    revision: batchFile.revision,
    place: batchFile.place,
    run_id: runId,
  };
  for (const [member, value] of Object.entries(expected)) {
    const found = Object.entries(report).find(([name]) => name === member)?.[1];
    if (found !== value) throw unbalanced(reportFile, `its ${member} is '${found}', expected '${value}'`);
  }
}

function checkBalance({ report, batchFile, reportFile }: Inputs): void {
  const problem = balanceProblem(report, batchFile);
  if (problem !== undefined) throw unbalanced(reportFile, problem);
}

type Counts = Report["counts"];

function balanceProblem(report: Report, batchFile: BatchFile): string | undefined {
  const { counts, files } = report;
  for (const file of [{ key: "all files together", ...counts }, ...files]) {
    const accounted = file.written + file.deduplicated + file.rejected;
    if (file.read !== accounted)
      return `${file.key}: ${file.read} records were read, but ${accounted} are accounted for`;
  }
  const reported = files.map(({ key }) => key).sort();
  const expected = batchFile.files.map(({ key }) => key).sort();
  if (JSON.stringify(reported) !== JSON.stringify(expected)) {
    return `it lists ${reported.length} files, which are not the ${expected.length} files of the batch`;
  }
  const names = ["read", "written", "deduplicated", "rejected"] as const satisfies readonly (keyof Counts)[];
  for (const name of names) {
    const sum = total(files.map((file) => file[name]));
    if (sum !== counts[name]) return `${name} is ${counts[name]} in total, but the files add up to ${sum}`;
  }
  const written = total(report.output.map(({ rows }) => rows));
  if (written !== counts.written)
    return `${counts.written} rows were written, but the Parquet files contain ${written}`;
  const kept = total(report.rejects.map(({ rows }) => rows));
  if (kept !== counts.rejected) return `${counts.rejected} records were rejected, but ${kept} are kept`;
  const coded = total(Object.values(report.rejected_by_code));
  if (coded !== counts.rejected) return `${counts.rejected} records were rejected, but ${coded} have a reason`;
  const passed = total(report.replayed.map(({ rows }) => rows));
  if (batchFile.replay !== undefined && passed !== counts.read - counts.rejected) {
    return `${counts.read - counts.rejected} records passed, but ${passed} are kept as replayed`;
  }
  if (counts.written > 0 && report.copy_manifest === null) return "rows were written, but no manifest for COPY";
  return undefined;
}

function checkPromisedCounts(report: Report, batchFile: BatchFile): void {
  const read = new Map(report.files.map((file) => [file.key, file.read]));
  const wrong = batchFile.files.flatMap(({ key, record_count }) =>
    record_count === null || read.get(key) === record_count
      ? []
      : [`${key}: record_count is ${record_count}, but the file has ${read.get(key)} records`],
  );
  const total = batchFile.record_count ?? null;
  if (total !== null && total !== report.counts.read) {
    wrong.push(`${total} records are promised in total, but the files have ${report.counts.read}`);
  }
  if (wrong.length === 0) return;
  throw new Refusal(
    "FileMismatch",
    `${urlOf(batchFile.manifest)} does not match the files in the bucket: ${shorten(wrong)}. Deliver the right file, or correct the counts, and write the manifest again.`,
  );
}

/** How many of so many records may be rejected. */
export const allowedRejects = (read: number, limit: Contract["rejects"]): number =>
  "max_rows" in limit ? limit.max_rows : (read * limit.max_percent) / 100;

function checkRejects(report: Report, limit: Contract["rejects"]): void {
  const { read, rejected } = report.counts;
  if (rejected <= allowedRejects(read, limit)) return;
  const codes = Object.entries(report.rejected_by_code).map(([code, rows]) => `${code} ${rows}`);
  const wanted = "max_rows" in limit ? `${limit.max_rows}` : `${limit.max_percent}% of the records`;
  const hints = report.hints.length === 0 ? "" : ` Observed in the files: ${shorten(report.hints)}.`;
  throw new Refusal(
    "TooManyRejected",
    `${rejected} of ${read} records were rejected (${codes.join(", ")}); the contract allows ${wanted}.${hints} 'sluice rejects ${report.dataset} --partition ${report.partition}' shows them. Deliver corrected files and write the manifest again, or raise rejects.max.`,
  );
}

/** Records whose values were rescued are written; too many of them are refused as too many rejects are. */
function checkRescued(report: Report, limit: Contract["rejects"]): void {
  const errors = report.rescued?.errors ?? 0;
  if (errors <= allowedRejects(report.counts.read, limit)) return;
  const columns = Object.entries(report.rescued?.columns ?? {}).map(
    ([name, codes]) =>
      `${name}: ${Object.entries(codes)
        .map(([code, records]) => `${code} ${records}`)
        .join(", ")}`,
  );
  const wanted = "max_rows" in limit ? `${limit.max_rows}` : `${limit.max_percent}% of the records`;
  throw new Refusal(
    "TooManyRejected",
    `${errors} of ${report.counts.read} records have values that do not fit (${shorten(columns)}); the contract lets ${wanted} be rescued. Deliver corrected files and write the manifest again, correct the columns' types, or raise rescued.max.`,
  );
}

const unbalanced = (reportFile: string, problem: string) =>
  new Refusal(
    "Unbalanced",
    `The report ${reportFile} is inconsistent: ${problem}. This is a bug in Sluice: keep the run's folder and report it.`,
  );

const leftOut = (key: string) => `The optional file ${key} is missing and was left out.`;
const urlOf = ({ bucket, key }: BatchFile["manifest"]) => `s3://${bucket}/${key}`;
const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
const shorten = (texts: readonly string[]) =>
  `${texts.slice(0, 5).join("; ")}${texts.length > 5 ? `; and ${texts.length - 5} more` : ""}`;
