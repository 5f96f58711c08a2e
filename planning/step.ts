import type { Statements } from "../contract/definition.js";
import type { Fragment } from "../sql/render.js";
import { longestStatementSeconds } from "../sql/session.js";

/** A step of a load: the statements of one transaction, or to be run one at a time. */
export type Step = Statements;

const maximumStatements = 40;

/** More statements than the Data API takes in one batch (B1.1). */
export class TooManyStatements extends Error {
  override readonly name = "TooManyStatements";
}

/** One transaction; its result is that of its last statement, if that has one. @throws TooManyStatements */
export function inOneTransaction(label: string, statements: readonly Fragment[]): Step {
  if (statements.length > maximumStatements) {
    throw new TooManyStatements(
      `${label} needs ${statements.length} statements in one transaction, but the Data API allows ${maximumStatements}. ` +
        "Bind fewer views to the table: make them late-binding (WITH NO SCHEMA BINDING).",
    );
  }
  return {
    statements: statements.map(({ sql }) => sql),
    transaction: true,
    label,
    timeoutSeconds: longestStatementSeconds,
  };
}

/** One at a time, each committed by itself; null when there is nothing to do. @param timeoutSeconds of all together */
export const oneByOne = (
  label: string,
  statements: readonly Fragment[],
  timeoutSeconds = longestStatementSeconds,
): Step | null =>
  statements.length === 0
    ? null
    : { statements: statements.map(({ sql }) => sql), transaction: false, label, timeoutSeconds };
