import pg from "pg";
import { NotSupportedLocally, RedshiftError } from "../dialect/errors.js";

/** Why a statement failed, as the Data API tells it: `text` begins with "ERROR: ". */
export class StatementFailed extends Error {
  override readonly name = "StatementFailed";
  /** Stopped by a person: the statement is ABORTED, not FAILED. */
  readonly isCancelled: boolean;

  constructor(text: string, options: { readonly isCancelled?: boolean; readonly cause?: unknown } = {}) {
    super(text, { cause: options.cause });
    this.isCancelled = options.isCancelled ?? false;
  }
}

/** Redshift's text for a conflict of transactions (C9.2), and for a table that came after the snapshot (C9.3). */
const SERIALIZABLE = (table: string): string =>
  `ERROR:1023 DETAIL: Serializable isolation violation on table - ${table}, transactions forming the cycle are: unknown`;
export const NOT_VISIBLE = "ERROR:1018 DETAIL: Relation does not exist.";

const PERMISSION = /^permission denied for (?:table|view|materialized view|sequence|foreign table) (.*)$/s;

function byCode(error: pg.DatabaseError, queryId: number): string | undefined {
  const bytes = /^rs_bytes_\d+_(\d+)$/.exec(error.constraint ?? "")?.[1];
  if (error.code === "23514" && bytes !== undefined)
    return `ERROR: value too long for type character varying(${bytes})`;
  switch (error.code) {
    case "40001":
      return SERIALIZABLE(error.table ?? "unknown");
    case "RS018":
      return NOT_VISIBLE;
    case "23502":
      return `ERROR: Cannot insert a NULL value into column ${error.column ?? ""}`;
    case "21000":
      return error.message.startsWith("MERGE") ? "ERROR: Found multiple matches to update the same tuple." : undefined;
    case "428C9":
      return "ERROR: cannot set an identity column to a value";
    case "57014":
      return `ERROR: Query (${queryId}) cancelled on user's request`;
    case "57P01":
    case "57P02":
    case "57P03":
      return "ERROR: Connection to the cluster was lost";
    case "54000":
      return error.message.startsWith("row is too big")
        ? "ERROR: not supported in the local account: a row that does not fit in a page of PostgreSQL (8 KB); see docs/local-account.md"
        : undefined;
    case "25001":
      return `ERROR: ${error.message}`;
    default:
      return undefined;
  }
}

function fromDatabase(error: pg.DatabaseError, queryId: number): string {
  const special = byCode(error, queryId);
  if (special !== undefined) return special;
  // Users, groups and roles are all roles of PostgreSQL.
  const message = error.message.replace(
    /\brole "(?:(group|role):)?([^"]*)"/g,
    (_, kind: string | undefined, name: string) => `${kind ?? "user"} "${name}"`,
  );
  if (error.code === "3D000") return `FATAL: ${message}`;
  const permission = PERMISSION.exec(error.message)?.[1];
  if (permission !== undefined) return `ERROR: permission denied for relation ${permission}`;
  return `ERROR: ${message}${error.detail === undefined ? "" : `\n  Detail: ${error.detail}`}`;
}

/** Whatever went wrong under a statement, in Redshift's words. */
export function asStatementFailed(error: unknown, queryId: number, wasCancelled: boolean): StatementFailed {
  if (error instanceof StatementFailed) return error;
  if (error instanceof pg.DatabaseError) {
    const isCancelled = error.code === "57014" && wasCancelled;
    return new StatementFailed(fromDatabase(error, queryId), { isCancelled, cause: error });
  }
  if (error instanceof RedshiftError || error instanceof NotSupportedLocally) {
    return new StatementFailed(`ERROR: ${error.message}`, { cause: error });
  }
  const text = error instanceof Error ? error.message : String(error);
  return new StatementFailed(`ERROR: Connection to the cluster was lost: ${text}`, { cause: error });
}
