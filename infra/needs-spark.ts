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
  const unknown = contracts.filter(isUnknown);
  if (unknown.length > 0) remember(unknown, askAndBlock(unknown));
  return contracts.map((contract) => {
    const needs_spark = answers.get(keyOf(contract));
    return needs_spark === undefined
      ? contract
      : { ...contract, engine: { ...contract.engine, needs_spark: [...needs_spark] } };
  });
}

/** Asks the core ahead of `withSparkNeeds`, while other work goes on. @throws CoreNotAsked */
export async function learnSparkNeeds(contracts: readonly Contract[]): Promise<void> {
  const unknown = contracts.filter(isUnknown);
  if (unknown.length > 0) remember(unknown, await ask(unknown));
}

const keyOf = (contract: Contract) => JSON.stringify(contract);
const isUnknown = (contract: Contract) => mayNeedSpark(contract) && !answers.has(keyOf(contract));

function remember(contracts: readonly Contract[], answer: unknown): void {
  const found = Answer.parse(answer);
  for (const [index, contract] of contracts.entries()) answers.set(keyOf(contract), found[index] ?? []);
}

/** For each contract what is wrong with its SQL, as the core says. @throws CoreNotAsked */
export const wrongSql = async (contracts: readonly Contract[]): Promise<readonly (readonly WrongSql[])[]> =>
  contracts.length === 0 ? [] : WrongAnswer.parse(await ask(contracts, "--findings"));

const moduleOf = (options: readonly string[]) => ["-m", "partition_to_parquet.needs_spark", ...options];
const environment = () => ({
  ...process.env,
  PYTHONPATH: join(packageFolder, "glue-jobs"),
  PYTHONDONTWRITEBYTECODE: "1",
});

function askAndBlock(contracts: readonly Contract[]): unknown {
  const { status, stdout, stderr } = spawnSync(python(), moduleOf([]), {
    input: JSON.stringify(contracts),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: environment(),
  });
  return read(status, stdout, stderr);
}

async function ask(contracts: readonly Contract[], ...options: readonly string[]): Promise<unknown> {
  const child = spawn(python(), moduleOf(options), { env: environment() });
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
