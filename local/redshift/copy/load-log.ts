import type pg from "pg";
import { plainName } from "../dialect/reader.js";
import type { CopyCommand } from "../dialect/translation.js";
import { LoadError } from "./checks.js";
import type { CopyContext, CopyFile } from "./copy-types.js";

export interface LoadEntry {
  readonly context: CopyContext;
  readonly command: CopyCommand;
  readonly started: Date;
}

/** SYS_LOAD_HISTORY and SYS_LOAD_ERROR_DETAIL (C4): written beside the transaction that loads, so that they stay. */
export class LoadLog {
  readonly #system: (database: string) => Promise<pg.Pool>;

  /** @param system a connection of the system's to a database. */
  constructor(system: (database: string) => Promise<pg.Pool>) {
    this.#system = system;
  }

  async completed(entry: LoadEntry, files: readonly CopyFile[], rows: number): Promise<void> {
    await this.#history(entry, "completed", files, rows, 0);
  }

  async failed(entry: LoadEntry, error: unknown): Promise<void> {
    await this.#history(entry, "aborted", [], 0, 1);
    const { context } = entry;
    const at = error instanceof LoadError ? error : undefined;
    const message = at?.errorMessage ?? (error instanceof Error ? error.message : String(error));
    const client = await this.#system(context.database);
    await client.query(
      `INSERT INTO rs.load_errors (username, query_id, session_id, database_name, start_time, file_name, column_name, column_type, error_code, error_message)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        context.user,
        context.queryId,
        context.processId,
        context.database,
        entry.started.toISOString(),
        at?.url ?? entry.command.source,
        at?.column ?? "",
        at?.columnType ?? "",
        15001,
        message,
      ],
    );
  }

  async #history(
    entry: LoadEntry,
    status: string,
    files: readonly CopyFile[],
    rows: number,
    errors: number,
  ): Promise<void> {
    const { context, command } = entry;
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    const ended = new Date();
    const client = await this.#system(context.database);
    await client.query(
      `INSERT INTO rs.load_history (username, query_id, session_id, database_name, status, table_name, start_time, end_time, duration, data_source, file_format,
         loaded_rows, loaded_bytes, source_file_count, source_file_bytes, file_count_scanned, error_count)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $15, $11, $12, $13, $12, $13, $14)`,
      [
        context.user,
        context.queryId,
        context.processId,
        context.database,
        status,
        plainName(command.table),
        entry.started.toISOString(),
        ended.toISOString(),
        (ended.getTime() - entry.started.getTime()) * 1000,
        command.source,
        rows,
        bytes,
        files.length,
        errors,
        command.isJson ? "json" : "parquet",
      ],
    );
  }
}
