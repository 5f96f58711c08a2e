import { randomBytes } from "node:crypto";

/** A task token names its execution, so that it finds its way after a restart. */
export function makeToken(executionArn: string): string {
  return `${Buffer.from(executionArn).toString("base64url")}.${randomBytes(24).toString("base64url")}`;
}

/** The execution that a token belongs to; undefined: it is none of ours. */
export function executionOfToken(token: string): string | undefined {
  const match = /^([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]{32}$/.exec(token);
  const arn = match?.[1] === undefined ? "" : Buffer.from(match[1], "base64url").toString("utf8");
  return arn.startsWith("arn:") && arn.includes(":execution:") ? arn : undefined;
}
