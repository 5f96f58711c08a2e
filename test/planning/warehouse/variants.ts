import fc from "fast-check";
import type { Crash, Variant } from "./disorder.js";

/** Every way of loading whose histories are played, and where their loads may break off. */

const refresh = { isOrdered: false, deletes: "none", strategy: "merge" } as const;

export const variants: readonly Variant[] = [
  ...(["merge", "delete_insert"] as const).flatMap((strategy) =>
    ([true, false] as const).flatMap((isOrdered) =>
      (["none", "soft", "hard"] as const).map((deletes) => ({ mode: "upsert" as const, strategy, isOrdered, deletes })),
    ),
  ),
  ...([undefined, ["note"]] as const).flatMap((track) =>
    (["none", "close"] as const).map((deletes) => ({
      ...{ mode: "history" as const, strategy: "merge" as const, isOrdered: true, deletes },
      ...(track === undefined ? {} : { track }),
    })),
  ),
  ...(["append", "replace", "truncate", "swap"] as const).map((mode) => ({ mode, ...refresh })),
];

const crash: fc.Arbitrary<Crash | undefined> = fc.option(
  fc.record({ step: fc.integer({ min: 0, max: 2 }), after: fc.integer({ min: 0, max: 24 }) }),
  { nil: undefined },
);

/** One for each load of a history, or none. */
export const crashes = fc.array(crash, { maxLength: 10 });
