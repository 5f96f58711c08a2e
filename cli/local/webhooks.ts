import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { SoundProject } from "../../contract/read.js";
import { createClients } from "../account/clients.js";
import type { Running } from "./running.js";

/** What the local account itself puts into the secret of a webhook; its port is another at each start. */
const ownValue = /^http:\/\/127\.0\.0\.1:\d+\/_webhooks\//;

/**
 * Gives the secrets of webhooks an address at which the local account keeps what would have been sent. A URL that somebody
 * put there stays: then messages go there.
 */
export async function giveWebhooks({ project }: SoundProject, account: Running): Promise<void> {
  const secretArns = new Set(project.notices.flatMap(({ to }) => to.slack_webhook_secret ?? to.url_secret ?? []));
  if (secretArns.size === 0) return;
  const { secrets } = createClients({ region: account.region, local: account });
  for (const SecretId of secretArns) {
    if (!ownValue.test(await currentUrl(secrets, SecretId))) continue;
    const name = encodeURIComponent(SecretId.split(":secret:").at(-1)?.slice(0, -7) ?? SecretId);
    const SecretString = `${account.endpoint}/_webhooks/${name}`;
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  }
}

/** A secret without a value is ours to fill. */
async function currentUrl(secrets: SecretsManagerClient, SecretId: string): Promise<string> {
  try {
    return (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? "";
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return "http://127.0.0.1:0/_webhooks/";
    throw error;
  }
}
