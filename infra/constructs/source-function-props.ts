import type { Contract } from "../../contract/contract.js";
import type { Bundle } from "../bundle.js";
import type { BucketNames, SourceNames } from "../names.js";
import type { WorkFunctionProps } from "./work-function.js";

export interface SourceFunctionsProps {
  readonly names: SourceNames;
  readonly bundle: Bundle;
  readonly landing: BucketNames;
  readonly processed: BucketNames;
  readonly contracts: readonly Contract[];
  /** The queue that start-load reads; undefined where it is called. */
  readonly queueArn: string | undefined;
  readonly copyRoleArn: string;
  readonly snapshotRetentionDays: number;
  /** Marks of columns that tables may have from before, as `protection.replaces` says. */
  readonly replaces: readonly string[];
}

/** What is a function's own. */
export type Own = Omit<WorkFunctionProps, "names" | "functionName" | "bundle" | "handler">;
