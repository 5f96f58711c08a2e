import type { Token } from "./tokens.js";

/** A relation that a statement names. */
export interface RelationName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** COPY, read and not yet run. */
export interface CopyCommand {
  readonly table: readonly Token[];
  readonly columns: readonly string[] | undefined;
  readonly source: string;
  /** Parquet, or JSON whose members have the columns' names. */
  readonly isJson: boolean;
  /** Of JSON: the text that stands for NULL. */
  readonly nullText: string;
  readonly isManifest: boolean;
  /** An ARN, or `default`. */
  readonly iamRole: string;
  readonly fillRecord: boolean;
  readonly acceptInvalidCharacters: boolean;
  readonly serializeToJson: boolean;
}

export interface LateBindingView {
  /** Quoted and qualified as PostgreSQL reads it. */
  readonly name: readonly Token[];
  readonly columns: readonly string[] | undefined;
  readonly orReplace: boolean;
  /** The query as PostgreSQL reads it. */
  readonly query: string;
  /** The query as it was written. */
  readonly original: string;
}

/** How a statement of Redshift is run on PostgreSQL. */
export interface Translation {
  /** As Redshift names the command: `CREATE TABLE`. */
  readonly command: string;
  /** What runs, one after the other. The first is the statement itself, and what answers its rows. */
  readonly steps: readonly string[];
  /** Runs before `steps`. */
  readonly before?: readonly string[];
  readonly reads: readonly RelationName[];
  readonly writes: readonly RelationName[];
  /** Redshift's refusal inside of a transaction block. */
  readonly refusedInBlock?: string;
  /** TRUNCATE: the transaction is committed (C8.1). */
  readonly commits?: boolean;
  /** PostgreSQL wants it outside of a block, or Redshift lets it end its own transaction (CALL). */
  readonly runsAlone?: boolean;
  readonly hasRows: boolean;
  readonly copy?: CopyCommand;
  readonly lateBindingView?: LateBindingView;
}

/** What a statement's reader gives: PostgreSQL's text to be parsed and checked, and what else there is to know. */
export interface Draft {
  readonly command: string;
  /** What the guard parses; empty when there is nothing of PostgreSQL in it. */
  readonly sql: string;
  /** Kind of the node that `sql` must parse to. */
  readonly node: string;
  /** What runs if that is not `sql` itself. */
  readonly runs?: readonly string[];
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly refusedInBlock?: string;
  readonly commits?: boolean;
  readonly runsAlone?: boolean;
  readonly copy?: CopyCommand;
  readonly lateBindingView?: LateBindingView;
  /** A procedure's body as it was written; `sql` is what stands before it. */
  readonly procedureBody?: readonly Token[];
}

/** Translates a statement that stands inside of another text. */
export type Inner = (tokens: readonly Token[]) => Translation;
