import { dialectText, formText } from "../../run-folder/file-form.js";
import { columns, oneLine, wrapped } from "../output/terminal.js";
import type { BatchLife } from "./batch-life.js";
import { conversionText } from "./conversion.js";
import { countNames } from "./load-result.js";
import { nameOf } from "./report-load.js";

const rounded = (seconds: number | null) => (seconds === null ? null : Number(seconds.toFixed(1)));

/** A batch's life for a person: what became of it and what to type first, then its parts. */
export function lifeText(life: BatchLife, width: number | undefined): string {
  return [
    head(life, width),
    ...next(life, width),
    ...executions(life, width),
    ...files(life, width),
    ...rescued(life),
    ...forms(life, width),
    ...states(life),
    ...statements(life, width),
  ].join("\n");
}

function head(life: BatchLife, width: number | undefined): string {
  const counts = countNames.flatMap((name) => (life.counts[name] === null ? [] : [`${name} ${life.counts[name]}`]));
  const error = life.error === undefined ? "" : `: ${life.error}`;
  return [
    `${life.dataset} ${life.partition ?? ""}  ${life.outcome}${error}`,
    ...(life.message === undefined ? [] : [wrapped(`  ${oneLine(life.message)}`, width, "  ")]),
    "",
    `batch     ${life.batch_id ?? "unknown"}`,
    `manifest  ${life.manifest === "" ? "unknown" : life.manifest}`,
    `revision  ${life.revision ?? "none, since the manifest was never valid"}`,
    ...(life.run_folder === null ? [] : [`run       ${life.run_folder}`]),
    ...(counts.length === 0 ? [] : [`counts    ${counts.join(", ")}`]),
    ...conversion(life, width),
    ...(life.batch_checks ?? []).map((check) => wrapped(`check     ${check}`, width, "          ")),
    ...life.warnings.map((warning) => wrapped(`warning   ${warning}`, width, "          ")),
  ].join("\n");
}

function conversion({ conversion: how }: BatchLife, width: number | undefined): readonly string[] {
  if (how === null) return [];
  const handedOver =
    how.handed_over === null ? [] : [`          handed over from the Lambda to Glue: ${oneLine(how.handed_over)}`];
  return [`converted ${conversionText(how)}`, ...handedOver].map((line) => wrapped(line, width, "          "));
}

function next({ next: step }: BatchLife, width: number | undefined): readonly string[] {
  if (step === null) return [];
  return [
    "",
    "what next",
    wrapped(`  ${step.who}`, width, "  "),
    ...step.commands.map((command) => `  $ ${command}`),
    `  ${step.runbook_page}`,
  ];
}

function executions({ executions: all }: BatchLife, width: number | undefined): readonly string[] {
  const rows = all.map(({ started, redrives, outcome, error, seconds, execution }) => [
    nameOf(execution),
    `${started.slice(0, 19)}Z`,
    error === undefined ? outcome : `${outcome}: ${error}`,
    redrives,
    rounded(seconds),
  ]);
  return ["", columns(["execution", "started", "outcome", "redrives", "seconds"], rows, { width, cut: ["outcome"] })];
}

function files({ files: all, rejected_by_code }: BatchLife, width: number | undefined): readonly string[] {
  if (all.length === 0) return [];
  const rows = all.map((file) => [
    file.key.slice(file.key.lastIndexOf("/") + 1),
    file.size,
    file.read,
    file.written,
    file.deduplicated,
    file.rejected,
  ]);
  const codes = Object.entries(rejected_by_code);
  return [
    "",
    columns(["file", "bytes", "read", "written", "deduplicated", "rejected"], rows, { width, cut: ["file"] }),
    ...(codes.length === 0 ? [] : ["", columns(["rejected because", "records"], codes)]),
  ];
}

/** What stands in _rescued: values that did not fit their columns, and what no column asks for. */
function rescued({ rescued: held }: BatchLife): readonly string[] {
  if (held === null || held.records === 0) return [];
  const errors = Object.entries(held.columns).flatMap(([name, codes]) =>
    Object.entries(codes).map(([code, records]) => [name, code, records]),
  );
  const unknown = Object.entries(held.unknown).map(([name, records]) => [name, "not in the contract", records]);
  return ["", columns(["in _rescued", "because", "records"], [...errors, ...unknown])];
}

/** How the files were read: CSV's dialect, then file by file what the report tells. */
function forms({ files: all, dialect }: BatchLife, width: number | undefined): readonly string[] {
  const rows = all.flatMap(({ key, form }) => {
    const text = form === null ? "" : formText(form);
    return text === "" ? [] : [[key.slice(key.lastIndexOf("/") + 1), text]];
  });
  if (rows.length === 0) return [];
  const signs = dialect === null ? [] : [wrapped(`dialect   ${dialectText(dialect)}`, width, "          ")];
  return ["", ...signs, columns(["file", "read as"], rows, { width, cut: ["read as"] })];
}

/** States that are passed at once say nothing about time. */
const briefly = 0.05;

function states({ states: all }: BatchLife): readonly string[] {
  const long = all.filter(({ seconds }) => seconds === null || seconds >= briefly);
  if (long.length === 0) return [];
  return [
    "",
    columns(
      ["state", "seconds"],
      long.map(({ state, seconds }) => [state, rounded(seconds)]),
    ),
  ];
}

function statements({ statements: all }: BatchLife, width: number | undefined): readonly string[] {
  if (all.length === 0) return [];
  const rows = all.map(({ step, sql, batch_seconds, seconds, rows: found, status }, index) => [
    // A step of several statements is named once.
    all[index - 1]?.step === step ? "" : step.replace(/^[^:]*: /, ""),
    all[index - 1]?.step === step ? null : rounded(batch_seconds),
    firstWords(sql),
    seconds === null ? null : Number(seconds.toFixed(3)),
    found,
    status === "FINISHED" ? "" : (status ?? "not known"),
  ]);
  return [
    "",
    columns(["for", "in all", "statement", "seconds", "rows", ""], rows, {
      width: width ?? statementWidth,
      cut: ["statement", "for"],
    }),
  ];
}

/** Where there is no terminal: a line of SQL is enough to know it by; --json has it whole. */
const statementWidth = 130;

const firstWords = (sql: string) => oneLine(sql.replaceAll(/^\s*--.*$/gm, "")).trim();
