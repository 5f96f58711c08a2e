import type { Contract } from "../../contract/contract.js";
import { describeFinding, readDatasetText } from "../../contract/read.js";
import { greatest } from "../output/greatest.js";
import { type Preview, previewFiles } from "../preview/preview.js";
import type { InferredColumn } from "./columns.js";
import { contractText, type Inferred } from "./contract-text.js";
import { roomFor } from "./guess-type.js";
import { InferenceRefused } from "./refusal.js";

/** A contract that loads the files it was inferred from, and what such a load comes to. */
export interface Judged {
  readonly draft: Inferred;
  readonly text: string;
  readonly contract: Contract;
  readonly preview: Preview;
}

const mostRounds = 6;
/** So many rejects are looked at to see what is wrong. */
const rejectsRead = 500;
/** A column of which more values do not fit is of another type; fewer are bad records. */
const retypedShare = 0.02;
/** Where more of a CSV's records than that are rejected, its dialect is wrong, not the records. */
const mostRejected = 0.5;

/**
 * Runs the load's own reader over the files and mends the contract until it loads them: a looser type, no key, a limit for rejects.
 * @throws InferenceRefused where no contract was found that loads them; the message says what is in the way
 */
export async function judge(first: Inferred, files: readonly string[]): Promise<Judged> {
  let draft = first;
  for (let round = 1; ; round++) {
    const judged = await run(draft, files);
    const { verdict, counts } = judged.preview.report;
    if (verdict !== null && verdict.error !== "TooManyRejected") {
      throw new InferenceRefused(
        "SampleRefused",
        `A load by the inferred contract is refused: ${verdict.error}: ${verdict.message}`,
      );
    }
    if (counts.rejected === 0 || counts.rejected <= draft.rejects.rejected) return judged;
    if (round >= mostRounds) throw tooMany(judged.preview);
    draft = mend(draft, judged.preview);
  }
}

async function run(draft: Inferred, files: readonly string[]): Promise<Judged> {
  const text = contractText(draft);
  const { contract, findings } = readDatasetText(text, `datasets/${draft.dataset}.yaml`);
  const error = findings.find(({ severity }) => severity === "error");
  if (contract === undefined) {
    throw new InferenceRefused(
      "SampleRefused",
      `check does not accept the inferred contract: ${error ? describeFinding(error) : ""}`,
    );
  }
  // The rejects themselves are counted here; a limit would end the run before the last of them.
  const lenient = { ...contract, rejects: { max_percent: 100 } };
  return { draft, text, contract, preview: await previewFiles(lenient, files, rejectsRead) };
}

function mend(draft: Inferred, { report, rejects }: Preview): Inferred {
  const { read, rejected } = report.counts;
  const isKeyWrong = rejects.some(
    ({ reason, column }) => reason === "conflicting_key" || (reason === "missing_required" && column !== null),
  );
  if (isKeyWrong && draft.keys.key.length > 0) {
    const evidence = [
      ...draft.keys.evidence,
      "key: none is proposed, since a load would find records with the same key but different contents, or without a key",
    ];
    return { ...draft, keys: { key: [], orderBy: undefined, evidence } };
  }
  const share = rejected / Math.max(1, rejects.length);
  const wrong = new Map<string, number>();
  for (const { column, reason } of rejects) {
    if (column !== null && typeFaults.has(reason)) wrong.set(column, (wrong.get(column) ?? 0) + share);
  }
  const isWrong = (column: InferredColumn) => (wrong.get(column.name) ?? 0) > Math.max(1, read * retypedShare);
  if (draft.columns.some((column) => isWrong(column) && loosened(column) !== column)) {
    return { ...draft, columns: draft.columns.map((column) => (isWrong(column) ? loosened(column) : column)) };
  }
  const isReadWrong = draft.sample.format.type === "csv" && rejected > read * mostRejected;
  if (isReadWrong || rejected === read) throw tooMany({ report, rejects });
  return { ...draft, rejects: { rejected, read } };
}

const typeFaults = new Set(["wrong_type", "not_exact", "out_of_range", "too_long", "nul_character"]);

/** A type that takes more: text, in the end of any length. */
function loosened(column: InferredColumn): InferredColumn {
  const [, length] = /^varchar\((\d+)\)$/.exec(column.guess.type ?? "") ?? [];
  const bytes =
    length === undefined ? greatest(column.values, (value) => Buffer.byteLength(value ?? "")) : Number(length) * 4;
  const type = `varchar(${roomFor(bytes)})`;
  if (type === column.guess.type) return column;
  const note =
    length === undefined
      ? `some values are not of type ${column.guess.type}, so this is text`
      : "there are longer values further down";
  return { ...column, guess: { type, notes: [...column.guess.notes, note] }, suspicions: [...column.suspicions, note] };
}

function tooMany({ report, rejects }: Pick<Preview, "report" | "rejects">): InferenceRefused {
  const { read, rejected } = report.counts;
  const reasons = Object.entries(report.rejected_by_code).map(([reason, count]) => `${count} ${reason}`);
  const [first] = rejects;
  const example = first === undefined ? "" : ` The first: record ${first.record_number}: ${first.message}.`;
  return new InferenceRefused(
    "SampleRefused",
    `With the inferred contract, ${rejected} of ${read} records would be rejected (${reasons.join(", ")}).${example} Try --delimiter, --header, --encoding, --fixed or --records, or use a sample without such records.`,
  );
}
