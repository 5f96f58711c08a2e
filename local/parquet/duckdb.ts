import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

interface Shared {
  readonly instance: Promise<DuckDBInstance>;
  users: number;
  isLeft: boolean;
}

let shared: Shared | undefined;

/** Lends a connection of the process's one DuckDB, which reads every time as UTC.
 *
 * A DuckDB sets four fifths of the machine's memory aside as addresses for as long as it is open. Linux refuses to
 * fork a process that holds more addresses in one piece than there is memory, so two at once can stop every program
 * that the local account starts. Hence one for all, until `leaveDuckDb`. */
export async function withDuckDb<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  shared ??= { instance: DuckDBInstance.create(":memory:"), users: 0, isLeft: false };
  const mine = shared;
  mine.users++;
  try {
    const connection = await (await mine.instance).connect();
    try {
      await connection.run("SET timezone = 'UTC'");
      return await use(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    mine.users--;
    await closeWhenLeft(mine);
  }
}

/** Called by a service that ends: the DuckDB is closed when its last user is done. Who comes later opens another. */
export async function leaveDuckDb(): Promise<void> {
  if (shared === undefined) return;
  shared.isLeft = true;
  await closeWhenLeft(shared);
}

async function closeWhenLeft(mine: Shared): Promise<void> {
  if (!mine.isLeft || mine.users > 0) return;
  if (shared === mine) shared = undefined;
  (await mine.instance).closeSync();
}
