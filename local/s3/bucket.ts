import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AwsError, type Clock, FileBody } from "../call/call.js";
import { BucketIndex, type Notification, newVersionId, type Version } from "./bucket-index.js";
import type { Digests } from "./checksums.js";
import { fileNameOf, folderOfKey } from "./keys.js";
import { type BucketSettings, notificationsFor } from "./notifications.js";

/** What is known of new bytes beside the bytes. */
export interface NewObject {
  readonly key: string;
  readonly digests: Pick<Digests, "md5" | "size"> & { readonly checksum: Version["checksum"] };
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly partSizes: readonly number[] | null;
  readonly etag: string;
  readonly event: string;
}

export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** One bucket on disk: `objects/` holds the bytes of each version in a file of its own, `index.jsonl` says which
 * versions there are. Bytes are in place before the index names them, and go after it has forgotten them. */
export class Bucket {
  #settings: BucketSettings;
  readonly folder: string;
  readonly index: BucketIndex;
  readonly #clock: Clock;
  readonly #notify: (notifications: readonly Notification[]) => void;

  constructor(
    folder: string,
    settings: BucketSettings,
    clock: Clock,
    notify: (notifications: readonly Notification[]) => void,
  ) {
    this.folder = folder;
    this.#settings = settings;
    this.#clock = clock;
    this.#notify = notify;
    mkdirSync(this.uploads, { recursive: true });
    this.index = new BucketIndex(join(folder, "index.jsonl"));
    this.#handOn(this.index.pending);
    this.index.compact();
  }

  get settings(): BucketSettings {
    return this.#settings;
  }

  /** What is put from now on is told by these. */
  setRules(rules: BucketSettings["rules"]): void {
    this.#settings = { ...this.#settings, rules };
  }

  /** Where parts of multipart uploads wait. */
  get uploads(): string {
    return join(this.folder, "uploads");
  }

  /** @throws AwsError PreconditionFailed, NoSuchKey as S3's conditional writes do. */
  checkConditions(key: string, conditions: Conditions): void {
    const current = this.index.current(key);
    if (conditions.ifNoneMatch !== undefined) {
      if (conditions.ifNoneMatch !== "*")
        throw new AwsError("NotImplemented", "If-None-Match of a write takes only *", { statusCode: 501 });
      if (current !== undefined) throw preconditionFailed("If-None-Match");
    }
    if (conditions.ifMatch === undefined) return;
    if (current === undefined) throw noSuchKey(key);
    if (conditions.ifMatch.replaceAll('"', "") !== current.etag) throw preconditionFailed("If-Match");
  }

  /** Takes the file at `source` as the newest version. `move`: the file is ours to take; otherwise it is copied. */
  async add(
    source: { readonly path: string; readonly move: boolean },
    object: NewObject,
    conditions: Conditions = {},
  ): Promise<Version> {
    const unique = newVersionId();
    const file = join("objects", folderOfKey(object.key), fileNameOf(object.key, unique));
    const target = join(this.folder, file);
    mkdirSync(dirname(target), { recursive: true });
    if (source.move) renameSync(source.path, target);
    else await copyWhole(source.path, target);
    try {
      this.checkConditions(object.key, conditions);
    } catch (error) {
      rmSync(target, { force: true });
      throw error;
    }
    const now = this.#clock.now();
    const version: Version = {
      key: object.key,
      id: this.settings.isVersioned ? unique : "null",
      file,
      size: object.digests.size,
      etag: object.etag,
      lastModified: Math.floor(now / 1000) * 1000,
      headers: { ...object.headers },
      metadata: { ...object.metadata },
      checksum: object.digests.checksum,
      partSizes: object.partSizes === null ? null : [...object.partSizes],
      sequencer: this.index.nextSequencer(now),
    };
    const replaced = this.#put(version, object.event);
    if (replaced?.file) rmSync(join(this.folder, replaced.file), { force: true });
    return version;
  }

  /** Without a version id: a delete marker, or in a bucket without versions the end of the object. With one: that
   * version goes for good. Returns what was removed or made; undefined when there was nothing. */
  remove(key: string, versionId: string | undefined): Version | undefined {
    if (versionId === undefined && this.settings.isVersioned) return this.#addDeleteMarker(key);
    const id = versionId ?? "null";
    const version = this.index.find(key, id);
    if (version === undefined) return undefined;
    const notifications = notificationsFor(
      this.settings,
      { ...version, sequencer: this.index.nextSequencer(this.#clock.now()) },
      "ObjectRemoved:Delete",
      this.#clock.now(),
    );
    this.index.remove(key, id, notifications);
    this.#handOn(notifications);
    if (version.file !== null) rmSync(join(this.folder, version.file), { force: true });
    return version;
  }

  body(version: Version, start = 0, end = version.size): FileBody {
    if (version.file === null) throw new Error(`${version.key} is a delete marker`);
    return new FileBody(join(this.folder, version.file), start, end);
  }

  /** A path for bytes that are not yet an object. */
  temporaryFile(): string {
    return join(this.uploads, `${randomBytes(12).toString("hex")}.tmp`);
  }

  #addDeleteMarker(key: string): Version {
    const now = this.#clock.now();
    const marker: Version = {
      key,
      id: newVersionId(),
      file: null,
      size: 0,
      etag: "",
      lastModified: Math.floor(now / 1000) * 1000,
      headers: {},
      metadata: {},
      checksum: null,
      partSizes: null,
      sequencer: this.index.nextSequencer(now),
    };
    this.#put(marker, "ObjectRemoved:DeleteMarkerCreated");
    return marker;
  }

  #put(version: Version, event: string): Version | undefined {
    const notifications = notificationsFor(this.settings, version, event, this.#clock.now());
    const replaced = this.index.put(version, notifications);
    this.#handOn(notifications);
    return replaced;
  }

  #handOn(notifications: readonly Notification[]): void {
    if (notifications.length === 0) return;
    this.#notify(notifications);
    this.index.notified(notifications.map(({ id }) => id));
  }
}

/** Copies by a hard link where the file system has them: versions are never written to, so one file may serve two. */
async function copyWhole(source: string, target: string): Promise<void> {
  try {
    linkSync(source, target);
  } catch {
    if (!existsSync(source)) throw new Error(`${source} is missing`);
    await copyFile(source, target);
  }
}

export function noSuchKey(key: string, members: Record<string, unknown> = {}): AwsError {
  return new AwsError("NoSuchKey", "The specified key does not exist.", {
    statusCode: 404,
    members: { Key: key, ...members },
  });
}

export function preconditionFailed(condition: string): AwsError {
  const text = "At least one of the pre-conditions you specified did not hold";
  return new AwsError("PreconditionFailed", text, { statusCode: 412, members: { Condition: condition } });
}
