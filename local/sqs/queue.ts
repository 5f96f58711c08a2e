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

export interface Received {
  readonly message: Message;
  readonly receipt: string;
  readonly count: number;
}

export function md5(content: string | Uint8Array): string {
  return createHash("md5").update(content).digest("hex");
}

/** One standard queue on disk. Who has received what is forgotten at a restart: then all is visible again. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly visibilitySeconds: number;
  readonly #journal: Journal<Entry>;
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();

  constructor(
    path: string,
    names: { readonly name: string; readonly arn: string },
    visibilitySeconds: number,
    clock: Clock,
  ) {
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

  receive(most: number, visibilitySeconds: number): readonly Received[] {
    const now = this.#clock.now();
    const visible = [...this.#held.values()].filter((held) => held.visibleAt <= now).slice(0, most);
    return visible.map((held) => {
      held.visibleAt = now + visibilitySeconds * 1000;
      held.receipt = randomUUID();
      held.received += 1;
      return { message: held.message, receipt: held.receipt, count: held.received };
    });
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

  close(): void {
    this.#journal.close();
  }

  #hold(message: Message, visibleAt: number): void {
    this.#held.set(message.id, { message, visibleAt, receipt: undefined, received: 0 });
  }
}
