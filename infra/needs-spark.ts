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
const answers = new Map<string, readonly SparkSql[]>();

/**
 * The contracts with what in their checks and expressions needs Spark, as the core itself says. Python is only asked for
 * contracts that may be converted without Glue, and once for each.
 * @throws CoreNotAsked
 */
export function withSparkNeeds(contracts: readonly Contract[]): readonly Contract[] {
  const keyOf = (contract: Contract) => JSON.stringify(contract);
  const unknown = contracts.filter((contract) => mayNeedSpark(contract) && !answers.has(keyOf(contract)));
  const found = unknown.length === 0 ? [] : ask(unknown);
  for (const [index, contract] of unknown.entries()) answers.set(keyOf(contract), found[index] ?? []);
  return contracts.map((contract) => {
    const needs_spark = answers.get(keyOf(contract));
    return needs_spark === undefined
      ? contract
      : { ...contract, engine: { ...contract.engine, needs_spark: [...needs_spark] } };
  });
}

function ask(contracts: readonly Contract[]): z.infer<typeof Answer> {
  const python = environmentPython();
  if (!existsSync(python)) {
    throw new CoreNotAsked(
      `Sluice's Python environment is missing (${python}); with it Sluice finds out which checks and expressions need Spark. 'sluice check' makes it.`,
    );
  }
  const { status, stdout, stderr } = spawnSync(python, ["-m", "partition_to_parquet.needs_spark"], {
    input: JSON.stringify(contracts),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PYTHONPATH: join(packageFolder, "glue-jobs"), PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (status !== 0)
    throw new CoreNotAsked(`The core could not say which SQL needs Spark: ${stderr.trim().split("\n").at(-1)}`);
  return Answer.parse(JSON.parse(stdout));
}
