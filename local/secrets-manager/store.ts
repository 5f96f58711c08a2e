import { z } from "zod";
import { readJsonFile, writeFileWhole } from "../persistence/files.js";

const Version = z.object({
  id: z.string(),
  text: z.string().nullable(),
  /** Base64. */
  binary: z.string().nullable(),
  createdAt: z.number(),
  stages: z.array(z.string()),
});
export type SecretVersion = Readonly<z.infer<typeof Version>>;

const Stored = z.object({
  arn: z.string(),
  name: z.string(),
  description: z.string(),
  createdAt: z.number(),
  changedAt: z.number(),
  /** Newest first. */
  versions: z.array(Version),
});
export type StoredSecret = Readonly<z.infer<typeof Stored>>;

/** All secrets in one file that only its owner can read. Values are made once and kept. */
export class SecretStore {
  readonly #path: string;
  readonly #secrets: Map<string, StoredSecret>;

  constructor(path: string) {
    this.#path = path;
    const secrets = z.array(Stored).parse(readJsonFile(path) ?? []);
    this.#secrets = new Map(secrets.map((secret) => [secret.arn, secret]));
  }

  all(): readonly StoredSecret[] {
    return [...this.#secrets.values()];
  }

  /** By ARN, ARN without its suffix, or name. */
  find(id: string): StoredSecret | undefined {
    return this.#secrets.get(id) ?? this.all().find((secret) => secret.name === id || secret.arn.slice(0, -7) === id);
  }

  save(secret: StoredSecret): void {
    this.#secrets.set(secret.arn, secret);
    writeFileWhole(this.#path, JSON.stringify(this.all(), null, 1), 0o600);
  }
}

/** Puts a version in, or moves its stages there; a stage is on one version only, and AWSPREVIOUS follows AWSCURRENT. */
export function withStages(
  secret: StoredSecret,
  versionId: string,
  stages: readonly string[],
  now: number,
): StoredSecret {
  const current = secret.versions.find((version) => version.stages.includes("AWSCURRENT"));
  const takesCurrent = stages.includes("AWSCURRENT") && current !== undefined && current.id !== versionId;
  const versions = secret.versions.map((version) => {
    const kept = version.stages.filter(
      (stage) => !stages.includes(stage) && !(takesCurrent && stage === "AWSPREVIOUS"),
    );
    if (version.id === versionId) return { ...version, stages: [...kept, ...stages] };
    return { ...version, stages: takesCurrent && version.id === current.id ? [...kept, "AWSPREVIOUS"] : kept };
  });
  return { ...secret, changedAt: now, versions };
}
