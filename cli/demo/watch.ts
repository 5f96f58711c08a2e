import { setTimeout as sleep } from "node:timers/promises";
import type { Clients } from "../account/clients.js";
import { runStatement, StatementFailed, type Warehouse } from "../warehouse/statements.js";

/** A table that is watched while it is loaded. */
export interface WatchedTable {
  readonly name: string;
  readonly mode: string;
  /** One row; its first column is the number of rows, and 0 of an empty table. */
  readonly fingerprint: string;
  /** The fingerprint's row of every complete state, joined by `|`, in the order in which the loads bring them about. */
  readonly completeStates: readonly string[];
}

/** What a reader saw of a table. Every read is complete, empty, wrong, or an error. */
export interface Watched {
  readonly table: string;
  readonly mode: string;
  readonly reads: number;
  readonly complete: number;
  /** Different complete states that were seen. */
  readonly states: number;
  readonly empty: number;
  /** Milliseconds between the first read that found the table empty and the next that did not. */
  readonly longestEmptyMs: number;
  /** States that no load has made, and older ones after newer ones. */
  readonly wrong: readonly string[];
  /** 1018: the reader's transaction is older than the table that a swap put there (C9.3). */
  readonly notVisible: number;
  readonly otherErrors: readonly string[];
}

const pauseMs = 100;
const notVisible = /\b1018\b/;

/** A reader that asks again and again, one statement at a time, until it is stopped. */
export class TableWatch {
  readonly #table: WatchedTable;
  readonly #ended: Promise<void>;
  readonly #seen = { reads: 0, complete: 0, empty: 0, longestEmptyMs: 0, notVisible: 0 };
  readonly #states = new Set<string>();
  readonly #wrong: string[] = [];
  readonly #otherErrors: string[] = [];
  #isStopped = false;
  #newest = 0;
  #emptySince: number | undefined;

  /** Begins to read. The table must be there. */
  constructor(clients: Pick<Clients, "redshiftData">, reader: Warehouse, table: WatchedTable) {
    this.#table = table;
    this.#ended = this.#readUntilStopped(clients, reader);
  }

  /** Reads once more, what the last load left, and ends. */
  async stop(): Promise<Watched> {
    this.#isStopped = true;
    await this.#ended;
    const { name, mode } = this.#table;
    const states = this.#states.size;
    return { table: name, mode, ...this.#seen, states, wrong: this.#wrong, otherErrors: this.#otherErrors };
  }

  async #readUntilStopped(clients: Pick<Clients, "redshiftData">, reader: Warehouse): Promise<void> {
    while (!this.#isStopped) {
      await this.#read(clients, reader);
      await sleep(pauseMs);
    }
    await this.#read(clients, reader);
  }

  async #read(clients: Pick<Clients, "redshiftData">, reader: Warehouse): Promise<void> {
    this.#seen.reads += 1;
    try {
      const { rows } = await runStatement(clients, reader, this.#table.fingerprint);
      this.#note(rows[0] ?? []);
    } catch (error) {
      this.#noteError(error);
    }
  }

  #note(row: readonly unknown[]): void {
    if (Number(row[0]) === 0) {
      this.#seen.empty += 1;
      this.#emptySince ??= performance.now();
      return;
    }
    if (this.#emptySince !== undefined) {
      const emptyMs = performance.now() - this.#emptySince;
      this.#seen.longestEmptyMs = Math.max(this.#seen.longestEmptyMs, emptyMs);
      this.#emptySince = undefined;
    }
    const state = row.join("|");
    // From the newest state that was seen: a table never goes back.
    const found = this.#table.completeStates.indexOf(state, this.#newest);
    if (found < 0) this.#wrong.push(state);
    else {
      this.#newest = found;
      this.#states.add(state);
      this.#seen.complete += 1;
    }
  }

  #noteError(error: unknown): void {
    if (error instanceof StatementFailed && notVisible.test(error.message)) this.#seen.notVisible += 1;
    else this.#otherErrors.push(error instanceof Error ? error.message : String(error));
  }
}

/** Does a reader notice nothing but what a load mode documents: the empty table of a truncate, and 1018 at a swap? */
export const isAsDocumented = ({ mode, empty, notVisible: at1018, wrong, otherErrors }: Watched) =>
  wrong.length === 0 &&
  otherErrors.length === 0 &&
  (empty === 0 || mode === "truncate") &&
  (at1018 === 0 || mode === "swap");
