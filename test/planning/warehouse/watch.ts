import type { Contract } from "../../../contract/contract.js";
import { batchId, placeOf } from "../../../contract/layout.js";
import type { Session } from "../../../local/redshift/session/session.js";
import { contractOf } from "../fixture.js";
import { reset } from "./disorder.js";
import type { Attempt, TestWarehouse } from "./test-warehouse.js";

/** Readers on other connections while loads run: is what they see complete at every moment? */

export const watchedModes = ["merge", "delete_insert", "append", "history", "replace", "truncate", "swap"] as const;
export type Watched = (typeof watchedModes)[number];

export interface Sight {
  readonly loads: number;
  /** Answers of the readers, and how many of them were a complete state, or nothing at all. */
  readonly reads: number;
  readonly complete: number;
  readonly empty: number;
  /** Different complete states that were seen. */
  readonly states: number;
  readonly errors1018: number;
  /** From the last look that saw rows to the next that did, the longest; 0 when none was empty. */
  readonly longestEmptyMs: number;
  /** States that are not complete, empty ones where none may be, and errors but 1018 after a swap. */
  readonly wrong: readonly string[];
}

const rowsALoad = 40;

export const watchedContract = (watched: Watched): Contract => {
  if (watched === "history") return watchedHistory();
  const isUpsert = watched === "merge" || watched === "delete_insert";
  return contractOf({
    table: { name: "sales.orders", distribution: "even" },
    load: isUpsert ? { mode: "upsert", key: ["id"], order_by: "version", strategy: watched } : { mode: watched },
  });
};

const watchedHistory = () =>
  contractOf({
    columns: [
      { name: "id", type: "varchar(8)" },
      { name: "version", type: "timestamp" },
      { name: "amount", type: "decimal(9,2)" },
      { name: "note", type: "varchar(40)" },
    ],
    table: { name: "sales.orders", distribution: "even" },
    load: { mode: "history", key: ["id"], order_by: "version" },
  });

/** The time of a version in a history: a minute a version. */
const minuteOf = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString().slice(0, 19).replace("T", " ");

/** The n-th batch: every key once, all of version n, amounts that add up to `amountOf(n)`. */
export function watchedAttempt(n: number, watched: Watched = "append"): Attempt {
  const version = watched === "history" ? minuteOf(n) : n;
  const partition = new Date(Date.UTC(2026, 10, 22, n)).toISOString().slice(0, 13);
  const id = batchId("orders", partition, "manifest.json");
  const revision = "20261231T060000Z-0000-1a2b3c4d";
  return {
    batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) },
    rows: Array.from({ length: rowsALoad }, (_, i) => [`k${i}`, version, i + n, `load ${n}`]),
    execution: `load-${n}`,
  };
}

const amountOf = (n: number) => (rowsALoad * (rowsALoad - 1)) / 2 + rowsALoad * n;

/**
 * Of a history also: the versions that stand, the keys that have one, and the pairs of versions of which one ends where the
 * other begins. A version is a minute, so that it is counted like the others' numbers.
 */
const lookAtHistory = `SELECT COUNT(*), COUNT(DISTINCT sluice_batch),
  DATEDIFF(minute, TIMESTAMP '2026-01-01 00:00:00', MIN(version)), DATEDIFF(minute, TIMESTAMP '2026-01-01 00:00:00', MAX(version)),
  CAST(SUM(amount) AS bigint), SUM(CASE WHEN is_current THEN 1 ELSE 0 END), COUNT(DISTINCT CASE WHEN is_current THEN id END),
  (SELECT COUNT(*) FROM sales.orders AS a INNER JOIN sales.orders AS b ON a.id = b.id AND a.valid_to = b.valid_from)
FROM sales.orders`;

export const look =
  "SELECT COUNT(*), COUNT(DISTINCT sluice_batch), MIN(version), MAX(version), CAST(SUM(amount) AS bigint) FROM sales.orders";

/** One batch whole; by append and in a history the first n batches whole. The rows, batches, versions and amounts must all agree. */
function isComplete(watched: Watched, state: readonly number[]) {
  const [rows = -1, batches, least = 0, greatest = 0, amount, standing, keys, joints] = state;
  // One version of each key stands, and each of the others ends where the next begins.
  const hasJoints = standing === rowsALoad && keys === rowsALoad && joints === rowsALoad * (greatest - 1);
  if (watched === "history" && !hasJoints) return false;
  if (watched !== "append" && watched !== "history") {
    return rows === rowsALoad && batches === 1 && least === greatest && amount === amountOf(greatest);
  }
  const sum = Array.from({ length: greatest }, (_, i) => amountOf(i + 1)).reduce((a, b) => a + b, 0);
  return rows === rowsALoad * greatest && batches === greatest && least === 1 && amount === sum;
}

/** What all readers have seen together. */
class Sights {
  reads = 0;
  complete = 0;
  empty = 0;
  errors1018 = 0;
  longestEmptyMs = 0;
  readonly states = new Set<string>();
  readonly wrong: string[] = [];
  readonly watched: Watched;

  constructor(watched: Watched) {
    this.watched = watched;
  }

  /** @returns whether the table was empty */
  add(state: readonly number[]): boolean {
    this.reads++;
    const isEmpty = state[0] === 0;
    if (isEmpty) this.empty++;
    if (isComplete(this.watched, state)) {
      this.complete++;
      this.states.add(state.join(" "));
    } else if (!(isEmpty && this.watched === "truncate")) {
      this.wrong.push(`rows, batches, versions, amount: ${state.join(" ")}`);
    }
    return isEmpty;
  }

  /** @param mayBe1018 the look was in a transaction that began before */
  fail(error: unknown, mayBe1018: boolean): void {
    const message = error instanceof Object && "message" in error ? String(error.message) : String(error);
    if (mayBe1018 && this.watched === "swap" && message.includes("1018")) this.errors1018++;
    else this.wrong.push(message);
  }
}

interface Progress {
  loaded: number;
  isDone: boolean;
}

const lookAt = async (session: Session, watched: Watched) =>
  ((await session.run(watched === "history" ? lookAtHistory : look)).result?.rows[0] ?? []).map(Number);

/** Looks again and again, each look a transaction of its own, and measures how long it sees nothing. */
async function watchAlone(session: Session, sights: Sights, progress: Progress): Promise<void> {
  let lastFull = performance.now();
  let wasEmpty = false;
  while (!progress.isDone) {
    try {
      const isEmpty = sights.add(await lookAt(session, sights.watched));
      const now = performance.now();
      if (wasEmpty && !isEmpty) sights.longestEmptyMs = Math.max(sights.longestEmptyMs, now - lastFull);
      if (!isEmpty) lastFull = now;
      wasEmpty = isEmpty;
    } catch (error) {
      sights.fail(error, false);
    }
  }
}

/**
 * Transactions whose snapshot is taken first and that read twice: both reads must be the same. Every second one waits
 * until a load has ended before it reads, as somebody does who first reads something else.
 */
async function watchInTransactions(session: Session, sights: Sights, progress: Progress): Promise<void> {
  for (let turn = 0; !progress.isDone; turn++) {
    await session.begin();
    try {
      const { loaded } = progress;
      do {
        await session.run("SELECT COUNT(*) FROM sluice.loads");
      } while (turn % 2 === 1 && progress.loaded === loaded && !progress.isDone);
      const states = [await lookAt(session, sights.watched), await lookAt(session, sights.watched)];
      for (const state of states) sights.add(state);
      if (String(states[0]) !== String(states[1])) sights.wrong.push(`one transaction saw ${states.join(" and ")}`);
      await session.commit();
    } catch (error) {
      sights.fail(error, true);
      await session.rollback();
    }
  }
}

/** Loads so many batches one after the other, the first before anybody reads, and tells what the readers saw. */
export async function watchLoads(warehouse: TestWarehouse, watched: Watched, loads: number): Promise<Sight> {
  const contract = watchedContract(watched);
  await reset(warehouse, contract);
  await warehouse.load(contract, watchedAttempt(1, watched));
  const sights = new Sights(watched);
  const progress: Progress = { loaded: 0, isDone: false };
  const readers = [watchAlone, watchAlone, watchInTransactions].map((watch) =>
    warehouse.as("sluice_reader", (session) => watch(session, sights, progress)),
  );
  try {
    for (let n = 2; n <= loads + 1; n++) {
      const outcome = await warehouse.load(contract, watchedAttempt(n, watched));
      if (outcome.outcome !== "done") sights.wrong.push(`load ${n}: ${JSON.stringify(outcome)}`);
      progress.loaded++;
    }
  } finally {
    progress.isDone = true;
    await Promise.all(readers);
  }
  const { reads, complete, empty, errors1018, wrong } = sights;
  const longestEmptyMs = Math.round(sights.longestEmptyMs);
  return { loads, reads, complete, empty, states: sights.states.size, errors1018, longestEmptyMs, wrong };
}
