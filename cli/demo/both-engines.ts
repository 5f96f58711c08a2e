import { isDeepStrictEqual } from "node:util";
import { type Cell, columns } from "../output/terminal.js";
import type { DemoLoad, FinishedDemo } from "./demo-load.js";
import { verdict } from "./reconciliation.js";

/** The same deliveries by both engines: the seconds of every load, and whether the tables hold the same rows. */
export function bothEngines(
  glue: Pick<FinishedDemo, "run" | "tables">,
  lambda: Pick<FinishedDemo, "run" | "tables">,
): { readonly text: string; readonly wrong: readonly string[] } {
  const same = Object.keys(glue.tables).map((table) => ({
    table,
    rows: glue.tables[table]?.length ?? 0,
    isEqual: isDeepStrictEqual(glue.tables[table], lambda.tables[table]),
  }));
  const title = "Both engines";
  const text = [
    `\n${title}\n${"─".repeat(title.length)}`,
    columns(
      ["dataset", "partition", "rev", "outcome", "Glue, s", "Lambda, s"],
      loadLines(glue.run.loads, lambda.run.loads),
    ),
    ...same.map(
      ({ table, rows, isEqual }) => `${verdict(isEqual)} ${rows} rows in ${table}, the same with both engines`,
    ),
  ].join("\n");
  return {
    text,
    wrong: same.filter(({ isEqual }) => !isEqual).map(({ table }) => `${table} is not the same with both engines`),
  };
}

function loadLines(glue: readonly DemoLoad[], lambda: readonly DemoLoad[]): readonly Cell[][] {
  const lines = glue.map(({ dataset, partition, revision, result }, index): Cell[] => [
    dataset,
    partition,
    revision,
    result.error ?? result.outcome,
    rounded(result.seconds),
    rounded(lambda[index]?.result.seconds ?? null),
  ]);
  const sum = (loads: readonly DemoLoad[]) =>
    rounded(loads.reduce((all, { result }) => all + (result.seconds ?? 0), 0));
  return [...lines, ["all together", "", null, "", sum(glue), sum(lambda)]];
}

const rounded = (seconds: number | null) => (seconds === null ? null : Number(seconds.toFixed(1)));
