import { z } from "zod";

/** A session of the warehouse that holds, or asked before for, a lock that a load waits for. */
export const LockHolder = z.object({ pid: z.int(), user: z.string(), since: z.string() });

/** Whether the SQL that a load runs now waits for a lock, and for whose. */
export const LockWait = z.object({
  /** The table whose lock it waits for; null where it waits for none, or nobody can tell. */
  table: z.string().nullable(),
  /** Those who have the lock, the oldest transaction first. */
  holders: z.array(LockHolder),
  /** Why nobody can tell; null where it is known. */
  problem: z.string().nullable(),
});
export type LockWait = z.infer<typeof LockWait>;

/** Seconds that a statement runs until it is worth asking whether it waits: what asks costs a call of the Data API. */
export const askAfterSeconds = 4;

/** `waits for a lock on shop.orders held by pid 12, user ann, since 12:03:09`; null where it does not wait. */
export function lockWaitWords({ table, holders, problem }: LockWait, timeOf: (time: string) => string): string | null {
  if (problem !== null) return problem;
  if (table === null) return null;
  const [first, ...others] = holders;
  if (first === undefined) return `waits for a lock on ${table}, which was just released`;
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return `waits for a lock on ${table} held by pid ${first.pid}, user ${first.user}, since ${timeOf(first.since)}${more}`;
}
