import type { LoadResult } from "../loads/load-result.js";
import type { Watched } from "./watch.js";

/** One load of the demo. */
export interface DemoLoad {
  readonly dataset: string;
  readonly partition: string;
  readonly revision: number;
  /** Started by hand under a new name, not by the manifest's event. */
  readonly isByHand: boolean;
  readonly result: LoadResult;
}

/** What the loads of the demo were, and what a reader saw of their tables meanwhile. */
export interface DemoRun {
  readonly loads: readonly DemoLoad[];
  readonly watched: readonly Watched[];
}

/** What was found in the account when all loads had ended. */
export interface DemoFacts {
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Countries that are not the same, row for row, in all three tables. */
  readonly differentCountries: readonly string[];
  readonly rejects: readonly {
    readonly partition: string;
    readonly reason: string;
    readonly column: string | null;
    readonly rule: string | null;
  }[];
}

/** The demo of one project, when all of its loads have ended. */
export interface FinishedDemo {
  readonly run: DemoRun;
  /** The closing page. */
  readonly text: string;
  /** Where the demo did not come out as examples/demo/expected.json says. */
  readonly wrong: readonly string[];
  /** The rows of each table, sorted, without lineage. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
}
