import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** What a finished step leaves behind, so that it is not done again: a text that says what it was done for. */
export const readStamp = (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);

export function writeStamp(path, text) {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

export const removeStamp = (path) => rmSync(path, { force: true });

/** A digest of files' contents and of texts. */
export function digest({ files, texts }) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  for (const text of texts) hash.update(`\0${text}`);
  return hash.digest("hex");
}
