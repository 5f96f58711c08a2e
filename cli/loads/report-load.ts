import { type ExitCode, exitCodes } from "../output/exit-codes.js";
import { type Cell, columns, print, printJson, terminalWidth, wrapped } from "../output/terminal.js";
import { countNames, type LoadResult } from "./load-result.js";

/** Prints what became of one load. @returns the command's exit code. */
export function reportLoad(result: LoadResult, isJson: boolean): ExitCode {
  if (isJson) printJson(result);
  else print(describeLoadResult(result));
  return exitCodeOf(result);
}

/** Prints what became of loads that one command began: one as reportLoad does, several as a list. @returns the worst exit code. */
export function reportLoads(results: readonly LoadResult[], isJson: boolean): ExitCode {
  const [only, ...more] = results;
  if (only !== undefined && more.length === 0) return reportLoad(only, isJson);
  if (isJson) printJson(results);
  else for (const result of results) print(describeLoadResult(result));
  const codes = results.map(exitCodeOf);
  return [exitCodes.failed, exitCodes.refused].find((code) => codes.includes(code)) ?? exitCodes.done;
}

export function exitCodeOf({ outcome }: LoadResult): ExitCode {
  if (outcome === "loaded" || outcome === "already_loaded") return exitCodes.done;
  return outcome === "refused" ? exitCodes.refused : exitCodes.failed;
}

function describeLoadResult(result: LoadResult): string {
  const width = terminalWidth();
  const counts = countNames.flatMap((name) => (result.counts[name] === null ? [] : [`${name} ${result.counts[name]}`]));
  const lines = [
    `${result.dataset} ${result.partition ?? ""}: ${result.outcome}${result.error === undefined ? "" : ` (${result.error})`}${changeNote(result)}`,
    ...(result.replayed === undefined ? [] : [`  ${replayedText(result.replayed)}`]),
    ...(counts.length === 0 ? [] : [`  ${counts.join(", ")}`]),
    ...(result.message === undefined ? [] : [wrapped(`  ${result.message}`, width, "  ")]),
    ...(result.batch_checks ?? []).map((check) => `  check ${check}`),
    ...result.warnings.map((warning) => `  warning: ${warning}`),
    `  execution ${nameOf(result.execution)}${result.seconds === null ? "" : `, ${result.seconds.toFixed(1)} s`}`,
  ];
  return lines.join("\n");
}

const replayedText = (records: number) =>
  records === 0
    ? "no records are left to replay"
    : `${records} rejected ${records === 1 ? "record was" : "records were"} read again`;

/** The table is as it was before: said in words, since `loaded` reads as if something had happened. */
function changeNote({ outcome, counts }: LoadResult): string {
  if (outcome === "already_loaded") return ", nothing was done: the counts are those of that load";
  const { inserted, updated, deleted, removed } = counts;
  const isUnchanged = [inserted, updated, deleted, removed].every((count) => count === 0);
  return outcome === "loaded" && isUnchanged ? ", and nothing changed in the table" : "";
}

/**
 * One line per load; counts that are nowhere more than nothing are left out.
 * @param started when each began, where that is known
 */
export function loadTable(results: readonly LoadResult[], started?: readonly Date[], width = terminalWidth()): string {
  const always = ["read", "written", "rejected"];
  const names = countNames.filter(
    (name) => always.includes(name) || results.some(({ counts }) => (counts[name] ?? 0) > 0),
  );
  return columns(
    [
      "dataset",
      "partition",
      ...(started === undefined ? [] : ["started"]),
      "outcome",
      ...names,
      "seconds",
      "execution",
    ],
    results.map((result, index): Cell[] => [
      result.dataset,
      result.partition,
      ...(started === undefined ? [] : [timeText(started[index])]),
      result.error === undefined ? result.outcome : `${result.outcome}: ${result.error}`,
      ...names.map((name) => result.counts[name]),
      result.seconds === null ? null : Number(result.seconds.toFixed(1)),
      nameOf(result.execution),
    ]),
    { width, cut: ["outcome", "dataset"] },
  );
}

/** To the second, UTC. */
const timeText = (time: Date | undefined) => (time === undefined ? "" : `${time.toISOString().slice(0, 19)}Z`);

export const nameOf = (executionArn: string) => executionArn.slice(executionArn.lastIndexOf(":") + 1);
