/** How a change of the declarations is classed, from the least to the most; the words are those of messages and of JSON. */
export const changeClasses = ["harmless", "planned", "needs a decision", "breaks readers"] as const;
export type ChangeClass = (typeof changeClasses)[number];

/** What a change means; what is left out is untouched. */
export interface Meaning {
  /** What becomes of the table, and when. */
  readonly table?: string;
  /** What those see who read the table: queries, views, other datasets' checks. */
  readonly readers?: string;
  /** What becomes of batches that are loaded or landed already. */
  readonly loaded?: string;
}

/** What a rule says of a change. */
export interface Verdict extends Meaning {
  readonly class: ChangeClass;
}

/** One difference between two versions of the declarations. */
export interface Change extends Verdict {
  readonly file: string;
  /** The key as the file has it: `columns.amount.type`. */
  readonly path: string;
  /** As a person would write it; null where it is not there. */
  readonly before: string | null;
  readonly after: string | null;
  /** True when the file gives a new reason in `breaks`, so that the change does not stop the check. */
  readonly isAccepted: boolean;
}

export const harmless: Verdict = { class: "harmless" };

/** Whether the change stops `sluice check --against`. */
export const stops = ({ class: kind, isAccepted }: Change): boolean =>
  (kind === "needs a decision" || kind === "breaks readers") && !isAccepted;
