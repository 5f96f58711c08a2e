import type pg from "pg";

/** So many wait for the next session, by database. */
const MOST_IDLE = 4;

/**
 * Connections that have served one session and wait for the next: a process of PostgreSQL that has read the catalogue and
 * compiled the procedures answers many times faster than a new one. Nothing of the session before is left in them.
 */
export class Connections {
  readonly #idle = new Map<string, pg.Client[]>();
  /** Whose end is listened for. */
  readonly #watched = new WeakSet<pg.Client>();
  #isClosed = false;

  take(database: string): pg.Client | undefined {
    return this.#idle.get(database)?.pop();
  }

  /** Clears a connection of all that its session has set and made, and keeps it; one that cannot be cleared is closed. */
  async keep(database: string, client: pg.Client): Promise<void> {
    try {
      await client.query("ROLLBACK");
      await client.query("DISCARD ALL");
    } catch {
      return end(client);
    }
    const idle = this.#idle.get(database) ?? [];
    if (this.#isClosed || idle.length >= MOST_IDLE) return end(client);
    this.#idle.set(database, [...idle, client]);
    if (this.#watched.has(client)) return;
    this.#watched.add(client);
    client.once("end", () => this.#forget(database, client));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#idle.values()].flat().map(end));
    this.#idle.clear();
  }

  /** One whose process has ended serves nobody. */
  #forget(database: string, client: pg.Client): void {
    const left = this.#idle.get(database)?.filter((each) => each !== client) ?? [];
    this.#idle.set(database, left);
  }
}

const end = (client: pg.Client): Promise<void> => client.end().catch(() => {});
