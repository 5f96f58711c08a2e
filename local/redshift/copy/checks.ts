import type { DuckDBConnection } from "@duckdb/node-api";
import { StatementFailed } from "../session/pg-errors.js";
import { mayBeConstant } from "./constant-columns.js";
import type { CopyFile } from "./copy-types.js";
import { quoteName, quoteText } from "./parquet-schema.js";
import { byteLimit, describeColumn, isCompatible, type ParquetColumn, type TargetColumn } from "./parquet-types.js";
import { fileUrl, spectrumError } from "./spectrum-error.js";

/** A value of a file that its column cannot take. */
export class LoadError extends StatementFailed {
  readonly column: string;
  readonly columnType: string;
  readonly url: string;
  readonly errorMessage: string;

  constructor(text: string, at: { readonly column: TargetColumn; readonly url: string; readonly message: string }) {
    super(text);
    this.column = at.column.name;
    this.columnType = at.column.type;
    this.url = at.url;
    this.errorMessage = at.message;
  }
}

/** Holds a file's columns against the table's, by position: number and types must be the same (C1.3, C3.2).
 * Resolves to the columns that are loaded: all, or the leading ones with FILLRECORD (C1.4). */
export function checkColumns(
  schema: readonly ParquetColumn[],
  target: readonly TargetColumn[],
  at: { readonly file: CopyFile; readonly region: string; readonly queryId: number; readonly fillRecord: boolean },
): readonly TargetColumn[] {
  const url = fileUrl(at.region, at.file.bucket, at.file.key);
  const isShort = at.fillRecord && schema.length < target.length;
  if (schema.length !== target.length && !isShort) {
    throw spectrumError(
      15007,
      `File '${url}' has an incompatible Parquet schema: Unmatched number of columns between table and file. Table columns: ${target.length}, Data columns: ${schema.length}`,
      at.queryId,
    );
  }
  const loaded = target.slice(0, schema.length);
  for (const [index, column] of loaded.entries()) {
    const file = schema[index];
    if (file !== undefined && isCompatible(file, column)) continue;
    const found = file === undefined ? "" : describeColumn(file);
    throw spectrumError(
      15007,
      `File '${url}' has an incompatible Parquet schema for column 's3://${at.file.bucket}/${at.file.key}.${file?.name}'. Column type: ${column.type.toUpperCase()}, Parquet schema:\n${found}`,
      at.queryId,
    );
  }
  return loaded;
}

export interface CheckedFile {
  readonly rows: number;
  /** By position of the column: the text that stands in every row. */
  readonly constants: ReadonlyMap<number, string>;
}

/** Counts a file's rows, and holds its values against NOT NULL and the room in bytes (C3.6). */
export async function checkValues(
  duckdb: DuckDBConnection,
  schema: readonly ParquetColumn[],
  loaded: readonly TargetColumn[],
  file: CopyFile,
  queryId: number,
): Promise<CheckedFile> {
  const tests = loaded.flatMap((column, index) => {
    const name = quoteName(schema[index]?.name ?? "");
    const nulls = column.isNotNull ? [{ column, kind: "null" as const, sql: `count(*) FILTER (${name} IS NULL)` }] : [];
    const longest =
      byteLimit(column) === undefined
        ? []
        : [{ column, kind: "length" as const, sql: `coalesce(max(strlen(${name})), 0)` }];
    return [...nulls, ...longest];
  });
  const texts = loaded.flatMap((column, index) => (mayBeConstant(column) ? [index] : []));
  const same = texts.map((index) => {
    const name = quoteName(schema[index]?.name ?? "");
    return `CASE WHEN count(${name}) = count(*) AND min(${name}) = max(${name}) THEN min(${name}) END`;
  });
  const reader = await duckdb.runAndReadAll(
    `SELECT ${["count(*)", ...tests.map((test) => test.sql), ...same].join(", ")} FROM read_parquet(${quoteText(file.path)}, hive_partitioning = false)`,
  );
  const [rows, ...values] = reader.getRows()[0] ?? [];
  for (const [index, test] of tests.entries()) {
    const value = Number(values[index] ?? 0);
    const limit = byteLimit(test.column) ?? 0;
    if (test.kind === "null" && value > 0) {
      const message = `Cannot insert a NULL value into column ${test.column.name}`;
      throw new LoadError(`ERROR: ${message}`, { column: test.column, url: file.url, message });
    }
    if (test.kind === "length" && value > limit) {
      const message = `The length of the data column ${test.column.name} is longer than the length defined in the table. Table: ${limit}, Data: ${value} (file name ${file.url})`;
      throw new LoadError(spectrumError(15001, message, queryId).message, {
        column: test.column,
        url: file.url,
        message,
      });
    }
  }
  const constants = texts.flatMap((index, place): [number, string][] => {
    const value = values[tests.length + place];
    return typeof value === "string" ? [[index, value]] : [];
  });
  return { rows: Number(rows ?? 0), constants: new Map(constants) };
}
