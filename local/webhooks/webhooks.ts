import { appendFileSync, mkdirSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";

/** Where the endpoint takes messages that would leave the account by HTTP; whoever has a URL below it needs no signature. */
export const webhookPath = "/_webhooks/";

/** A message that would have left the account. */
export interface Sent {
  /** A topic's ARN, or the name of a webhook. */
  readonly to: string;
  readonly subject: string | null;
  readonly text: string;
}

const largestBytes = 1024 * 1024;

/** Keeps what is posted to a webhook of the account in `webhooks/messages.jsonl`. @returns the status of the answer */
export async function takeWebhook(request: IncomingMessage, stateFolder: string, tell: (sent: Sent) => void) {
  const name = decodeURIComponent((request.url ?? "").slice(webhookPath.length).split("?", 1)[0] ?? "");
  if (name === "") return 404;
  if (request.method !== "POST") return 405;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > largestBytes) return 413;
    chunks.push(bytes);
  }
  const body = readJson(Buffer.concat(chunks).toString("utf8"));
  mkdirSync(join(stateFolder, "webhooks"), { recursive: true });
  const line = JSON.stringify({ at: new Date().toISOString(), webhook: name, body });
  appendFileSync(join(stateFolder, "webhooks", "messages.jsonl"), `${line}\n`);
  const text = typeof body === "object" && body !== null && "text" in body ? String(body.text) : JSON.stringify(body);
  const subject = typeof body === "object" && body !== null && "subject" in body ? String(body.subject) : null;
  tell({ to: name, subject, text });
  return 200;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
