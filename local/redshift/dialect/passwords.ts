import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { RedshiftError } from "./errors.js";

const PLAIN = /^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)[\x21-\x7e]{8,64}$/;

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function md5(text: string): string {
  return `md5${createHash("md5").update(text).digest("hex")}`;
}

/** What is kept of the text after PASSWORD: `md5…` and `sha256|digest|salt` as they are, a plain one as a hash.
 * @throws RedshiftError for a plain one that Redshift does not take. */
export function passwordHash(given: string): string {
  if (/^md5[0-9a-f]{32}$/.test(given)) return given;
  if (/^sha256\|[0-9a-f]{64}(\|.*)?$/.test(given)) return given;
  const offered = /^sha256\|(.+)$/.exec(given)?.[1] ?? given;
  if (!PLAIN.test(offered)) {
    throw new RedshiftError(
      "password must be 8 to 64 characters in length and contain at least one uppercase letter, one lowercase letter and one number",
    );
  }
  const salt = randomBytes(16).toString("hex");
  return `sha256|${sha256(offered + salt)}|${salt}`;
}

/** Whether a password belongs to what is kept of a user's. */
export function isPasswordOf(user: string, password: string, hash: string): boolean {
  const [kind, digest = "", salt = ""] = hash.split("|");
  const expected = Buffer.from(kind === "sha256" ? digest : hash);
  const found = Buffer.from(kind === "sha256" ? sha256(password + salt) : md5(password + user));
  return expected.length === found.length && timingSafeEqual(expected, found);
}
