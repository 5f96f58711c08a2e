import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
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

/** SQL that can be told to be wrong before any record is read. */
const WrongSql = z.object({
  kind: z.enum(["check", "expression"]),
  name: z.string(),
  sql: z.string(),
  fails: z.string().optional().describe("A part that fails whatever the record is, such as `1 / 0`."),
  gives: z.string().optional().describe("The type that a check gives in place of a boolean."),
});
export type WrongSql = z.output<typeof WrongSql>;
const Answer = z.array(z.object({ needs_spark: z.array(SparkSql), wrong: z.array(WrongSql) }));
const answers = new Map<string, z.output<typeof Answer>[number]>();

/**
 * The contracts with what in their checks and expressions needs Spark, as the core itself says. Python is only asked for
 * contracts that may be converted without Glue, and once for each.
 * @throws CoreNotAsked
 */
export function withSparkNeeds(contracts: readonly Contract[]): readonly Contract[] {
  const unknown = contracts.filter((contract) => mayNeedSpark(contract) && isUnknown(contract));
  if (unknown.length > 0) remember(unknown, askAndBlock(unknown));
  return contracts.map((contract) => {
    const answer = mayNeedSpark(contract) ? answers.get(keyOf(contract)) : undefined;
    return answer === undefined
      ? contract
      : { ...contract, engine: { ...contract.engine, needs_spark: [...answer.needs_spark] } };
  });
}

/** Asks the core about contracts ahead of `withSparkNeeds` and `wrongSql`, while other work goes on. @throws CoreNotAsked */
export async function judgeSql(contracts: readonly Contract[]): Promise<void> {
  const unknown = contracts.filter(isUnknown);
  if (unknown.length > 0) remember(unknown, await ask(unknown));
}

/** What is wrong with a contract's SQL, as the core has said of it. */
export const wrongSql = (contract: Contract): readonly WrongSql[] => answers.get(keyOf(contract))?.wrong ?? [];

const keyOf = (contract: Contract) => JSON.stringify(contract);
const isUnknown = (contract: Contract) => !answers.has(keyOf(contract));

function remember(contracts: readonly Contract[], answer: unknown): void {
  for (const [index, judged] of Answer.parse(answer).entries()) {
    const contract = contracts[index];
    if (contract !== undefined) answers.set(keyOf(contract), judged);
  }
}

const module = ["-m", "partition_to_parquet.needs_spark"];
const environment = () => ({
  ...process.env,
  PYTHONPATH: join(packageFolder, "glue-jobs"),
  PYTHONDONTWRITEBYTECODE: "1",
});

function askAndBlock(contracts: readonly Contract[]): unknown {
  const { status, stdout, stderr } = spawnSync(python(), module, {
    input: JSON.stringify(contracts),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: environment(),
  });
  return read(status, stdout, stderr);
}

async function ask(contracts: readonly Contract[]): Promise<unknown> {
  const child = spawn(python(), module, { env: environment() });
  const status = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  // A process that has ended early takes no more input; its exit code says why.
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify(contracts));
  const [code, stdout, stderr] = await Promise.all([status, text(child.stdout), text(child.stderr)]);
  return read(code, stdout, stderr);
}

function python(): string {
  const found = environmentPython();
  if (existsSync(found)) return found;
  throw new CoreNotAsked(
    `Sluice's Python environment is missing (${found}); with it Sluice finds out which checks and expressions need Spark. 'sluice synth' makes it.`,
  );
}

function read(status: number | null, stdout: string, stderr: string): unknown {
  if (status === 0) return JSON.parse(stdout);
  throw new CoreNotAsked(`The core could not say which SQL needs Spark: ${stderr.trim().split("\n").at(-1)}`);
}
