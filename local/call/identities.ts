import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { readJsonFile, writeFileWhole } from "../persistence/files.js";
import { AwsError, type Credentials, type Principal } from "./call.js";

const Stored = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  roles: z.record(
    z.string(),
    z.object({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string() }),
  ),
});
type Stored = z.infer<typeof Stored>;

interface Identity {
  readonly credentials: Credentials;
  readonly principal: Principal;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Who may call: the account's root user, and each role of the templates. Keys are made once and kept in a file that
 * only its owner can read. */
export class Identities {
  readonly #byKey = new Map<string, Identity>();
  readonly #byRole = new Map<string, Identity>();
  readonly credentials: Credentials;
  readonly #accountId: string;

  constructor(path: string, accountId: string, roleArns: readonly string[]) {
    this.#accountId = accountId;
    const value = readJsonFile(path);
    const known = value === undefined ? undefined : Stored.parse(value);
    const stored: Stored = {
      accessKeyId: known?.accessKeyId ?? accessKeyId("AKIA"),
      secretAccessKey: known?.secretAccessKey ?? randomBytes(30).toString("base64"),
      roles: Object.fromEntries(roleArns.map((arn) => [arn, known?.roles[arn] ?? newSession()])),
    };
    writeFileWhole(path, `${JSON.stringify(stored, null, 2)}\n`, 0o600);
    this.credentials = { accessKeyId: stored.accessKeyId, secretAccessKey: stored.secretAccessKey };
    const root: Principal = { arn: `arn:aws:iam::${accountId}:root`, accountId, kind: "root" };
    this.#byKey.set(stored.accessKeyId, { credentials: this.credentials, principal: root });
    for (const [arn, credentials] of Object.entries(stored.roles)) {
      const identity: Identity = { credentials, principal: { arn, accountId, kind: "role" } };
      this.#byKey.set(credentials.accessKeyId, identity);
      this.#byRole.set(arn, identity);
    }
  }

  ofKey(key: string): Identity | undefined {
    return this.#byKey.get(key);
  }

  /** @throws AwsError when no template has the role */
  ofRole(arn: string): Identity {
    const identity = this.#byRole.get(arn);
    if (identity !== undefined) return identity;
    throw new AwsError("NoSuchEntity", `The role ${arn} is in none of the templates of this local account`, {
      statusCode: 404,
    });
  }

  /** Whether a principal is this account's root user, a role of the templates, or a service, also for a resource of another account. */
  isKnown(principal: Principal): boolean {
    if (principal.kind === "service") return true;
    if (principal.accountId !== this.#accountId) return false;
    return principal.kind !== "role" || this.#byRole.has(principal.arn);
  }
}

function accessKeyId(prefix: string): string {
  return prefix + [...randomBytes(16)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
}

function newSession(): { accessKeyId: string; secretAccessKey: string; sessionToken: string } {
  const seed = randomBytes(32);
  return {
    accessKeyId: accessKeyId("ASIA"),
    secretAccessKey: randomBytes(30).toString("base64"),
    sessionToken: createHash("sha512").update(seed).digest("base64"),
  };
}
