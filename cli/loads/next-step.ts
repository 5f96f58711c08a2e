import { type Actor, isRefusalName, refusals } from "../../contract/refusals.js";
import type { LoadExecution } from "./executions.js";
import type { LoadResult } from "./load-result.js";

/** Who acts on a load that did not end well, what they type, and where the runbook says more. */
export interface NextStep {
  readonly who: string;
  readonly commands: readonly string[];
  /** The runbook's section: the error's name. */
  readonly runbook: string;
}

const acts: Readonly<Record<Actor, string>> = {
  producer:
    "The producer has to correct the delivery and write the manifest again. The new revision starts a load by itself.",
  "contract owner": "The contract's owner has to correct the contract, deploy it, and rerun the load.",
  operator: "You decide: a newer version is already loaded.",
  ours: "One of Sluice's own checks stopped the load. Keep the run's files, and report it.",
};
const failed = "The infrastructure failed, not the data. Steps that succeeded are not repeated.";

/** @param flags what the commands need to reach the same account, such as ` --local`. @returns null for a load that ended well, or runs */
export function nextStep(
  { name, dataset, partition }: Pick<LoadExecution, "name" | "dataset" | "partition">,
  { outcome, error = "" }: Pick<LoadResult, "outcome" | "error">,
  flags = "",
): NextStep | null {
  const again = `sluice rerun ${name}`;
  if (outcome === "failed") return { who: failed, commands: [`${again}${flags}`], runbook: error };
  if (outcome !== "refused" || !isRefusalName(error)) return null;
  const where = partition === null ? "" : ` --partition ${partition}`;
  const commands: Readonly<Record<Actor, readonly string[]>> = {
    producer: [
      ...(error === "TooManyRejected" ? [`sluice rejects ${dataset}${where}${flags}`] : []),
      `sluice load ${dataset} <corrected files>${where}${flags}`,
    ],
    "contract owner": [
      "sluice check",
      ...(flags.includes("--local") ? [] : [`sluice deploy${flags}`]),
      `${again}${flags}`,
    ],
    operator: [`${again} --force${flags}`],
    ours: [`${again}${flags}`],
  };
  return { who: acts[refusals[error]], commands: commands[refusals[error]], runbook: error };
}

/** The place in the runbook: errors without a section of their own stand under failures. */
export const runbookPlace = (error: string) =>
  `docs/runbook.md#${/^[A-Z][A-Za-z]+$/.test(error) ? error.toLowerCase() : "the-execution-failed-at-a-task"}`;
