import { z } from "zod";

/** One try of a task. */
export const Try = z.object({
  startedAt: z.string(),
  /** Null while it lasts. */
  seconds: z.number().nullable(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
});
export type Try = z.infer<typeof Try>;

/** A state of a run in full. Texts that are very long are cut, and say so at their end. */
export const StateDetail = z.object({
  state: z.string(),
  tries: z.array(Try),
  /** What it calls: a Lambda, a Glue job, a state machine, an operation of the Data API. */
  calls: z.string().nullable(),
  /** How the engine names what it ran: a Glue run, a statement, an execution. */
  runIds: z.array(z.object({ kind: z.string(), id: z.string() })),
  input: z.string().nullable(),
  output: z.string().nullable(),
  statements: z.array(
    z.object({
      sql: z.string(),
      seconds: z.number().nullable(),
      rows: z.number().nullable(),
      status: z.string().nullable(),
      error: z.string().nullable(),
    }),
  ),
  /** Where its log is, and the command that reads it; null where it writes none, and in a local account. */
  log: z.object({ group: z.string(), command: z.string() }).nullable(),
});
export type StateDetail = z.infer<typeof StateDetail>;
