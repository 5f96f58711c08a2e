import type { LoadResult } from "../loads/load-result.js";

/** One load of the demo. */
export interface DemoLoad {
  readonly partition: string;
  readonly revision: number;
  /** Started by hand under a new name, not by the manifest's event. */
  readonly isByHand: boolean;
  readonly result: LoadResult;
}

/** What was found in the account when all loads had ended. */
export interface DemoFacts {
  /** Rows of the table. */
  readonly rows: number;
  readonly rejects: readonly {
    readonly partition: string;
    readonly reason: string;
    readonly column: string | null;
    readonly rule: string | null;
  }[];
}
