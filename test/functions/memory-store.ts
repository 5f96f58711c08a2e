import {
  isNullVersion,
  type ObjectStore,
  type StoredObject,
  type StoredVersion,
  type WriteCondition,
} from "../../functions/shared/object-store.js";

interface Version extends StoredObject {
  readonly content: Uint8Array;
  readonly isDeleted: boolean;
}

/** Versioned buckets in memory, but for those in `unversioned`; keeps every call as `verb key` in `calls`. */
export class MemoryStore implements ObjectStore {
  readonly calls: string[] = [];
  /** Called before each call; a test may change the bucket in between. */
  before: (call: string) => void = () => {};
  readonly unversioned = new Set<string>();
  readonly #objects = new Map<string, Version[]>();
  #count = 0;

  put(
    bucket: string,
    key: string,
    text: string | Uint8Array,
    lastModified = new Date("2026-11-22T06:15:00Z"),
    versionId: string | null = this.unversioned.has(bucket) ? null : `v${this.#count + 1}`,
  ): StoredObject {
    this.#count++;
    const content = typeof text === "string" ? new TextEncoder().encode(text) : text;
    const object = {
      content,
      contentLength: content.length,
      etag: `"etag-${this.#count}"`,
      versionId,
      lastModified,
      isDeleted: false,
    };
    this.#add(bucket, key, object);
    return object;
  }

  /** Leaves a delete marker, as a removal does in a versioned bucket. */
  markDeleted(bucket: string, key: string, lastModified: Date): void {
    this.#count++;
    const nothing = { content: new Uint8Array(), contentLength: 0, etag: "", versionId: `v${this.#count}` };
    this.#add(bucket, key, { ...nothing, lastModified, isDeleted: true });
  }

  text(bucket: string, key: string): string | undefined {
    const content = this.#present(bucket, key)?.content;
    return content === undefined ? undefined : new TextDecoder().decode(content);
  }

  /** What a version holds. */
  textOf(bucket: string, key: string, versionId: string | null): string {
    const versions = this.#objects.get(`${bucket}/${key}`) ?? [];
    return new TextDecoder().decode(versions.find((version) => version.versionId === versionId)?.content);
  }

  keys(bucket: string, prefix = ""): string[] {
    return [...this.#objects.entries()]
      .filter(([place, [newest]]) => place.startsWith(`${bucket}/${prefix}`) && newest?.isDeleted === false)
      .map(([place]) => place.slice(bucket.length + 1))
      .sort();
  }

  async head(bucket: string, key: string, versionId?: string | null) {
    this.#record("head", key);
    const versions = this.#objects.get(`${bucket}/${key}`) ?? [];
    return versionId
      ? versions.find((version) => version.versionId === versionId && !version.isDeleted)
      : this.#present(bucket, key);
  }

  async read(bucket: string, key: string, versionId?: string | null) {
    this.#record("read", key);
    const versions = this.#objects.get(`${bucket}/${key}`) ?? [];
    return versionId ? versions.find((version) => version.versionId === versionId) : this.#present(bucket, key);
  }

  async readPart(
    bucket: string,
    key: string,
    versionId: string | null,
    { from, bytes }: { readonly from: number; readonly bytes: number },
  ) {
    return (await this.read(bucket, key, versionId))?.content.subarray(from, from + bytes);
  }

  async writeJson(bucket: string, key: string, value: unknown, condition?: WriteCondition) {
    this.#record("write", key);
    const present = this.#present(bucket, key);
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
      const newest = this.#present(bucket, key);
      if (newest !== undefined) yield { key, ...newest };
    }
  }

  async *versions(bucket: string, key: string): AsyncGenerator<StoredVersion> {
    this.#record("versions", key);
    for (const version of this.#objects.get(`${bucket}/${key}`) ?? []) {
      // What S3's list says of an object that no version of its bucket names.
      const versionId = version.versionId ?? "null";
      yield version.isDeleted
        ? { isDeleted: true, versionId, lastModified: version.lastModified }
        : { ...version, versionId, isDeleted: false };
    }
  }

  async *inFolder(bucket: string, folder: string) {
    this.#record("list", folder);
    for (const key of this.keys(bucket, folder)) {
      const newest = this.#present(bucket, key);
      if (newest !== undefined && !key.slice(folder.length).includes("/")) yield { key, ...newest };
    }
  }

  async *versionsUnder(bucket: string, prefix: string) {
    this.#record("versions", prefix);
    const places = [...this.#objects.keys()].filter((place) => place.startsWith(`${bucket}/${prefix}`)).sort();
    for (const place of places) {
      for (const version of this.#objects.get(place) ?? []) {
        const versionId = version.versionId ?? "null";
        const key = place.slice(bucket.length + 1);
        yield version.isDeleted
          ? { key, version: { isDeleted: true as const, versionId, lastModified: version.lastModified } }
          : { key, version: { ...version, versionId, isDeleted: false as const } };
      }
    }
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

  #present(bucket: string, key: string): Version | undefined {
    const newest = this.#objects.get(`${bucket}/${key}`)?.[0];
    return newest?.isDeleted ? undefined : newest;
  }

  #add(bucket: string, key: string, version: Version): void {
    const kept = this.#objects.get(`${bucket}/${key}`) ?? [];
    const isReplaced = (old: Version) => isNullVersion(version.versionId) && isNullVersion(old.versionId);
    this.#objects.set(`${bucket}/${key}`, [version, ...kept.filter((old) => !isReplaced(old))]);
  }

  #record(verb: string, key: string): void {
    const call = `${verb} ${key}`;
    this.calls.push(call);
    this.before(call);
  }
}
