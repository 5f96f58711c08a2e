import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { protectionSecretName } from "../../contract/layout.js";
import { needsKey, worthlessKey } from "../../contract/protection-file.js";
import type { SoundProject } from "../../contract/read.js";
import { createClients } from "../account/clients.js";
import { stateFolder } from "../project/project.js";
import type { Running } from "./running.js";

/**
 * Puts the key of `protect: hash` into the local account's secret: `protection.local_key`, or one that is worth nothing. So hashes are
 * the same on every machine, whose tests can name them. A key that somebody puts there later stays, until the declared one changes.
 */
export async function giveKey({ folder, project, contracts }: SoundProject, account: Running): Promise<void> {
  if (!needsKey(contracts)) return;
  const { key, local_key: SecretString = worthlessKey } = project.protection;
  const SecretId = key === "create" ? protectionSecretName(project.name) : key;
  const mark = join(stateFolder(folder), "protection-key");
  const digest = createHash("sha256")
    .update(JSON.stringify([SecretId, SecretString]))
    .digest("hex");
  if (existsSync(mark) && readFileSync(mark, "utf8") === digest) return;
  const { secrets } = createClients({ region: account.region, local: account });
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  writeFileSync(mark, digest);
}
