import type { ObjectStore, StoredObject, WriteCondition } from "../../functions/shared/object-store.js";

interface Version extends StoredObject {
  readonly content: Uint8Array;
}

/** A versioned bucket in memory; keeps every call as `verb key` in `calls`. */
export class MemoryStore implements ObjectStore {
  readonly calls: string[] = [];
  /** Called before each call; a test may change the bucket in between. */
  before: (call: string) => void = () => {};
  readonly #objects = new Map<string, Version[]>();
  #count = 0;

  put(bucket: string, key: string, text: string, lastModified = new Date("2026-11-22T06:15:00Z")): StoredObject {
    this.#count++;
    const content = new TextEncoder().encode(text);
    const object = {
      content,
      contentLength: content.length,
      etag: `"etag-${this.#count}"`,
      versionId: `v${this.#count}`,
      lastModified,
    };
    this.#versions(bucket, key).unshift(object);
    return object;
  }

  text(bucket: string, key: string): string | undefined {
    const content = this.#objects.get(`${bucket}/${key}`)?.[0]?.content;
    return content === undefined ? undefined : new TextDecoder().decode(content);
  }

  keys(bucket: string, prefix = ""): string[] {
    return [...this.#objects.entries()]
      .filter(([place, versions]) => place.startsWith(`${bucket}/${prefix}`) && versions.length > 0)
      .map(([place]) => place.slice(bucket.length + 1))
      .sort();
  }

  async head(bucket: string, key: string) {
    this.#record("head", key);
    return this.#objects.get(`${bucket}/${key}`)?.[0];
  }

  async read(bucket: string, key: string, versionId?: string | null) {
    this.#record("read", key);
    const versions = this.#objects.get(`${bucket}/${key}`) ?? [];
    return versionId ? versions.find((version) => version.versionId === versionId) : versions[0];
  }

  async writeJson(bucket: string, key: string, value: unknown, condition?: WriteCondition) {
    this.#record("write", key);
    const present = this.#objects.get(`${bucket}/${key}`)?.[0];
    if (condition !== undefined) {
      const holds = "ifMatch" in condition ? present?.etag === condition.ifMatch : present === undefined;
      if (!holds) return false;
    }
    this.put(bucket, key, JSON.stringify(value));
    return true;
  }

  async list(bucket: string, prefix: string) {
    this.#record("list", prefix);
    return this.keys(bucket, prefix);
  }

  async *objects(bucket: string, prefix: string) {
    this.#record("list", prefix);
    for (const key of this.keys(bucket, prefix)) {
      const [newest] = this.#versions(bucket, key);
      if (newest !== undefined) yield { key, ...newest };
    }
  }

  async *versions(bucket: string, key: string) {
    yield* this.#objects.get(`${bucket}/${key}`) ?? [];
  }

  async copy(bucket: string, from: string, to: string) {
    this.#record("copy", to);
    const text = this.text(bucket, from);
    if (text === undefined) throw new Error(`nothing to copy at ${from}`);
    this.put(bucket, to, text);
  }

  async remove(bucket: string, keys: readonly string[]) {
    for (const key of keys) {
      this.#record("remove", key);
      this.#objects.delete(`${bucket}/${key}`);
    }
  }

  #versions(bucket: string, key: string): Version[] {
    const place = `${bucket}/${key}`;
    const versions = this.#objects.get(place) ?? [];
    this.#objects.set(place, versions);
    return versions;
  }

  #record(verb: string, key: string): void {
    const call = `${verb} ${key}`;
    this.calls.push(call);
    this.before(call);
  }
}
