import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../call/call.js";
import { Journal } from "./journal.js";

const Entry = z.discriminatedUnion("do", [
  z.object({ do: z.literal("add"), id: z.string(), at: z.number(), item: z.unknown() }),
  z.object({ do: z.literal("retry"), id: z.string(), attempts: z.number(), notBefore: z.number() }),
  z.object({ do: z.literal("done"), id: z.string() }),
]);
type Entry = z.infer<typeof Entry>;

/** One thing to be delivered, at least once. */
export interface Delivery<Item> {
  readonly id: string;
  readonly item: Item;
  /** When it was put in, ms since 1970. */
  readonly at: number;
  /** How often it was tried and failed. */
  readonly attempts: number;
}

/** What became of an attempt; `later` waits on the clock. */
export type Outcome =
  | { readonly outcome: "done" }
  | { readonly outcome: "later"; readonly waitMs: number; readonly countsAsAttempt: boolean };

const COMPACT_AFTER = 1000;

/** A deliverer decides for itself about errors; one that throws is asked again. */
const AFTER_A_FAULT: Outcome = { outcome: "later", waitMs: 1000, countsAsAttempt: true };

/** A queue on disk: what `push` returned from is handed to `deliver` until it says done, also after kill -9. Items are
 * delivered beside each other, in no promised order. */
export class DeliveryQueue<Item> {
  readonly #journal: Journal<Entry>;
  readonly #clock: Clock;
  readonly #deliver: (delivery: Delivery<Item>) => Promise<Outcome>;
  readonly #waiting = new Map<string, { delivery: Delivery<Item>; notBefore: number }>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #isStarted = false;

  constructor(options: {
    readonly path: string;
    readonly clock: Clock;
    readonly parse: (item: unknown) => Item;
    readonly deliver: (delivery: Delivery<Item>) => Promise<Outcome>;
  }) {
    this.#clock = options.clock;
    this.#deliver = options.deliver;
    this.#journal = Journal.open(options.path, Entry.parse, (entry) => {
      if (entry.do === "done") this.#waiting.delete(entry.id);
      if (entry.do === "add") {
        const delivery = { id: entry.id, item: options.parse(entry.item), at: entry.at, attempts: 0 };
        this.#waiting.set(entry.id, { delivery, notBefore: entry.at });
      }
      const known = entry.do === "retry" ? this.#waiting.get(entry.id) : undefined;
      if (entry.do === "retry" && known !== undefined) {
        const delivery = { ...known.delivery, attempts: entry.attempts };
        this.#waiting.set(entry.id, { delivery, notBefore: entry.notBefore });
      }
    });
    this.#compact();
  }

  /** How many items are not done. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Takes an item for good: on disk when this returns. The same `id` twice is one item while the first is not done. */
  push(item: Item, id: string = randomUUID()): void {
    if (this.#waiting.has(id)) return;
    const at = this.#clock.now();
    this.#journal.append({ do: "add", id, at, item });
    this.#waiting.set(id, { delivery: { id, item, at, attempts: 0 }, notBefore: at });
    if (this.#isStarted) this.#run(id);
  }

  /** Takes several items in one write: a kill leaves all of them or none. */
  pushAll(items: readonly Item[]): void {
    const at = this.#clock.now();
    const deliveries = items.map((item) => ({ id: randomUUID(), item, at, attempts: 0 }));
    this.#journal.append(...deliveries.map(({ id, item }) => ({ do: "add" as const, id, at, item })));
    for (const delivery of deliveries) this.#waiting.set(delivery.id, { delivery, notBefore: at });
    if (this.#isStarted) for (const { id } of deliveries) this.#run(id);
  }

  start(): void {
    this.#isStarted = true;
    for (const id of [...this.#waiting.keys()]) this.#run(id);
  }

  /** Waits until nothing is under way or due; what waits for a later time is left alone. */
  async settled(): Promise<void> {
    while (this.isBusy() && this.#running.size > 0) await Promise.race([...this.#running]);
  }

  /** Whether something is under way or due. */
  isBusy(): boolean {
    return [...this.#waiting.values()].some(({ notBefore }) => notBefore <= this.#clock.now());
  }

  /** Waits for the attempts under way; what is left stays on disk. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#stopping.abort(new Error("the local account is closing"));
    await Promise.allSettled([...this.#running]);
    this.#journal.close();
  }

  #run(id: string): void {
    const attempt = this.#attempt(id).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) throw error;
    });
    this.#running.add(attempt);
    void attempt.finally(() => this.#running.delete(attempt));
  }

  async #attempt(id: string): Promise<void> {
    for (;;) {
      const entry = this.#waiting.get(id);
      if (entry === undefined) return;
      const waitMs = entry.notBefore - this.#clock.now();
      if (waitMs > 0) await this.#clock.sleep(waitMs, this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      const release = this.#clock.hold?.();
      try {
        const outcome = await this.#deliver(entry.delivery).catch(() => AFTER_A_FAULT);
        this.#settle(id, entry.delivery, outcome);
      } finally {
        release?.();
      }
    }
  }

  #settle(id: string, delivery: Delivery<Item>, outcome: Outcome): void {
    if (outcome.outcome === "done") {
      this.#journal.append({ do: "done", id });
      this.#waiting.delete(id);
      if (this.#journal.length > COMPACT_AFTER && this.#waiting.size < COMPACT_AFTER / 4) this.#compact();
      return;
    }
    const attempts = delivery.attempts + (outcome.countsAsAttempt ? 1 : 0);
    const notBefore = this.#clock.now() + outcome.waitMs;
    this.#journal.append({ do: "retry", id, attempts, notBefore });
    this.#waiting.set(id, { delivery: { ...delivery, attempts }, notBefore });
  }

  #compact(): void {
    this.#journal.compact(
      [...this.#waiting.values()].flatMap(({ delivery, notBefore }) => [
        { do: "add", id: delivery.id, at: delivery.at, item: delivery.item } as const,
        { do: "retry", id: delivery.id, attempts: delivery.attempts, notBefore } as const,
      ]),
    );
  }
}
