/**
 * What a warehouse table and its ledger must be after a history of loads, by the words of the contract language alone:
 * no SQL, no staging, one batch after the other.
 */

/** A row of a batch, of a table keyed by id and part. */
export interface Row {
  readonly id: string;
  readonly part: number;
  readonly version: number;
  /** `D` marks a delete. */
  readonly op: string;
  /** Null where the contract did not have the column yet. */
  readonly note: string | null;
}

export interface Revision {
  readonly partition: string;
  readonly batchId: string;
  readonly revision: string;
  /** partition, revision, batch: sortable. */
  readonly place: string;
  readonly rows: readonly Row[];
}

export interface Rules {
  readonly mode: "upsert" | "append" | "history" | "replace" | "truncate" | "swap";
  readonly isOrdered: boolean;
  readonly deletes: "none" | "soft" | "hard" | "close";
  /** Of a history: the columns whose change makes a version; undefined for all that may. */
  readonly track?: readonly ("op" | "note")[];
}

export interface StoredRow extends Row {
  readonly place: string;
  readonly isDeleted: boolean;
}

export interface Counts {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly outdated: number;
  readonly removed: number;
}

export type Outcome =
  | { readonly outcome: "loaded"; readonly counts: Counts }
  | { readonly outcome: "already_loaded" | "Superseded" };

interface LedgerRow {
  readonly batchId: string;
  readonly revision: string;
  readonly place: string;
}

export class Model {
  readonly #rules: Rules;
  #table: readonly StoredRow[] = [];
  #ledger: readonly LedgerRow[] = [];

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  get table(): readonly StoredRow[] {
    return this.#table;
  }

  /** One row a loaded revision. */
  get ledger(): readonly LedgerRow[] {
    return this.#ledger;
  }

  load(batch: Revision, isForced: boolean): Outcome {
    if (!isForced) {
      if (this.#ledger.some(({ batchId, revision }) => batchId === batch.batchId && revision === batch.revision)) {
        return { outcome: "already_loaded" };
      }
      if (this.#isSuperseded(batch)) return { outcome: "Superseded" };
    }
    const counts = this.#apply(batch);
    const others = this.#ledger.filter(
      ({ batchId, revision }) => batchId !== batch.batchId || revision !== batch.revision,
    );
    this.#ledger = [...others, { batchId: batch.batchId, revision: batch.revision, place: batch.place }];
    return { outcome: "loaded", counts };
  }

  /** A refresh: something newer is loaded. Else: a newer revision of this batch is. */
  #isSuperseded(batch: Revision): boolean {
    if (this.#rules.mode === "upsert" || this.#rules.mode === "append") {
      return this.#ledger.some(({ batchId, revision }) => batchId === batch.batchId && revision > batch.revision);
    }
    return this.#ledger.some(({ place }) => place > batch.place);
  }

  #apply(batch: Revision): Counts {
    if (this.#rules.mode === "upsert") return this.#upsert(batch);
    const kept =
      this.#rules.mode === "append" ? this.#table.filter(({ place }) => batchOf(place) !== batchOf(batch.place)) : [];
    const removed = this.#table.length - kept.length;
    this.#table = [...kept, ...batch.rows.map((row) => ({ ...row, place: batch.place, isDeleted: false }))];
    return { inserted: batch.rows.length, updated: 0, deleted: 0, outdated: 0, removed };
  }

  #upsert(batch: Revision): Counts {
    const counts = { inserted: 0, updated: 0, deleted: 0, outdated: 0, removed: 0 };
    for (const row of batch.rows) {
      const present = this.#table.find(({ id, part }) => id === row.id && part === row.part);
      if (present !== undefined && this.#isNewer(present, row, batch.place)) {
        counts.outdated++;
        continue;
      }
      const isDelete = this.#rules.deletes !== "none" && row.op === "D";
      if (isDelete) counts.deleted++;
      else if (present === undefined || present.isDeleted) counts.inserted++;
      else counts.updated++;
      const others = this.#table.filter((other) => other !== present);
      this.#table =
        isDelete && this.#rules.deletes === "hard"
          ? others
          : [...others, { ...row, place: batch.place, isDeleted: isDelete }];
    }
    return counts;
  }

  /** By order_by, then by the place of the batch. */
  #isNewer(present: StoredRow, row: Row, place: string): boolean {
    if (this.#rules.isOrdered && present.version !== row.version) return present.version > row.version;
    return present.place > place;
  }
}

/** Partition and batch, without the revision. */
function batchOf(place: string): string {
  const [partition, , batch] = place.split("/");
  return `${partition}/${batch}`;
}
