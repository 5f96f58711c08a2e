import type { Contract } from "../../../contract/contract.js";
import { batchId, placeOf } from "../../../contract/layout.js";
import type { Session } from "../../../local/redshift/session/session.js";
import { contractOf } from "../fixture.js";
import { reset } from "./disorder.js";
import type { Attempt, TestWarehouse } from "./test-warehouse.js";

/** Readers on other connections while loads run: is what they see complete at every moment? */

export type Watched = "merge" | "delete_insert" | "append" | "replace" | "truncate" | "swap";
export const watchedModes = ["merge", "delete_insert", "append", "replace", "truncate", "swap"] as const;

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
  const isUpsert = watched === "merge" || watched === "delete_insert";
  return contractOf({
    table: { name: "sales.orders", distribution: "even" },
    load: isUpsert ? { mode: "upsert", key: ["id"], order_by: "version", strategy: watched } : { mode: watched },
  });
};

/** The n-th batch: every key once, all of version n, amounts that add up to `amountOf(n)`. */
export function watchedAttempt(n: number): Attempt {
  const partition = new Date(Date.UTC(2026, 10, 22, n)).toISOString().slice(0, 13);
  const id = batchId("orders", partition, "manifest.json");
  const revision = "20261231T060000Z-0000-1a2b3c4d";
  return {
    batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) },
    rows: Array.from({ length: rowsALoad }, (_, i) => [`k${i}`, n, i + n, `load ${n}`]),
    execution: `load-${n}`,
  };
}

const amountOf = (n: number) => (rowsALoad * (rowsALoad - 1)) / 2 + rowsALoad * n;

export const look =
  "SELECT COUNT(*), COUNT(DISTINCT sluice_batch), MIN(version), MAX(version), CAST(SUM(amount) AS bigint) FROM sales.orders";

/** One batch whole; by append the first n batches whole. The rows, batches, versions and amounts must all agree. */
function isComplete(watched: Watched, [rows = -1, batches, least = 0, greatest = 0, amount]: readonly number[]) {
  if (watched !== "append") {
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
  readonly #watched: Watched;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** @returns whether the table was empty */
  add(state: readonly number[]): boolean {
    this.reads++;
    const isEmpty = state[0] === 0;
    if (isEmpty) this.empty++;
    if (isComplete(this.#watched, state)) {
      this.complete++;
      this.states.add(state.join(" "));
    } else if (!(isEmpty && this.#watched === "truncate")) {
      this.wrong.push(`rows, batches, versions, amount: ${state.join(" ")}`);
    }
    return isEmpty;
  }

  /** @param mayBe1018 the look was in a transaction that began before */
  fail(error: unknown, mayBe1018: boolean): void {
    const message = error instanceof Object && "message" in error ? String(error.message) : String(error);
    if (mayBe1018 && this.#watched === "swap" && message.includes("1018")) this.errors1018++;
    else this.wrong.push(message);
  }
}

interface Progress {
  loaded: number;
  isDone: boolean;
}

const lookAt = async (session: Session) => ((await session.run(look)).result?.rows[0] ?? []).map(Number);

/** Looks again and again, each look a transaction of its own, and measures how long it sees nothing. */
async function watchAlone(session: Session, sights: Sights, progress: Progress): Promise<void> {
  let lastFull = performance.now();
  let wasEmpty = false;
  while (!progress.isDone) {
    try {
      const isEmpty = sights.add(await lookAt(session));
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
      const states = [await lookAt(session), await lookAt(session)];
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
  await warehouse.load(contract, watchedAttempt(1));
  const sights = new Sights(watched);
  const progress: Progress = { loaded: 0, isDone: false };
  const readers = [watchAlone, watchAlone, watchInTransactions].map((watch) =>
    warehouse.as("sluice_reader", (session) => watch(session, sights, progress)),
  );
  try {
    for (let n = 2; n <= loads + 1; n++) {
      const outcome = await warehouse.load(contract, watchedAttempt(n));
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
