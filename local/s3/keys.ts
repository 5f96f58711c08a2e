import { createHash } from "node:crypto";
import { extname } from "node:path";
import { AwsError } from "../call/call.js";

const LONGEST_KEY_BYTES = 1024;
const LONGEST_NAME = 120;

/** @throws AwsError KeyTooLongError, InvalidURI as S3 has them. */
export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) throw new AwsError("KeyTooLongError", "Your key is too long");
  if (key.length === 0) throw new AwsError("InvalidRequest", "A key must be specified");
}

/** S3 lists keys in the order of their UTF-8 bytes, which is not the order of JavaScript's strings beyond U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return utf8Rank(left) - utf8Rank(right);
  }
  return a.length - b.length;
}

function utf8Rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** The folder of a key under the bucket's `objects` folder: readable, legal on every file system, free of characters
 * that mean something to globs. Two keys may share a folder; the files in it have unique names. */
export function folderOfKey(key: string): string {
  const parts = key.split("/").slice(0, -1).map(safeName);
  return parts.join("/").length > 600 ? hash(key) : parts.join("/");
}

/** A file name for one version of a key: its own name and suffix as far as they are safe, and the unique id. */
export function fileNameOf(key: string, id: string): string {
  const last = key.split("/").at(-1) ?? "";
  const suffix = /^\.[A-Za-z0-9]{1,16}$/.test(extname(last)) ? extname(last) : "";
  const stem = safeName(suffix === "" ? last : last.slice(0, -suffix.length)).slice(0, 80);
  return `${stem}@${id}${suffix}`;
}

function safeName(part: string): string {
  const safe = encodeURIComponent(part)
    .replaceAll("~", "%7E")
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%", "~");
  if (/^\.*$/.test(safe)) return `~dots${safe.length}`;
  return safe.length > LONGEST_NAME ? `${safe.slice(0, 60)}~${hash(part).slice(0, 32)}` : safe;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Form-URL-encoding as S3 uses it in notifications and under `encoding-type=url`: blank is `+`, a slash stays (F1.3). */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/");
}
