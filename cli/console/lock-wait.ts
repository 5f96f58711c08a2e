import type { LockWait } from "../../console/model/lock-wait.js";
import type { Contract } from "../../contract/contract.js";
import { lockTable } from "../../contract/layout.js";
import { warehouseUsers } from "../../contract/own-schema.js";
import { literal, render } from "../../sql/render.js";
import type { Session } from "../account/session.js";
import { runStatement } from "../warehouse/statements.js";
import { readerWarehouse } from "../warehouse/warehouse.js";

/** The clocks of Step Functions and of the warehouse may differ so much. */
const skewMs = 2000;

/** A session that holds, or waits for, a lock on a table of a dataset. */
export interface LockSession {
  readonly pid: number;
  readonly user: string;
  readonly table: string;
  readonly isWaiting: boolean;
  /** ISO: when its transaction began. */
  readonly since: string;
}

/** The query of who holds, or waits for, a lock on the tables of a dataset: one text. */
export function lockWaitsQuery({ dataset, table: { schema, name } }: Pick<Contract, "dataset" | "table">): string {
  const lock = lockTable(dataset);
  return render("inspect/lock_waits", {
    schema: literal(schema),
    target: literal(name),
    lock_schema: literal(lock.schema),
    lock_table: literal(lock.name),
  }).sql;
}

/** The lines of `sluice.lock_waits`. */
export const readLockSessions = (text: string): readonly LockSession[] =>
  [...text.matchAll(/^(\d+) (\S+) ([01]) (\S+) (.+)$/gm)].map(([, pid, table = "", waits, since = "", user = ""]) => ({
    pid: Number(pid),
    user,
    table,
    since,
    isWaiting: waits === "1",
  }));

/**
 * What the SQL waits for that the loading user submitted at a time. The Data API shows a statement's process to nobody but who
 * submitted it (B6.9), so the transaction is told by its beginning: the first of the loading user's since then.
 */
export function lockWaitOf(sessions: readonly LockSession[], loader: string, submittedAt: Date): LockWait {
  const earliest = submittedAt.getTime() - skewMs;
  const own = sessions
    .filter(({ user, since }) => user === loader && Date.parse(since) >= earliest)
    .sort((a, b) => Date.parse(a.since) - Date.parse(b.since))[0];
  const waiting = sessions.find(({ pid, isWaiting }) => isWaiting && pid === own?.pid);
  if (waiting === undefined) return { table: null, holders: [], problem: null };
  const others = sessions.filter(({ table, pid }) => table === waiting.table && pid !== waiting.pid);
  const holders = others.filter(({ isWaiting }) => !isWaiting);
  return {
    table: waiting.table,
    holders: holders.map(({ pid, user, since }) => ({ pid, user, since })),
    problem: null,
  };
}

/** Asks the warehouse, as its reader, whether SQL of a load waits for a lock. Who may not ask gets the reason instead. */
export async function readLockWait(
  { clients, project, flags }: Pick<Session, "clients" | "project" | "flags">,
  contract: Pick<Contract, "dataset" | "table">,
  submittedAt: Date,
): Promise<LockWait> {
  try {
    const { rows } = await runStatement(clients, readerWarehouse(project.project), lockWaitsQuery(contract));
    return lockWaitOf(readLockSessions(String(rows[0]?.[0] ?? "")), warehouseUsers().loader, submittedAt);
  } catch (error) {
    return { table: null, holders: [], problem: reasonOf(error, flags ?? "") };
  }
}

function reasonOf(error: unknown, flags: string): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const unknown = "whether it waits for a lock is not known: ";
  if (/AccessDenied/.test(name)) return `${unknown}your role may not query the warehouse as its reader`;
  if (/lock_waits/.test(message)) return `${unknown}run sluice bootstrap${flags} once`;
  return `${unknown}${message}`;
}
