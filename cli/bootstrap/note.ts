import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { version } from "../output/version.js";

/**
 * A bootstrap that ran to its end leaves a note in the warehouse: a digest of its statements, and one of what they made as it stood
 * then. The next one with the same statements has nothing to do where both are still the same. The note is taken away before the
 * first change and written after the last, so an interrupted one leaves none.
 */

const State = z.array(z.tuple([z.string(), z.string(), z.string()]));

/** What `presentState` answers with. */
export interface Present {
  readonly note: string | undefined;
  /** A digest of what bootstrap made: owners, grants, procedures, users. */
  readonly made: string;
}

export function readPresent(rows: readonly unknown[]): Present {
  const state = State.parse(rows);
  const made = state.filter(([kind]) => kind !== "note").map((row) => row.join("\t"));
  return { note: state.find(([kind]) => kind === "note")?.[2], made: digestOf(made.sort()) };
}

/** Of texts, the order of which counts. */
export const digestOf = (texts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(texts)).digest("hex");

export const doneNote = (statements: string, { made }: Present): string =>
  `Sluice ${version()} ran its bootstrap to the end. Statements ${statements.slice(0, 32)}, what they made ${made.slice(0, 32)}.`;

/** Another text each time: where it is no longer there in the end, another bootstrap ran at the same time. */
export const begunNote = (): string =>
  `Sluice ${version()} began its bootstrap, ${randomBytes(8).toString("hex")}, and has not come to its end.`;
