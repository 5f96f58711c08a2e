import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Contract } from "../contract/contract.js";
import { SparkSql } from "../contract/engine.js";
import { packageFolder } from "../package-folder.js";
import { environmentPython } from "./python.js";

/** Sluice's Python environment, which knows what SQL the core evaluates itself, is not there or does not answer. */
export class CoreNotAsked extends Error {
  override readonly name = "CoreNotAsked";
}

/** Whether a contract has SQL of which it matters who can evaluate it. */
export const mayNeedSpark = ({ engine, checks, columns }: Contract) =>
  engine.choice !== "glue" && (checks.length > 0 || columns.some(({ expression }) => expression !== null));

const Answer = z.array(z.array(SparkSql));

/** SQL that can be told to be wrong before any record is read. */
const WrongSql = z.object({
  kind: z.enum(["check", "expression"]),
  name: z.string(),
  sql: z.string(),
  fails: z.string().optional().describe("A part that fails whatever the record is, such as `1 / 0`."),
  gives: z.string().optional().describe("The type that a check gives in place of a boolean."),
});
export type WrongSql = z.output<typeof WrongSql>;
const WrongAnswer = z.array(z.array(WrongSql));
const answers = new Map<string, readonly SparkSql[]>();

/**
 * The contracts with what in their checks and expressions needs Spark, as the core itself says. Python is only asked for
 * contracts that may be converted without Glue, and once for each.
 * @throws CoreNotAsked
 */
export function withSparkNeeds(contracts: readonly Contract[]): readonly Contract[] {
  const keyOf = (contract: Contract) => JSON.stringify(contract);
  const unknown = contracts.filter((contract) => mayNeedSpark(contract) && !answers.has(keyOf(contract)));
  const found = unknown.length === 0 ? [] : Answer.parse(ask(unknown));
  for (const [index, contract] of unknown.entries()) answers.set(keyOf(contract), found[index] ?? []);
  return contracts.map((contract) => {
    const needs_spark = answers.get(keyOf(contract));
    return needs_spark === undefined
      ? contract
      : { ...contract, engine: { ...contract.engine, needs_spark: [...needs_spark] } };
  });
}

/** For each contract what is wrong with its SQL, as the core says. @throws CoreNotAsked */
export const wrongSql = (contracts: readonly Contract[]): readonly (readonly WrongSql[])[] =>
  contracts.length === 0 ? [] : WrongAnswer.parse(ask(contracts, "--findings"));

function ask(contracts: readonly Contract[], ...options: readonly string[]): unknown {
  const python = environmentPython();
  if (!existsSync(python)) {
    throw new CoreNotAsked(
      `Sluice's Python environment is missing (${python}); with it Sluice finds out which checks and expressions need Spark. 'sluice check' makes it.`,
    );
  }
  const { status, stdout, stderr } = spawnSync(python, ["-m", "partition_to_parquet.needs_spark", ...options], {
    input: JSON.stringify(contracts),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PYTHONPATH: join(packageFolder, "glue-jobs"), PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (status !== 0)
    throw new CoreNotAsked(`The core could not say which SQL needs Spark: ${stderr.trim().split("\n").at(-1)}`);
  return JSON.parse(stdout);
}
