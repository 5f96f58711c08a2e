import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { leaveDuckDb } from "../../parquet/duckdb.js";
import { StateUnreadable } from "../../persistence/files.js";
import type { CopyRunner } from "../copy/copy-types.js";
import { Connections } from "../session/connections.js";
import { Session } from "../session/session.js";
import { type PostgresServer, startServer } from "./launcher.js";
import { applyPrelude, createDataFolder, createThrowAwayFolder, preludeVersion, SYSTEM_USER } from "./template.js";

export interface WarehouseOptions {
  /** Where the data stays, e.g. `<stateFolder>/warehouse`; without it everything goes when the server ends. */
  readonly folder?: string;
  readonly database: string;
  readonly masterUser: string;
}

/** How many query numbers a start may use. */
const NUMBERS_A_START = 1_000_000;

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The running database of the cluster. */
export class Warehouse {
  readonly #server: PostgresServer;
  readonly #options: WarehouseOptions;
  readonly #system = new Map<string, Promise<pg.Pool>>();
  readonly #connections = new Connections();
  #nextQuery = 0;

  private constructor(server: PostgresServer, options: WarehouseOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** Starts the server, recovers what a killed one left, and makes database and master user if they are missing.
   * @throws StateUnreadable */
  static async open(options: WarehouseOptions): Promise<Warehouse> {
    const data = await dataFolder(options.folder);
    const server = await startServer(data, { isThrowAway: options.folder === undefined });
    const warehouse = new Warehouse(server, options);
    try {
      await warehouse.#prepare();
    } catch (error) {
      await warehouse.stop();
      throw error;
    }
    return warehouse;
  }

  get database(): string {
    return this.#options.database;
  }

  /** Where the server listens: a folder with a Unix socket. */
  get socketFolder(): string {
    return this.#server.socketFolder;
  }

  get dataFolder(): string {
    return this.#server.dataFolder;
  }

  get masterUser(): string {
    return this.#options.masterUser;
  }

  async #prepare(): Promise<void> {
    const system = await this.system("template1");
    await upgrade(system);
    await this.createDatabase(this.#options.database);
    await upgrade(await this.system(this.#options.database));
    await this.ensureUser(this.#options.masterUser, { isSuperuser: true });
    const own = await this.system(this.#options.database);
    const found = await own.query<{ n: string }>("SELECT nextval('rs.query_id') AS n");
    this.#nextQuery = Number(found.rows[0]?.n ?? 1) * NUMBERS_A_START;
  }

  async createDatabase(name: string): Promise<void> {
    const system = await this.system("postgres");
    const found = await system.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (found.rowCount !== 0) return;
    await this.#disconnect("template1");
    await system.query(`CREATE DATABASE ${quoteName(name)}`);
  }

  /** The system's own connection to a database. A pool of one: queries that come at once wait for each other. */
  system(database: string): Promise<pg.Pool> {
    const known = this.#system.get(database);
    if (known !== undefined) return known;
    const made = this.#connect(database);
    this.#system.set(database, made);
    return made;
  }

  async #connect(database: string): Promise<pg.Pool> {
    const host = this.#server.socketFolder;
    const pool = new pg.Pool({
      host,
      user: SYSTEM_USER,
      database,
      max: 1,
      idleTimeoutMillis: 0,
      allowExitOnIdle: true,
    });
    pool.on("error", () => {});
    await pool.query("SELECT 1");
    return pool;
  }

  async #disconnect(database: string): Promise<void> {
    const client = this.#system.get(database);
    this.#system.delete(database);
    await (await client)?.end();
  }

  /** Makes a user that has no password: IAM users come this way (B6.3). */
  async ensureUser(name: string, options: { readonly isSuperuser?: boolean } = {}): Promise<void> {
    if (await this.hasUser(name)) return;
    const system = await this.system("postgres");
    await system
      .query(`CREATE ROLE ${quoteName(name)} LOGIN ${options.isSuperuser ? "SUPERUSER" : ""}`)
      .catch((error: unknown) => {
        // Somebody else was faster.
        if (!(error instanceof pg.DatabaseError && (error.code === "42710" || error.code === "23505"))) throw error;
      });
  }

  async hasUser(name: string): Promise<boolean> {
    const system = await this.system("postgres");
    return (await system.query("SELECT 1 FROM pg_roles WHERE rolname = $1 AND rolcanlogin", [name])).rowCount !== 0;
  }

  /** What is kept of a user's password; undefined when the user has none or does not exist. */
  async passwordHash(user: string): Promise<string | undefined> {
    const system = await this.system("postgres");
    const found = await system.query<{ hash: string | null }>(
      "SELECT shobj_description(oid, 'pg_authid') AS hash FROM pg_roles WHERE rolname = $1 AND rolcanlogin",
      [user],
    );
    return found.rows[0]?.hash ?? undefined;
  }

  async setPasswordHash(user: string, hash: string): Promise<void> {
    const system = await this.system("postgres");
    await system.query(`COMMENT ON ROLE ${quoteName(user)} IS '${hash.replaceAll("'", "''")}'`);
  }

  /** A connection of a user. @throws StatementFailed */
  async session(
    user: string,
    options: { readonly database?: string; readonly copy?: CopyRunner; readonly clockAheadMs?: number } = {},
  ): Promise<Session> {
    const session = new Session({
      socketFolder: this.#server.socketFolder,
      user,
      database: options.database ?? this.#options.database,
      connections: this.#connections,
      systemUser: SYSTEM_USER,
      nextQueryId: () => this.#nextQuery++,
      ...(options.copy && { copy: options.copy }),
      ...(options.clockAheadMs !== undefined && { clockAheadMs: options.clockAheadMs }),
    });
    await session.open();
    return session;
  }

  async cancel(processId: number): Promise<void> {
    await (await this.system("postgres")).query("SELECT pg_cancel_backend($1)", [processId]);
  }

  async terminate(processId: number): Promise<void> {
    await (await this.system("postgres")).query("SELECT pg_terminate_backend($1)", [processId]);
  }

  get isRunning(): boolean {
    return this.#server.process.exitCode === null && this.#server.process.signalCode === null;
  }

  async stop(): Promise<void> {
    for (const database of [...this.#system.keys()]) await this.#disconnect(database).catch(() => {});
    await this.#connections.close();
    await leaveDuckDb();
    await this.#server.stop();
  }
}

async function dataFolder(folder: string | undefined): Promise<string> {
  if (folder === undefined) return createThrowAwayFolder();
  const data = path.join(folder, "data");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path.join(data, "PG_VERSION"))) await createDataFolder(data);
  return data;
}

/** Lays the present Redshift layer over a database that an earlier version of it made. */
async function upgrade(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    const found = await client.query<{ version: string }>("SELECT version FROM rs.made_by");
    if (found.rows[0]?.version === preludeVersion()) return;
    await client.query("BEGIN");
    await applyPrelude(client);
    await client.query("COMMIT");
  } catch (cause) {
    await client.query("ROLLBACK").catch(() => {});
    throw new StateUnreadable("The database of the warehouse was made by another version of this package", { cause });
  } finally {
    client.release();
  }
}
