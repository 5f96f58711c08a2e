import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Why a request is not let in: an HTTP status and a sentence. */
export interface Refused {
  readonly status: 401 | 403 | 415 | 421;
  readonly message: string;
}

export const tokenHeader = "x-sluice-token";

/** 256 bits; letters, digits, `-` and `_`, so that it stands in a URL's fragment as it is. */
export const makeToken = () => randomBytes(32).toString("base64url");

/** Compares in a time that does not tell how much of it was right, whatever the lengths. */
export function isToken(given: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text, "utf8").digest();
  return timingSafeEqual(digest(given), digest(token));
}

/**
 * Only the page itself may ask. A foreign page cannot name the right Host (a name that was rebound to this machine) or
 * Origin; another program of this machine does not know the token.
 */
export function whyRefused(request: IncomingMessage, port: number, token: string): Refused | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = request.headers;
  if (host === undefined || !hosts.includes(host)) {
    return {
      status: 421,
      message: "This console answers to 127.0.0.1 only. Use the address that the command printed.",
    };
  }
  const isWrite = request.method === "POST";
  if (origin === undefined ? isWrite : origin !== `http://${host}`) {
    return { status: 403, message: "Only the console's own page may ask this." };
  }
  if (!request.url?.startsWith("/api/")) return undefined;
  const given = request.headers[tokenHeader];
  if (typeof given !== "string" || !isToken(given, token)) {
    return {
      status: 401,
      message: "The token is missing or wrong. It stands in the address that the command printed.",
    };
  }
  // Another type could be sent by a form, without asking first.
  if (isWrite && request.headers["content-type"]?.split(";", 1)[0]?.trim() !== "application/json") {
    return { status: 415, message: "Send application/json." };
  }
  return undefined;
}
