import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Account, AwsError, type Shape } from "../../call/call.js";
import { awaited } from "../../call/clock.js";
import { optionalDate, optionalNumber, optionalText, requiredText } from "../../call/input.js";
import { readJsonFile, writeFileWhole } from "../../persistence/files.js";
import type { WorkgroupDefinition } from "./workgroup.js";

const Snapshot = z.object({
  name: z.string(),
  id: z.string(),
  namespace: z.string(),
  createdAt: z.number(),
  /** Undefined: for ever. */
  retentionDays: z.number().optional(),
});
type Snapshot = z.infer<typeof Snapshot>;

/** How long a snapshot is CREATING. */
const CREATING_MS = 30_000;
const MS_A_DAY = 24 * 3600 * 1000;
const MAX_DAYS = 3653;
const MAX_PAGE = 100;

const invalid = (message: string) => new AwsError("ValidationException", message);

/** Snapshots of namespaces, in one file; those whose time is over are gone. */
export class ServerlessSnapshots {
  readonly #path: string;
  readonly #account: Pick<Account, "clock" | "region" | "accountId">;
  readonly #namespaces: ReadonlyMap<string, WorkgroupDefinition>;
  #all: readonly Snapshot[];

  constructor(
    path: string,
    account: Pick<Account, "clock" | "region" | "accountId">,
    namespaces: ReadonlyMap<string, WorkgroupDefinition>,
  ) {
    this.#path = path;
    this.#account = account;
    this.#namespaces = namespaces;
    const stored = readJsonFile(path);
    this.#all = stored === undefined ? [] : z.array(Snapshot).parse(stored);
  }

  /** @throws AwsError ResourceNotFoundException, ConflictException, ValidationException (D5.5) */
  create(input: Shape): Shape {
    const [namespace, name] = [requiredText(input, "namespaceName"), requiredText(input, "snapshotName")];
    if (!this.#namespaces.has(namespace))
      throw new AwsError("ResourceNotFoundException", `Namespace ${namespace} does not exist.`);
    if (!/^[a-z](-?[a-z0-9])*$/.test(name) || name.length > 255)
      throw invalid("The snapshot name must be lower-case letters, digits and single hyphens, a letter first.");
    const retentionDays = optionalNumber(input, "retentionPeriod");
    const isPeriod = retentionDays === undefined || (Number.isInteger(retentionDays) && retentionDays >= -1);
    if (!isPeriod || retentionDays === 0 || (retentionDays ?? 1) > MAX_DAYS)
      throw invalid(`The retention period must be -1 or between 1 and ${MAX_DAYS}.`);
    if (this.#present().some((each) => each.name === name))
      throw new AwsError("ConflictException", `Snapshot ${name} already exists.`);
    const forEver = retentionDays === undefined || retentionDays === -1;
    const snapshot: Snapshot = {
      name,
      id: randomUUID(),
      namespace,
      createdAt: this.#account.clock.now(),
      ...(!forEver && { retentionDays }),
    };
    this.#save([...this.#present(), snapshot]);
    return { snapshot: this.#describe(snapshot) };
  }

  /** @throws AwsError ResourceNotFoundException */
  get(input: Shape): Shape {
    const name = requiredText(input, "snapshotName");
    const found = this.#present().find((each) => each.name === name);
    if (found === undefined) throw new AwsError("ResourceNotFoundException", `Snapshot ${name} does not exist.`);
    return { snapshot: this.#describe(found) };
  }

  /** The token is the number of those that came before. */
  list(input: Shape): Shape {
    const namespace = optionalText(input, "namespaceName");
    const [since, until] = [optionalDate(input, "startTime")?.getTime(), optionalDate(input, "endTime")?.getTime()];
    const size = optionalNumber(input, "maxResults") ?? MAX_PAGE;
    const from = Number(optionalText(input, "nextToken") ?? 0);
    if (size < 1 || size > MAX_PAGE) throw invalid(`maxResults must be between 1 and ${MAX_PAGE}.`);
    if (!Number.isInteger(from) || from < 0) throw invalid("nextToken is not valid.");
    const found = this.#present().filter(
      (each) =>
        (namespace === undefined || each.namespace === namespace) &&
        (since === undefined || each.createdAt >= since) &&
        (until === undefined || each.createdAt <= until),
    );
    const isMore = from + size < found.length;
    return {
      snapshots: found.slice(from, from + size).map((each) => this.#describe(each)),
      ...(isMore && { nextToken: String(from + size) }),
    };
  }

  #present(): readonly Snapshot[] {
    const now = this.#account.clock.now();
    return this.#all.filter(
      ({ retentionDays, createdAt }) => retentionDays === undefined || createdAt + retentionDays * MS_A_DAY >= now,
    );
  }

  #describe({ name, id, namespace, createdAt, retentionDays }: Snapshot): Shape {
    const { clock, region, accountId } = this.#account;
    const madeAt = createdAt + awaited(clock, CREATING_MS);
    const isMade = clock.now() >= madeAt;
    return {
      snapshotName: name,
      snapshotArn: `arn:aws:redshift-serverless:${region}:${accountId}:snapshot/${id}`,
      namespaceName: namespace,
      namespaceArn: this.#namespaces.get(namespace)?.namespaceArn,
      snapshotCreateTime: new Date(createdAt),
      status: isMade ? "AVAILABLE" : "CREATING",
      ownerAccount: accountId,
      snapshotRetentionPeriod: retentionDays ?? -1,
      estimatedSecondsToCompletion: isMade ? 0 : Math.ceil((madeAt - clock.now()) / 1000),
    };
  }

  #save(all: readonly Snapshot[]): void {
    this.#all = all;
    writeFileWhole(this.#path, JSON.stringify(all));
  }
}
