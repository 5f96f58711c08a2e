import type { Contract } from "../../contract/contract.js";
import type { ProjectFile } from "../../contract/schema.js";
import type { IsShared } from "./shared-sql.js";
import { oneLine } from "./statements.js";

/** A contract, and what an export has to know beside it. */
export interface Exportable {
  readonly contract: Contract;
  readonly project: ProjectFile;
  readonly isShared: IsShared;
}

export interface Exported {
  readonly text: string;
  /** What the contract says and the standard has no words for; the text lists it too. */
  readonly leftOut: readonly string[];
}

/** What names a row of the table. With `append`, a key is unique in its batch only; a history has a row a version. */
export function tableKey({ load }: Pick<Contract, "load">): readonly string[] {
  if (load.history !== null) return [...load.key, load.history.valid_from];
  return load.mode === "append" ? [] : load.key;
}

/** Duration in its greatest whole unit. */
export function inUnits(seconds: number): { readonly count: number; readonly period: "day" | "hour" | "minute" } {
  if (seconds % 86_400 === 0) return { count: seconds / 86_400, period: "day" };
  if (seconds % 3600 === 0) return { count: seconds / 3600, period: "hour" };
  return { count: Math.ceil(seconds / 60), period: "minute" };
}

/** The head of a YAML file: who wrote it, and what is not in it. */
export function yamlHead(first: readonly string[], left: readonly string[]): string {
  const lines = left.length === 0 ? [] : ["Not in this file, since the format cannot express it:", ...left.map(item)];
  return [...first, ...lines].map((line) => `# ${oneLine(line)}\n`).join("");
}

const item = (text: string) => `- ${text}`;
