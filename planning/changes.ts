import type { ColumnType } from "../contract/column-type.js";
import type { TargetColumn } from "../sql/tables.js";

type Varchar = Extract<ColumnType, { readonly name: "varchar" }>;

/** A column that gets a type which holds all that its own does. */
export interface Grown {
  readonly name: string;
  /** As FORMAT_TYPE shows it. */
  readonly from: string;
  readonly type: ColumnType;
}

export interface Widened {
  readonly name: string;
  readonly type: Varchar;
}

/** What a load changes of a table's columns, as events name it. */
export interface SchemaChange {
  readonly change: "added" | "renamed" | "grown";
  readonly column: string;
  /** The former name, or the former type; null for a column that was added. */
  readonly from: string | null;
}

/** How the target differs from the contract in what a load can prepare by itself. */
export interface Changes {
  readonly added: readonly TargetColumn[];
  /** By ALTER COLUMN TYPE, which Redshift has for VARCHAR alone (C8.4). */
  readonly widened: readonly Widened[];
  /** By copying the table (grow.ts). */
  readonly grown: readonly Grown[];
}
