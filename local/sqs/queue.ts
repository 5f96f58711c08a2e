import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../call/call.js";
import { Journal } from "../persistence/journal.js";

const Message = z.object({
  id: z.string(),
  at: z.number(),
  body: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  sender: z.string(),
});
type Message = z.infer<typeof Message>;

const Entry = z.discriminatedUnion("do", [
  z.object({ do: z.literal("send"), message: Message }),
  z.object({ do: z.literal("delete"), id: z.string() }),
]);
type Entry = z.infer<typeof Entry>;

interface Held {
  readonly message: Message;
  visibleAt: number;
  receipt: string | undefined;
  received: number;
}

/** Where a message goes that was received too often. */
export interface Redrive {
  readonly deadLetterArn: string;
  readonly maxReceiveCount: number;
}

export interface Received {
  readonly message: Message;
  readonly receipt: string;
  readonly count: number;
}

interface ReceiveLimit {
  readonly maxReceiveCount?: number;
  readonly giveUp?: (message: Message, received: number) => void;
}

export function md5(content: string | Uint8Array): string {
  return createHash("md5").update(content).digest("hex");
}

/** One standard queue on disk. Who has received what is forgotten at a restart: then all is visible again. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly visibilitySeconds: number;
  readonly redrive: Redrive | undefined;
  readonly #journal: Journal<Entry>;
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  /** Those who wait for a message to be visible. */
  readonly #watchers = new Set<() => void>();

  constructor(
    path: string,
    names: { readonly name: string; readonly arn: string },
    visibilitySeconds: number,
    clock: Clock,
    redrive?: Redrive,
  ) {
    this.redrive = redrive;
    this.name = names.name;
    this.arn = names.arn;
    this.visibilitySeconds = visibilitySeconds;
    this.#clock = clock;
    this.#journal = Journal.open(path, Entry.parse, (entry) => {
      if (entry.do === "send") this.#hold(entry.message, 0);
      else this.#held.delete(entry.id);
    });
    this.#journal.compact([...this.#held.values()].map(({ message }) => ({ do: "send" as const, message })));
  }

  send(body: string, attributes: Readonly<Record<string, unknown>>, sender: string, delaySeconds: number): string {
    const message: Message = { id: randomUUID(), at: this.#clock.now(), body, attributes, sender };
    this.#journal.append({ do: "send", message });
    this.#hold(message, this.#clock.now() + delaySeconds * 1000);
    return message.id;
  }

  /** @param giveUp takes a message that was received as often as the queue's redrive policy lets it be */
  receive(
    most: number,
    visibilitySeconds: number,
    { maxReceiveCount = Number.POSITIVE_INFINITY, giveUp = () => {} }: ReceiveLimit = {},
  ): readonly Received[] {
    const now = this.#clock.now();
    const due = [...this.#held.values()].filter((held) => held.visibleAt <= now);
    for (const { message, received } of due.filter((held) => held.received >= maxReceiveCount)) {
      giveUp(message, received);
      this.#journal.append({ do: "delete", id: message.id });
      this.#held.delete(message.id);
    }
    const visible = due.filter((held) => held.received < maxReceiveCount).slice(0, most);
    return visible.map((held) => {
      held.visibleAt = now + visibilitySeconds * 1000;
      held.receipt = randomUUID();
      held.received += 1;
      return { message: held.message, receipt: held.receipt, count: held.received };
    });
  }

  /** Takes over a message that another queue gave up, as it was sent. */
  take(message: Message): void {
    this.#journal.append({ do: "send", message });
    this.#hold(message, this.#clock.now());
  }

  /** Says whether the receipt is one of a message that is still there. */
  delete(receipt: string): boolean {
    const held = [...this.#held.values()].find((each) => each.receipt === receipt);
    if (held === undefined) return false;
    this.#journal.append({ do: "delete", id: held.message.id });
    return this.#held.delete(held.message.id);
  }

  counts(): { readonly visible: number; readonly hidden: number } {
    const now = this.#clock.now();
    const visible = [...this.#held.values()].filter((held) => held.visibleAt <= now).length;
    return { visible, hidden: this.#held.size - visible };
  }

  /** Resolves when a message can be received, or when the signal is aborted. */
  async visible(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.counts().visible === 0) {
      const stop = new AbortController();
      const ended = AbortSignal.any([signal, stop.signal]);
      const next = Math.min(...[...this.#held.values()].map(({ visibleAt }) => visibleAt));
      const sent = new Promise<void>((resolve) => {
        const watcher = () => resolve();
        this.#watchers.add(watcher);
        ended.addEventListener("abort", () => {
          this.#watchers.delete(watcher);
          resolve();
        });
      });
      const due = Number.isFinite(next)
        ? [this.#clock.sleep(next - this.#clock.now(), ended).catch(() => undefined)]
        : [];
      await Promise.race([sent, ...due]);
      stop.abort();
    }
  }

  close(): void {
    this.#journal.close();
  }

  #hold(message: Message, visibleAt: number): void {
    this.#held.set(message.id, { message, visibleAt, receipt: undefined, received: 0 });
    for (const watcher of [...this.#watchers]) watcher();
  }
}
