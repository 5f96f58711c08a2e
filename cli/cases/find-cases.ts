import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Contract } from "../../contract/contract.js";
import { partitionAt } from "../../contract/layout.js";
import { UsageWrong } from "../output/exit-codes.js";

/**
 * The test cases of a project: `tests/<dataset>/<case>/batches/<number>[_<partition>]/<files>`, and what must become of each
 * batch in `expected/<number>.json`.
 */

export const casesFolder = "tests";

const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What a case says of a batch. What is left out is not looked at; of rows and rejects the columns that are named count. */
export const Expected = z.strictObject({
  outcome: z.enum(["loaded", "already_loaded", "refused", "failed"]).optional(),
  error: z.string().nullable().optional(),
  counts: z.record(z.string(), z.int().nullable()).optional(),
  rejects: z.array(z.record(z.string(), Value)).optional(),
  rows: z.array(z.record(z.string(), Value)).optional(),
});
export type Expected = z.infer<typeof Expected>;

export interface CaseBatch {
  /** The folder's name. */
  readonly name: string;
  readonly partition: string;
  readonly files: readonly string[];
  readonly manifest: string | undefined;
  /** The file with what is expected, which need not be there yet. */
  readonly expectedFile: string;
  readonly expected: Expected | undefined;
}

export interface Case {
  /** `orders/late-correction` */
  readonly name: string;
  readonly contract: Contract;
  readonly batches: readonly CaseBatch[];
}

/** @param chosen names of datasets or cases; all of them when there is none. @throws UsageWrong */
export function findCases(project: string, contracts: readonly Contract[], chosen: readonly string[]): readonly Case[] {
  const root = join(project, casesFolder);
  const found = foldersIn(root).flatMap((dataset) =>
    foldersIn(join(root, dataset)).map((name) => readCase(root, dataset, name, contracts)),
  );
  const isChosen = ({ name, contract }: Case) =>
    chosen.length === 0 || chosen.includes(name) || chosen.includes(contract.dataset);
  const unknown = chosen.find((name) => !found.some((each) => each.name === name || each.contract.dataset === name));
  if (unknown !== undefined) {
    const known = found.map(({ name }) => name).join(", ") || "none";
    throw new UsageWrong(`There is no test case '${unknown}' in ${casesFolder}/. Known: ${known}.`);
  }
  return found.filter(isChosen);
}

const foldersIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
        .map(({ name }) => name)
        .sort()
    : [];

function readCase(root: string, dataset: string, name: string, contracts: readonly Contract[]): Case {
  const contract = contracts.find((known) => known.dataset === dataset);
  if (contract === undefined) {
    const names = contracts.map((known) => known.dataset).join(", ");
    throw new UsageWrong(
      `${casesFolder}/${dataset} is not the name of a dataset. The project's datasets are: ${names}.`,
    );
  }
  const folder = join(root, dataset, name);
  const names = foldersIn(join(folder, "batches")).toSorted((a, b) => numberOf(a) - numberOf(b));
  if (names.length === 0) {
    throw new UsageWrong(
      `${casesFolder}/${dataset}/${name} has no batches. Put the files of the first into batches/1/, or batches/1_<partition>/.`,
    );
  }
  return {
    name: `${dataset}/${name}`,
    contract,
    batches: names.map((batch, at) => readBatch(folder, batch, at, contract)),
  };
}

const numberOf = (name: string): number => Number(/^\d+/.exec(name)?.[0] ?? Number.NaN);

function readBatch(folder: string, name: string, at: number, contract: Contract): CaseBatch {
  const [, number, partition] = /^(\d+)(?:_(.+))?$/.exec(name) ?? [];
  const path = join(folder, "batches", name);
  if (number === undefined) {
    throw new UsageWrong(
      `${path}: name a batch's folder by its number, or by its number and partition: 1, or 1_2026-11-22.`,
    );
  }
  const files = readdirSync(path)
    .filter((file) => !file.startsWith("."))
    .sort()
    .map((file) => join(path, file));
  const expectedFile = join(folder, "expected", `${number}.json`);
  return {
    name,
    partition: partition ?? partitionAt(usualTime(at, contract.partition), contract.partition),
    files: files.filter((file) => !file.endsWith("manifest.json")),
    manifest: files.find((file) => file.endsWith("manifest.json")),
    expectedFile,
    expected: existsSync(expectedFile) ? readExpected(expectedFile) : undefined,
  };
}

/** A batch without a partition gets one of its own, the same in every run: later batches get later ones. */
function usualTime(at: number, unit: string): Date {
  return new Date(Date.UTC(2026, unit === "month" ? at : 0, unit === "day" ? 1 + at : 1, unit === "hour" ? at : 0));
}

function readExpected(file: string): Expected {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageWrong(
      `${file} is not JSON: ${error instanceof Error ? error.message : error}. Correct it, or run sluice test --write.`,
    );
  }
  const parsed = Expected.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageWrong(
    `${file}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? "is not what a case expects"}. Its keys are outcome, error, counts, rejects and rows.`,
  );
}
