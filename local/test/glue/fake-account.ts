import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Account,
  AwsError,
  type Call,
  type Clock,
  type EmittedEvent,
  FileBody,
  type ResolvedResource,
  type ServiceBody,
  type Shape,
} from "../../call/call.js";
import { clockAt } from "../../call/clock.js";

export const ROLE = "arn:aws:iam::000000000000:role/job-role";

interface StoredObject {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
}

/** An account with nothing but templates' resources and a folder of objects, for the tests of one service. */
export class FakeAccount implements Account {
  readonly clock: Clock;
  readonly stateFolder: string;
  readonly region = "eu-west-1";
  readonly accountId = "000000000000";
  readonly partition = "aws";
  readonly endpoint = "http://127.0.0.1:1";
  readonly resources: ResolvedResource[] = [];
  readonly events: EmittedEvent[] = [];
  readonly calls: Call[] = [];
  readonly assets = new Map<string, string>();
  /** Who answers calls of Glue's. */
  glue: ServiceBody | undefined;
  readonly #objects = new Map<string, StoredObject>();

  constructor(folder: string, clock: Clock = clockAt("instant")) {
    this.stateFolder = join(folder, "state");
    this.clock = clock;
    mkdirSync(join(folder, "objects"), { recursive: true });
    this.#objectFolder = join(folder, "objects");
  }

  readonly #objectFolder: string;
  #puts = 1_700_000_000_000;

  addResource(type: string, ref: string, properties: Shape): void {
    this.resources.push({ stack: "Test", logicalId: ref, type, properties, ref, attributes: {} });
  }

  /** `key` with its bucket in front: `bucket/key`. */
  putObject(key: string, content: string | Uint8Array): void {
    const bytes = Buffer.from(content);
    const path = join(this.#objectFolder, createHash("sha256").update(key).digest("hex"));
    writeFileSync(path, bytes);
    const etag = createHash("md5").update(bytes).digest("hex");
    this.#objects.set(key, { path, size: bytes.length, etag, lastModified: new Date(this.#puts++) });
  }

  deleteObject(key: string): void {
    this.#objects.delete(key);
  }

  objectKeys(): readonly string[] {
    return [...this.#objects.keys()].sort();
  }

  async call(call: Call): Promise<Shape> {
    this.calls.push(call);
    const operation = call.service === "glue" ? this.glue?.operations[call.operation] : undefined;
    if (operation !== undefined) return operation(call.input, { principal: call.principal });
    const { Bucket, Key, Prefix = "" } = call.input;
    if (call.operation === "DeleteObject") {
      this.#objects.delete(`${Bucket}/${Key}`);
      return {};
    }
    if (call.operation === "GetObject") {
      const object = this.#objects.get(`${Bucket}/${Key}`);
      if (object === undefined) throw new AwsError("NoSuchKey", "The specified key does not exist.");
      return { Body: new FileBody(object.path, 0, object.size), ETag: object.etag };
    }
    if (call.operation === "ListObjectsV2") {
      const keys = this.objectKeys().filter((key) => key.startsWith(`${Bucket}/${Prefix}`));
      const Contents = keys.map((key) => ({
        Key: key.slice(`${Bucket}/`.length),
        Size: this.#objects.get(key)?.size,
        ETag: this.#objects.get(key)?.etag,
        LastModified: this.#objects.get(key)?.lastModified,
      }));
      return { Contents, IsTruncated: false };
    }
    throw new Error(`nobody foresaw ${call.service} ${call.operation}`);
  }

  resourcesOf(type: string): readonly ResolvedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  asset(bucket: string, key: string) {
    const path = this.assets.get(`${bucket}/${key}`);
    return path === undefined ? undefined : { path, packaging: "file" as const };
  }

  rolePrincipal(roleArn: string) {
    return { arn: roleArn, accountId: this.accountId, kind: "role" as const };
  }

  roleCredentials(roleArn: string) {
    return { accessKeyId: `KEY-${roleArn.split("/").at(-1)}`, secretAccessKey: "secret" };
  }

  roleEnvironment(roleArn: string) {
    return {
      AWS_ACCESS_KEY_ID: this.roleCredentials(roleArn).accessKeyId,
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_REGION: this.region,
      AWS_ENDPOINT_URL: this.endpoint,
    };
  }

  async emit(event: EmittedEvent): Promise<void> {
    this.events.push(event);
  }
}
