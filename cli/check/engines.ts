import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import type { Contract } from "../../contract/contract.js";
import { type SparkSql, sizeText } from "../../contract/engine.js";
import { type Finding, findingAt, type Path } from "../../contract/finding.js";
import { judgeSql, mayNeedSpark, withSparkNeeds } from "../../infra/needs-spark.js";
import { preparePython } from "../local/python.js";

/** The contracts with what in them needs Spark. Python is set up first where it has to be asked. */
export async function knowSparkNeeds(contracts: readonly Contract[]): Promise<readonly Contract[]> {
  if (contracts.some(mayNeedSpark)) await preparePython();
  await judgeSql(contracts.filter(mayNeedSpark));
  return withSparkNeeds(contracts);
}

/** SQL that needs Spark in contracts that say `engine: lambda`. */
export function engineFindings(folder: string, contracts: readonly Contract[]): readonly Finding[] {
  return contracts
    .filter(({ engine }) => engine.choice === "lambda")
    .flatMap((contract) => contract.engine.needs_spark.map((sql) => sparkFinding(folder, contract, sql)));
}

function sparkFinding(folder: string, contract: Contract, { kind, name, sql, why }: SparkSql): Finding {
  return findingAt(locate(folder, contract.dataset), pathOf(contract, kind, name), {
    found: `SQL that needs Spark (${why}): ${sql}`,
    expected: "SQL that the Lambda evaluates, because of 'engine: lambda'",
    remedy: "Write 'engine: auto' or 'engine: glue', or rewrite the SQL without that.",
  });
}

/** Where a check or the expression of a column stands. */
export const pathOf = (contract: Contract, kind: SparkSql["kind"], name: string): Path =>
  kind === "check"
    ? ["checks", name]
    : ["columns", contract.columns.findIndex((column) => column.name === name), "expression"];

/** A dataset's file, with its lines. */
export function locate(folder: string, dataset: string) {
  const file = [`datasets/${dataset}.yaml`, `datasets/${dataset}.yml`].find((name) => existsSync(join(folder, name)));
  const lines = new LineCounter();
  const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8");
  return { file: file ?? `datasets/${dataset}.yaml`, document: parseDocument(text, { lineCounter: lines }), lines };
}

/** Which SQL nobody looked at, since that takes Python, which no check sets up. */
export const notAsked = (contracts: readonly Contract[]): readonly string[] =>
  contracts.length === 0
    ? []
    : [
        `The SQL of checks and expressions was not checked (${contracts.map(({ dataset }) => dataset).join(", ")}): this needs Sluice's Python environment, which 'sluice local up' creates.`,
      ];

/** What becomes of a dataset's batches, in one line for a person; none where every batch is Glue's because nothing else is said. */
export function engineNote({ dataset, engine }: Contract): readonly string[] {
  const { choice, max_bytes, needs_spark } = engine;
  if (choice === "glue") return [];
  if (choice === "lambda")
    return [`${dataset}: the Lambda converts every batch, up to ${sizeText(max_bytes)} unpacked.`];
  if (needs_spark.length === 0) {
    return [`${dataset}: the Lambda converts batches up to ${sizeText(max_bytes)} unpacked, Glue larger ones.`];
  }
  const reasons = needs_spark.map(({ kind, name, why }) => `the ${kind} '${name}' (${why})`);
  return [`${dataset}: Glue converts every batch, because Spark is needed for ${reasons.join(" and ")}.`];
}
