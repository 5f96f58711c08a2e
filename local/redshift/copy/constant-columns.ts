import type pg from "pg";
import { quoteName, quoteText } from "./parquet-schema.js";
import { isText, type TargetColumn } from "./parquet-types.js";

/** Two statements take longer than the text of fewer rows. */
const MINIMUM_ROWS = 10_000;

/** What of a Parquet file is read once instead of once a row. */
export interface Constants {
  /** Values by position of the column. */
  readonly values: ReadonlyMap<number, string>;
  /** Runs a load of the other columns, while these have their values as defaults. */
  load(load: () => Promise<void>): Promise<void>;
}

/**
 * Text columns with one value in a whole file (lineage, mostly, and two thirds of a file's text) into a temporary table:
 * PostgreSQL fills them in from a default, which only this session sees and which goes when the rows are there.
 * A table of others would have to be locked, and a default of its own must stay: neither is touched.
 */
export async function constantColumns(
  client: pg.Client,
  table: string,
  found: {
    readonly rows: number;
    readonly columns: readonly TargetColumn[];
    readonly values: ReadonlyMap<number, string>;
  },
): Promise<Constants> {
  const isLarge = found.rows >= MINIMUM_ROWS && found.values.size > 0 && found.values.size < found.columns.length;
  const free = isLarge ? await withoutDefault(client, table) : new Set<string>();
  const values = new Map([...found.values].filter(([index]) => free.has(found.columns[index]?.name ?? "")));
  const alter = (change: (value: string) => string) => {
    const changes = [...values].map(
      ([index, value]) => `ALTER COLUMN ${quoteName(found.columns[index]?.name ?? "")} ${change(value)}`,
    );
    return client.query(`ALTER TABLE ${table} ${changes.join(", ")}`);
  };
  return {
    values,
    async load(load) {
      if (values.size === 0) return await load();
      await alter((value) => `SET DEFAULT ${quoteText(value)}`);
      try {
        await load();
      } catch (error) {
        // In a transaction it went with the rest; the load's own error is the one to be told.
        await alter(() => "DROP DEFAULT").catch(() => undefined);
        throw error;
      }
      await alter(() => "DROP DEFAULT");
    },
  };
}

/** Names of the columns of a temporary table that have no default; none of any other table. */
async function withoutDefault(client: pg.Client, table: string): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.attname AS name FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
     WHERE a.attrelid = $1::regclass AND c.relpersistence = 't' AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.atthasdef`,
    [table],
  );
  return new Set(rows.map(({ name }) => name));
}

/** Whether a column is text as it stands: `char(n)` pads its values. */
export function mayBeConstant(column: TargetColumn): boolean {
  return isText(column) && !column.type.startsWith("character(");
}
