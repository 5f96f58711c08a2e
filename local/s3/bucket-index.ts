import { randomBytes } from "node:crypto";
import { z } from "zod";
import { Journal } from "../persistence/journal.js";
import { compareKeys } from "./keys.js";

const Notification = z.object({ id: z.string(), target: z.string(), payload: z.string() });
export type Notification = Readonly<z.infer<typeof Notification>>;

const Version = z.object({
  key: z.string(),
  /** S3's version id; `null` (as a text) in a bucket without versions. */
  id: z.string(),
  /** Path of the bytes below the bucket's folder; null is a delete marker. */
  file: z.string().nullable(),
  size: z.number(),
  /** Without quotes. */
  etag: z.string(),
  /** Whole seconds, as S3 keeps it, in ms since 1970. */
  lastModified: z.number(),
  /** Response headers and the like, by their SDK names, e.g. `ContentType`. */
  headers: z.record(z.string(), z.string()),
  metadata: z.record(z.string(), z.string()),
  checksum: z.object({ member: z.string(), value: z.string(), type: z.enum(["FULL_OBJECT", "COMPOSITE"]) }).nullable(),
  partSizes: z.array(z.number()).nullable(),
  sequencer: z.string(),
});
export type Version = Readonly<z.infer<typeof Version>>;

const Entry = z.discriminatedUnion("do", [
  z.object({ do: z.literal("put"), version: Version, notify: z.array(Notification).optional() }),
  z.object({ do: z.literal("remove"), key: z.string(), id: z.string(), notify: z.array(Notification).optional() }),
  z.object({ do: z.literal("notified"), ids: z.array(z.string()) }),
]);
type Entry = z.infer<typeof Entry>;

/** Which versions a bucket has, newest first by key, and which notifications still have to be handed on. One journal
 * line holds a change and its notifications, so that a kill leaves both or neither. */
export class BucketIndex {
  readonly #journal: Journal<Entry>;
  readonly #versions = new Map<string, Version[]>();
  readonly #pending = new Map<string, Notification>();
  /** All keys in S3's order; made at the first listing, kept in order from then on. */
  #sortedKeys: string[] | undefined;
  #lastSequencer = 0n;

  constructor(path: string) {
    this.#journal = Journal.open(path, Entry.parse, (entry) => this.#apply(entry));
  }

  get pending(): readonly Notification[] {
    return [...this.#pending.values()];
  }

  /** All keys that have a version, in S3's order. */
  keys(): readonly string[] {
    this.#sortedKeys ??= [...this.#versions.keys()].sort(compareKeys);
    return this.#sortedKeys;
  }

  /** Newest first. */
  versionsOf(key: string): readonly Version[] {
    return this.#versions.get(key) ?? [];
  }

  /** The newest version unless it is a delete marker. */
  current(key: string): Version | undefined {
    const newest = this.#versions.get(key)?.[0];
    return newest?.file === null ? undefined : newest;
  }

  find(key: string, id: string): Version | undefined {
    return this.#versions.get(key)?.find((version) => version.id === id);
  }

  /** Adds a version as the newest; one with the id `null` takes the place of the older `null`, which is returned. */
  put(version: Version, notify: readonly Notification[]): Version | undefined {
    const replaced = version.id === "null" ? this.find(version.key, "null") : undefined;
    this.#record({ do: "put", version, ...(notify.length > 0 ? { notify: [...notify] } : {}) });
    return replaced;
  }

  remove(key: string, id: string, notify: readonly Notification[]): void {
    this.#record({ do: "remove", key, id, ...(notify.length > 0 ? { notify: [...notify] } : {}) });
  }

  /** The notifications are in the hands of a queue on disk. */
  notified(ids: readonly string[]): void {
    if (ids.length > 0) this.#record({ do: "notified", ids: [...ids] });
  }

  /** Rises with every event of the bucket (F1.2 asks it of events of one key only); hex, as S3 has it. */
  nextSequencer(now: number): string {
    const candidate = BigInt(now) * 1_000_000n;
    this.#lastSequencer = candidate > this.#lastSequencer ? candidate : this.#lastSequencer + 1n;
    return this.#lastSequencer.toString(16).toUpperCase().padStart(18, "0");
  }

  /** Writes the journal anew when more than half of it is history. Only while nothing is pending. */
  compact(): void {
    const versions = [...this.#versions.values()];
    const count = versions.reduce((sum, list) => sum + list.length, 0);
    if (this.#pending.size > 0 || this.#journal.length < 2 * count + 100) return;
    this.#journal.compact(
      versions.flatMap((list) => [...list].reverse().map((version) => ({ do: "put" as const, version }))),
    );
  }

  close(): void {
    this.#journal.close();
  }

  #record(entry: Entry): void {
    this.#journal.append(entry);
    this.#apply(entry);
  }

  #apply(entry: Entry): void {
    if (entry.do === "notified") {
      for (const id of entry.ids) this.#pending.delete(id);
      return;
    }
    for (const notification of entry.notify ?? []) this.#pending.set(notification.id, notification);
    if (entry.do === "put") {
      const { version } = entry;
      const older = this.versionsOf(version.key).filter((other) => version.id !== "null" || other.id !== "null");
      if (!this.#versions.has(version.key))
        this.#sortedKeys?.splice(placeOf(this.#sortedKeys, version.key), 0, version.key);
      this.#versions.set(version.key, [version, ...older]);
      const sequencer = BigInt(`0x${version.sequencer}`);
      if (sequencer > this.#lastSequencer) this.#lastSequencer = sequencer;
      return;
    }
    const left = this.versionsOf(entry.key).filter((version) => version.id !== entry.id);
    if (left.length > 0) {
      this.#versions.set(entry.key, left);
      return;
    }
    if (!this.#versions.delete(entry.key)) return;
    this.#sortedKeys?.splice(placeOf(this.#sortedKeys, entry.key), 1);
  }
}

/** Where a key is in sorted keys, or belongs. */
export function placeOf(sorted: readonly string[], key: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(sorted[middle] ?? "", key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** 32 characters that say nothing, as S3's. */
export function newVersionId(): string {
  return randomBytes(24).toString("base64url").replaceAll("-", "_").slice(0, 32);
}
