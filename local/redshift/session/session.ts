import pg from "pg";
import type { CopyRunner } from "../copy/copy-types.js";
import { NotSupportedLocally } from "../dialect/errors.js";
import { originalColumnName } from "../dialect/expressions.js";
import { EXTERNAL_SCHEMA } from "../dialect/external-schema.js";
import { translate } from "../dialect/translate.js";
import type { RelationName, Translation } from "../dialect/translation.js";
import type { Connections } from "./connections.js";
import { createLateBindingView } from "./late-binding-view.js";
import { asStatementFailed, StatementFailed } from "./pg-errors.js";
import { type ResultSet, resultColumn } from "./results.js";

/** What a statement came to. */
export interface StatementResult {
  readonly command: string;
  readonly queryId: number;
  /** Rows returned or affected; -1 where that means nothing (B2.10). */
  readonly rows: number;
  readonly result?: ResultSet;
}

export interface SessionOptions {
  readonly socketFolder: string;
  /** A role of the database. */
  readonly user: string;
  readonly database: string;
  readonly systemUser: string;
  /** A number for each query, which no transaction takes back. */
  readonly nextQueryId: () => number;
  /** How far the account's clock is ahead of the machine's, in ms. */
  readonly clockAheadMs?: number;
  /** COPY; without it COPY is refused. */
  readonly copy?: CopyRunner;
  /** Where it takes its connection from, and leaves it; without them it has its own. */
  readonly connections?: Connections;
}

type Isolation = "REPEATABLE READ" | "SERIALIZABLE";

/** Values arrive as PostgreSQL writes them. */
const AS_TEXT = { getTypeParser: () => (value: unknown) => value };

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function qualified(relation: RelationName): string {
  return relation.schema === undefined
    ? quoteName(relation.name)
    : `${quoteName(relation.schema)}.${quoteName(relation.name)}`;
}

/** One connection of one user: translates statements, runs them, and answers in Redshift's words. */
export class Session {
  readonly #client: pg.Client;
  readonly #options: SessionOptions;
  /** The external schemas that were there when the session began. */
  #external: ReadonlySet<string> = new Set();
  #isInBlock = false;
  #wasCancelled = false;
  #queryId = 0;
  #isolation: Isolation = "REPEATABLE READ";
  #processId = 0;
  readonly #isOpen: boolean;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { socketFolder: host, systemUser: user, database } = options;
    const left = options.connections?.take(database);
    this.#isOpen = left !== undefined;
    this.#client = left ?? new pg.Client({ host, user, database });
    // Without this an ending server would end our process too.
    if (!this.#isOpen) this.#client.on("error", () => {});
  }

  /** @throws StatementFailed when the database or the user does not exist. */
  async open(): Promise<void> {
    try {
      if (!this.#isOpen) await this.#client.connect();
      const found = await this.#client.query<{ pid: number; level: string; external: string[] | null }>(
        `SELECT pg_backend_pid() AS pid, isolation_level AS level,
           (SELECT array_agg(nspname::text) FROM pg_catalog.pg_namespace
            WHERE pg_catalog.obj_description(oid, 'pg_namespace') = $1) AS external
         FROM stv_db_isolation_level`,
        [EXTERNAL_SCHEMA],
      );
      this.#external = new Set(found.rows[0]?.external);
      this.#processId = found.rows[0]?.pid ?? 0;
      this.#isolation = found.rows[0]?.level === "Serializable" ? "SERIALIZABLE" : "REPEATABLE READ";
      const aheadMs = Math.round(this.#options.clockAheadMs ?? 0);
      if (aheadMs !== 0) await this.#client.query(`SET rs.clock_ahead = '${aheadMs}'`);
      await this.#beginAs(this.#options.user);
    } catch (error) {
      await this.close();
      throw asStatementFailed(error, 0, false);
    }
  }

  /** With what ALTER USER … SET gave the user; the views of the activity know a session's user by its application_name. */
  async #beginAs(user: string): Promise<void> {
    await this.#client.query(
      `SELECT set_config(split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1), false)
       FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) AS setting
       WHERE r.rolname = $1`,
      [user],
    );
    await this.#client.query("SELECT set_config('application_name', 'rs:' || $1, false)", [user]);
    await this.#client.query(`SET SESSION AUTHORIZATION ${quoteName(user)}`);
  }

  /** PostgreSQL's process, for cancelling it from another connection. */
  get processId(): number {
    return this.#processId;
  }

  /** The statement that will fail next was stopped by a person. */
  markCancelled(): void {
    this.#wasCancelled = true;
  }

  async begin(): Promise<void> {
    await this.#client.query(`BEGIN ISOLATION LEVEL ${this.#isolation}`);
    this.#isInBlock = true;
  }

  async commit(): Promise<void> {
    this.#isInBlock = false;
    await this.#guarded(() => this.#client.query("COMMIT"));
  }

  async rollback(): Promise<void> {
    this.#isInBlock = false;
    await this.#client.query("ROLLBACK").catch(() => {});
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => {});
  }

  /** Ends the session, and leaves its connection for another one: not when it was cancelled, since the signal may be late. */
  async leave(): Promise<void> {
    const { connections, database } = this.#options;
    if (this.#wasCancelled || connections === undefined) await this.close();
    else await connections.keep(database, this.#client);
  }

  /** Runs one statement; inside of a block that `begin` opened, or as a transaction of its own.
   * @throws StatementFailed; a block is then to be rolled back. */
  async run(sql: string, parameters: readonly string[] = []): Promise<StatementResult> {
    return this.#guarded(async () => {
      this.#queryId = this.#options.nextQueryId();
      const translation = await translate(sql);
      this.#refuseSpectrum(translation);
      if (this.#isInBlock) return this.#runInBlock(translation, parameters);
      if (translation.runsAlone || translation.command === "SELECT") return this.#runAlone(translation, parameters);
      if (translation.command === "LOCK TABLE")
        throw new StatementFailed("ERROR: LOCK TABLE can only be used in transaction blocks");
      return this.#runAsBlock(translation, parameters);
    });
  }

  /** What lies behind an external schema is read by Spectrum, which is not simulated. */
  #refuseSpectrum({ reads, writes }: Translation): void {
    const met = [...reads, ...writes].find(({ schema }) => schema !== undefined && this.#external.has(schema));
    if (met !== undefined)
      throw new NotSupportedLocally(
        `Spectrum, which reads ${met.schema}.${met.name}; the published files are read by Athena`,
      );
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asStatementFailed(error, this.#queryId, this.#wasCancelled);
    }
  }

  async #runInBlock(translation: Translation, parameters: readonly string[]): Promise<StatementResult> {
    if (translation.refusedInBlock !== undefined) throw new StatementFailed(`ERROR: ${translation.refusedInBlock}`);
    await this.#lockTarget(translation);
    const result = await this.#execute(translation, parameters);
    await this.#checkVisible(translation);
    if (translation.commits) {
      await this.#client.query("COMMIT");
      await this.#client.query(`BEGIN ISOLATION LEVEL ${this.#isolation}`);
    }
    return result;
  }

  async #runAsBlock(translation: Translation, parameters: readonly string[]): Promise<StatementResult> {
    await this.#client.query(`BEGIN ISOLATION LEVEL ${this.#isolation}`);
    try {
      await this.#lockTarget(translation);
      const result = await this.#execute(translation, parameters);
      await this.#client.query("COMMIT");
      return result;
    } catch (error) {
      await this.#client.query("ROLLBACK").catch(() => {});
      throw error;
    }
  }

  /** A query alone sees what is committed once it has its locks. CALL may end its own transactions. */
  async #runAlone(translation: Translation, parameters: readonly string[]): Promise<StatementResult> {
    const isCall = translation.command === "CALL";
    if (isCall) await this.#client.query(`SET default_transaction_isolation = '${this.#isolation.toLowerCase()}'`);
    try {
      return await this.#execute(translation, parameters);
    } finally {
      if (isCall) await this.#client.query("RESET default_transaction_isolation").catch(() => {});
    }
  }

  /** One writer a table (C9.5): the write lock comes before the snapshot, and does not keep readers out. Whoever may
   * not write is told so by the statement itself, so the lock is taken by the system. */
  async #lockTarget(translation: Translation): Promise<void> {
    const targets = translation.copy === undefined ? translation.writes : [copyTarget(translation)];
    if (targets.length === 0) return;
    const names = targets.map(qualified).join(", ");
    const lock = `LOCK TABLE ONLY ${names} IN SHARE ROW EXCLUSIVE MODE`;
    // A name without a schema may mean a temporary table or one in a schema named like the user.
    const isOwnAffair = targets.some((target) => target.schema === undefined);
    const user = quoteName(this.#options.user);
    await this.#client.query(
      isOwnAffair ? lock : `RESET SESSION AUTHORIZATION; ${lock}; SET SESSION AUTHORIZATION ${user}`,
    );
  }

  async #execute(translation: Translation, parameters: readonly string[]): Promise<StatementResult> {
    if (translation.copy !== undefined) return this.#copy(translation);
    if (translation.lateBindingView !== undefined) {
      await createLateBindingView(this.#client, translation.lateBindingView, translation.reads.map(qualified));
      return { command: translation.command, queryId: this.#queryId, rows: -1 };
    }
    for (const step of translation.before ?? []) await this.#client.query(step);
    const [main = "", ...rest] = translation.steps;
    const found = await this.#client.query({ text: main, values: [...parameters], rowMode: "array", types: AS_TEXT });
    for (const step of rest) await this.#client.query(step);
    // PostgreSQL writes through simple views, Redshift does not.
    if (translation.writes.length > 0)
      await this.#client.query("SELECT rs.check_written($1)", [translation.writes.map(qualified)]);
    return this.#answer(translation, found);
  }

  #answer(translation: Translation, found: pg.QueryArrayResult<(string | null)[]>): StatementResult {
    const rows = found.rowCount ?? -1;
    if (!translation.hasRows || found.fields.length === 0) {
      const isCounted = ["INSERT", "UPDATE", "DELETE", "MERGE", "CREATE TABLE AS"].includes(translation.command);
      return { command: translation.command, queryId: this.#queryId, rows: isCounted ? rows : 0 };
    }
    const columns = found.fields.map((field) => resultColumn(field, originalColumnName(field.name)));
    return { command: translation.command, queryId: this.#queryId, rows, result: { columns, rows: found.rows } };
  }

  async #copy(translation: Translation): Promise<StatementResult> {
    if (translation.copy === undefined || this.#options.copy === undefined)
      throw new StatementFailed("ERROR: COPY is not connected to S3");
    const loaded = await this.#options.copy.run(this.#client, translation.copy, {
      queryId: this.#queryId,
      user: this.#options.user,
      database: this.#options.database,
      processId: this.#processId,
    });
    // Redshift gathers statistics by itself after a COPY (C10.4); without them the merge that follows is slow.
    const user = quoteName(this.#options.user);
    await this.#client.query(
      `RESET SESSION AUTHORIZATION; ANALYZE ${qualified(copyTarget(translation))}; SET SESSION AUTHORIZATION ${user}`,
    );
    return { command: "COPY", queryId: this.#queryId, rows: loaded };
  }

  /** A table that was made after our snapshot would look empty: Redshift says 1018 (C9.3). The statement has locked
   * what it read, so what the names mean now is what it used. */
  async #checkVisible(translation: Translation): Promise<void> {
    const relations = [...translation.reads, ...translation.writes];
    if (relations.length === 0 || translation.command.startsWith("DROP") || translation.command.startsWith("ALTER"))
      return;
    await this.#client.query("SELECT rs.check_visible($1)", [relations.map(qualified)]);
  }
}

function copyTarget(translation: Translation): RelationName {
  const parts = (translation.copy?.table ?? []).filter((token) => token.kind !== "operator");
  const names = parts.map((token) =>
    token.kind === "quoted" ? token.text.slice(1, -1).replaceAll('""', '"') : token.text,
  );
  return { schema: names.length > 1 ? names.at(-2) : undefined, name: names.at(-1) ?? "" };
}
