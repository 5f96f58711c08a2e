/** How a batch reaches its table. */
export const modes = ["upsert", "append", "history", "replace", "truncate", "swap"] as const;
export type Mode = (typeof modes)[number];

const sample: readonly Mode[] = ["upsert", "history", "swap"];

/** Those whose statements differ most; the long form tries all. */
export const tried: readonly Mode[] = process.env.SLUICE_LONG === undefined ? sample : modes;

/** Their names, each with what it has here. */
export const entriesTried = <T extends Readonly<Record<Mode, unknown>>>(
  byMode: T,
): readonly (readonly [Mode, T[Mode]])[] => tried.map((mode) => [mode, byMode[mode]]);
