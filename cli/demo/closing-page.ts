import type { Session } from "../account/session.js";
import { rejectTable } from "../loads/reject-tables.js";
import { formatRows } from "../output/rows.js";
import { type Cell, columns } from "../output/terminal.js";
import type { DemoFacts, DemoLoad, DemoRun } from "./demo-load.js";
import { activityQuery, awkwardQuery, find } from "./facts.js";
import { reconciliation, verdict } from "./reconciliation.js";
import { isAsDocumented, type Watched } from "./watch.js";

/** What is shown at the end of the demo: the loads, what a reader saw, the sums, the rejects, and where to look next. */
export async function closingPage(
  session: Session,
  { loads, watched }: DemoRun,
  seconds: number,
): Promise<{ readonly text: string; readonly facts: DemoFacts }> {
  const found = await find(session);
  const text = [
    heading(`Loads (${seconds} s in all)`),
    loadLines(loads),
    ...refusals(loads),
    heading("What a reader saw meanwhile that queried each table again and again"),
    watchLines(watched),
    heading("Reconciliation"),
    ...reconciliation(loads, found),
    heading("Rejected records"),
    rejectTable(found.rejected, pageWidth),
    heading(activityQuery),
    formatRows(found.activity, "table", ""),
    heading(awkwardQuery),
    formatRows(found.awkward, "table", ""),
    heading("Where to look next"),
    ...nextSteps,
  ].join("\n");
  return { text, facts: found };
}

const pageWidth = 130;

const heading = (text: string) => `\n${text}\n${"─".repeat(text.length)}`;

const shownCounts = [
  "read",
  "written",
  "deduplicated",
  "rejected",
  "inserted",
  "updated",
  "outdated",
  "removed",
] as const;

const loadLines = (loads: readonly DemoLoad[]) =>
  columns(
    ["dataset", "partition", "rev", "outcome", ...shownCounts, "seconds"],
    loads.map(({ dataset, partition, revision, isByHand, result }): Cell[] => [
      dataset,
      partition,
      `${revision}${isByHand ? " *" : ""}`,
      result.error ?? result.outcome,
      ...shownCounts.map((name) => result.counts[name]),
      result.seconds === null ? null : Number(result.seconds.toFixed(1)),
    ]),
  );

const refusals = (loads: readonly DemoLoad[]) => [
  ...(loads.some(({ isByHand }) => isByHand) ? ["* started again by hand"] : []),
  ...loads.flatMap(({ result }) =>
    result.message === undefined ? [] : wrapped(`${result.error}: ${result.message}`, pageWidth),
  ),
];

function wrapped(text: string, width: number): readonly string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + 1 + word.length > width) lines.push(`  ${word}`);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

const watchLines = (watched: readonly Watched[]) =>
  columns(
    ["", "table", "mode", "looks", "complete", "states", "empty", "longest empty", "1018", "wrong", "other errors"],
    watched.map((seen): Cell[] => [
      verdict(isAsDocumented(seen)).trim(),
      seen.table,
      seen.mode,
      seen.reads,
      seen.complete,
      seen.states,
      seen.empty,
      seen.empty === 0 ? "" : `${(seen.longestEmptyMs / 1000).toFixed(2)} s`,
      seen.notVisible,
      seen.wrong.length,
      seen.otherErrors.length,
    ]),
  );

const nextSteps = [
  "npx sluice console --project examples/demo --local                   a web page: what needs attention, loads, rejects",
  "examples/demo/expected.md                                            what was delivered, and what had to come of it",
  "npx sluice status --project examples/demo --local                    the loads",
  "npx sluice show <execution> --project examples/demo --local          one of them, with its states and files",
  "npx sluice rejects earthquakes --project examples/demo --local       the rejected records, raw",
  'npx sluice query "select …" --project examples/demo --local          the warehouse',
  "npx sluice local up --project examples/demo                          an endpoint for every AWS SDK (AWS_ENDPOINT_URL)",
];
