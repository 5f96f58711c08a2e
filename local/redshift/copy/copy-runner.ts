import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { withDuckDb } from "../../parquet/duckdb.js";
import { toText } from "../dialect/tokens.js";
import type { CopyCommand } from "../dialect/translation.js";
import { StatementFailed } from "../session/pg-errors.js";
import { checkColumns, checkValues } from "./checks.js";
import { constantColumns } from "./constant-columns.js";
import { copyJson } from "./copy-json.js";
import type { CopyContext, CopyFile, CopyRunner, CopySource } from "./copy-types.js";
import type { LoadLog } from "./load-log.js";
import { parseUrl, readManifest } from "./manifest.js";
import { quoteName, quoteText, readSchema } from "./parquet-schema.js";
import { isText, type TargetColumn } from "./parquet-types.js";
import { spectrumError } from "./spectrum-error.js";
import { streamCsv } from "./stream-csv.js";

/** Of Parquet: a file of that size is text in a few milliseconds. */
const LITTLE_BYTES = 256 * 1024;

export interface CopyOptions {
  readonly source: CopySource;
  readonly region: string;
  /** Roles that are attached to the cluster. */
  readonly roles: readonly string[];
  readonly defaultRole?: string;
  readonly log: LoadLog;
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

function s3Error(error: unknown, url: string, what: string): StatementFailed {
  if (error instanceof StatementFailed) return error;
  const name = errorName(error);
  if (name === "NoSuchKey" || name === "NotFound") {
    return new StatementFailed(
      `ERROR: ${what} - S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey (${url})`,
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  return new StatementFailed(`ERROR: ${what} - S3ServiceException:${message},Error ${name} (${url})`);
}

/** COPY of files named by a manifest: DuckDB writes Parquet as text, PostgreSQL reads it (C1, C2); JSON by copy-json.ts. */
class Copy implements CopyRunner {
  readonly #options: CopyOptions;

  constructor(options: CopyOptions) {
    this.#options = options;
  }

  async run(client: pg.Client, command: CopyCommand, context: CopyContext): Promise<number> {
    const started = new Date();
    const entry = { context, command, started };
    try {
      const files = await this.#files(command, context.user);
      const rows = await this.#load(client, command, files, context);
      await client.query(
        "SELECT set_config('rs.last_copy_count', $1, false), set_config('rs.last_copy_id', $2, false)",
        [String(rows), String(context.queryId)],
      );
      await this.#options.log.completed(entry, files, rows);
      return rows;
    } catch (error) {
      await this.#options.log.failed(entry, error);
      throw error;
    }
  }

  #role(asked: string): string {
    const role = asked === "default" ? this.#options.defaultRole : asked;
    if (role === undefined) throw new StatementFailed("ERROR: Default IAM role is not set for the cluster");
    if (!this.#options.roles.includes(role))
      throw new StatementFailed(
        `ERROR: The cluster is not authorized to assume IAM Role ${role}: it is not attached to the cluster`,
      );
    return role;
  }

  async #files(command: CopyCommand, user: string): Promise<readonly CopyFile[]> {
    if (!command.isManifest)
      throw new StatementFailed(
        "ERROR: not supported in the local account: COPY by prefix (say MANIFEST); see the README of local-account",
      );
    const role = this.#role(command.iamRole);
    const source = parseUrl(command.source);
    const manifest = await this.#options.source.open(role, source.bucket, source.key, user).catch((error: unknown) => {
      throw s3Error(error, command.source, "Problem reading manifest file");
    });
    const entries = readManifest(await readText(manifest.path), command.source, !command.isJson);
    const files: CopyFile[] = [];
    for (const entry of entries) {
      const file = await this.#options.source.open(role, entry.bucket, entry.key, user).catch((error: unknown) => {
        if (!entry.isMandatory && ["NoSuchKey", "NotFound"].includes(errorName(error))) return undefined;
        throw s3Error(error, entry.url, "Problem reading file");
      });
      if (file === undefined) continue;
      if (entry.contentLength !== null && file.size !== entry.contentLength) {
        throw spectrumError(
          15001,
          `File ${entry.url} has length ${file.size}, the manifest says content_length ${entry.contentLength}`,
          0,
        );
      }
      files.push({ ...file, url: entry.url, bucket: entry.bucket, key: entry.key });
    }
    return files;
  }

  async #load(
    client: pg.Client,
    command: CopyCommand,
    files: readonly CopyFile[],
    context: CopyContext,
  ): Promise<number> {
    if (command.acceptInvalidCharacters || command.serializeToJson) {
      throw new StatementFailed(
        "ERROR: not supported in the local account: COPY ACCEPTINVCHARS and SERIALIZETOJSON; see the README of local-account",
      );
    }
    if (command.columns !== undefined) {
      throw new StatementFailed(
        "ERROR: not supported in the local account: COPY with a column list; see the README of local-account",
      );
    }
    const target = await targetColumns(client, command);
    if (files.length === 0) return 0;
    if (command.isJson) return await copyJson(client, command, files, target);
    return await withDuckDb((duckdb) =>
      this.#copyEach(client, command, { files, target, duckdb, queryId: context.queryId }),
    );
  }

  async #copyEach(
    client: pg.Client,
    command: CopyCommand,
    work: {
      readonly files: readonly CopyFile[];
      readonly target: readonly TargetColumn[];
      readonly duckdb: DuckDBConnection;
      readonly queryId: number;
    },
  ): Promise<number> {
    const { duckdb, queryId } = work;
    const folder = mkdtempSync(path.join(tmpdir(), "local-account-copy-"));
    try {
      let rows = 0;
      for (const [index, file] of work.files.entries()) {
        const schema = await readSchema(duckdb, file.path).catch((error: unknown) => {
          throw spectrumError(
            15001,
            `File ${file.url} is not a Parquet file: ${error instanceof Error ? error.message : ""}`,
            queryId,
          );
        });
        const loaded = checkColumns(schema, work.target, {
          file,
          region: this.#options.region,
          queryId,
          fillRecord: command.fillRecord,
        });
        const checked = await checkValues(duckdb, schema, loaded, file, queryId);
        rows += checked.rows;
        const constants = await constantColumns(client, tableName(command), {
          rows: checked.rows,
          columns: loaded,
          values: checked.constants,
        });
        const csv = path.join(folder, `${index}.csv`);
        const { values } = constants;
        await constants.load(() =>
          this.#pump(client, duckdb, command, { file, csv, schema, loaded, constants: values }),
        );
      }
      return rows;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async #pump(
    client: pg.Client,
    duckdb: DuckDBConnection,
    command: CopyCommand,
    step: {
      readonly file: CopyFile;
      readonly csv: string;
      readonly schema: readonly { readonly name: string }[];
      readonly loaded: readonly TargetColumn[];
      readonly constants: ReadonlyMap<number, string>;
    },
  ): Promise<void> {
    const varying = step.loaded.flatMap((column, index) => (step.constants.has(index) ? [] : [{ column, index }]));
    const values = varying.map(({ column, index }) => {
      const name = quoteName(step.schema[index]?.name ?? "");
      return column.type.startsWith("timestamp") ? `${name}::timestamp AS c${index}` : `${name} AS c${index}`;
    });
    const texts = varying.flatMap(({ column, index }) => (isText(column) ? [`c${index}`] : []));
    const quote = texts.length > 0 ? `, FORCE_QUOTE (${texts.join(", ")})` : "";
    const select = `SELECT ${values.join(", ")} FROM read_parquet(${quoteText(step.file.path)}, hive_partitioning = false)`;
    const write = (csv: string) =>
      duckdb.run(
        `COPY (${select}) TO ${quoteText(csv)} (FORMAT csv, HEADER false, NULLSTR '\\N', USE_TMP_FILE false${quote})`,
      );
    const names = varying.map(({ column }) => quoteName(column.name)).join(", ");
    const stream = client.query(
      copyFrom(`COPY ${toText(command.table)} (${names}) FROM STDIN (FORMAT csv, NULL '\\N')`),
    );
    await streamCsv(step.csv, write, stream, step.file.size < LITTLE_BYTES);
  }
}

async function readText(file: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/** As PostgreSQL's regclass reads it. */
const tableName = (command: CopyCommand): string => toText(command.table).replaceAll(" ", "");

/** Columns of the table, in order. */
async function targetColumns(client: pg.Client, command: CopyCommand): Promise<readonly TargetColumn[]> {
  const found = await client.query<{ name: string; type: string; notnull: boolean; identity: string }>(
    "SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS notnull, attidentity AS identity FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
    [tableName(command)],
  );
  if (found.rows.some((row) => row.identity !== "")) {
    throw new StatementFailed(
      "ERROR: not supported in the local account: COPY into a table with an IDENTITY column; see the README of local-account",
    );
  }
  return found.rows.map((row) => ({ name: row.name, type: row.type, isNotNull: row.notnull }));
}

export function createCopyRunner(options: CopyOptions): CopyRunner {
  return new Copy(options);
}
