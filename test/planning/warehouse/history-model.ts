import type { Counts, Outcome, Revision, Row, Rules } from "./model.js";

/**
 * What the table of a history must be, by the words of the contract language alone: the newest revision of every batch says
 * something of keys at times; the table is what follows from all of it. No SQL, and nothing of how a load goes about it.
 */

interface Statement {
  readonly row: Row;
  readonly place: string;
}

/** A version of a key; its values are those of the last statement that it covers. */
export interface Version {
  readonly row: Row;
  readonly place: string;
  readonly from: number;
  readonly to: number | null;
}

interface LedgerRow {
  readonly batchId: string;
  readonly revision: string;
  readonly place: string;
}

type Fate = keyof Omit<Counts, "removed">;

const keyOf = ({ id, part }: Row) => `${id}/${part}`;

export class HistoryModel {
  readonly #rules: Rules;
  /** What is loaded of each batch. */
  readonly #said = new Map<string, readonly Statement[]>();
  #ledger: readonly LedgerRow[] = [];

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  get ledger(): readonly LedgerRow[] {
    return this.#ledger;
  }

  get table(): readonly Version[] {
    return [...this.#statementsByKey().values()].flatMap((statements) => this.#tell(statements).versions);
  }

  load(batch: Revision, isForced: boolean): Outcome {
    const mine = this.#ledger.filter(({ batchId }) => batchId === batch.batchId);
    if (!isForced) {
      if (mine.some(({ revision }) => revision === batch.revision)) return { outcome: "already_loaded" };
      if (mine.some(({ revision }) => revision > batch.revision)) return { outcome: "Superseded" };
    }
    const before = this.#said.get(batch.batchId) ?? [];
    const isAgain = ({ row }: Statement) =>
      batch.rows.some((other) => keyOf(other) === keyOf(row) && other.version === row.version);
    this.#said.set(
      batch.batchId,
      batch.rows.map((row) => ({ row, place: batch.place })),
    );
    const others = this.#ledger.filter((loaded) => !(mine.includes(loaded) && loaded.revision === batch.revision));
    this.#ledger = [...others, { batchId: batch.batchId, revision: batch.revision, place: batch.place }];
    const counts = { inserted: 0, updated: 0, deleted: 0, outdated: 0 };
    for (const statements of this.#statementsByKey().values()) {
      for (const [{ place }, fate] of this.#tell(statements).fates) if (place === batch.place) counts[fate]++;
    }
    return { outcome: "loaded", counts: { ...counts, removed: before.filter((said) => !isAgain(said)).length } };
  }

  #statementsByKey(): Map<string, Statement[]> {
    const byKey = new Map<string, Statement[]>();
    for (const statement of [...this.#said.values()].flat()) {
      const key = keyOf(statement.row);
      byKey.set(key, [...(byKey.get(key) ?? []), statement]);
    }
    return byKey;
  }

  /** The life of one key, from its first statement to its last. */
  #tell(statements: readonly Statement[]) {
    const fates = new Map<Statement, Fate>();
    const versions: Version[] = [];
    let open: { from: number; last: Statement } | undefined;
    const close = (to: number | null) => {
      if (open !== undefined) versions.push({ row: open.last.row, place: open.last.place, from: open.from, to });
      open = undefined;
    };
    for (const time of [...new Set(statements.map(({ row }) => row.version))].sort((a, b) => a - b)) {
      const [winner, ...losers] = statements
        .filter(({ row }) => row.version === time)
        .sort((a, b) => (a.place > b.place ? -1 : 1));
      for (const loser of losers) fates.set(loser, "outdated");
      if (winner === undefined) continue;
      if (this.#rules.deletes === "close" && winner.row.op === "D") {
        close(time);
        fates.set(winner, "deleted");
      } else if (open !== undefined && this.#saysTheSame(open.last.row, winner.row)) {
        open.last = winner;
        fates.set(winner, "updated");
      } else {
        close(time);
        open = { from: time, last: winner };
        fates.set(winner, "inserted");
      }
    }
    close(null);
    return { fates, versions };
  }

  #saysTheSame(one: Row, other: Row): boolean {
    return this.#tracked().every((name) => one[name] === other[name]);
  }

  #tracked(): readonly (keyof Row)[] {
    return this.#rules.track ?? (this.#rules.deletes === "close" ? ["note"] : ["op", "note"]);
  }
}
