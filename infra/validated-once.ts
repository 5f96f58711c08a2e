import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "./python.js";

/**
 * Validates templates unless these very texts were found sound before, by the same version of the CDK: its validation takes two
 * thirds of a synthesis. Templates with findings are validated each time, so that the findings are told each time.
 * @param templates their texts
 * @param validate whether nothing was found; throws what the CDK throws
 */
export function validatedOnce(templates: readonly string[], validate: () => boolean): void {
  const cache = cacheFolder();
  const note = join(cache, `sound-${digestOf(templates)}`);
  if (existsSync(note)) return;
  if (!validate()) return;
  mkdirSync(cache, { recursive: true });
  writeFileSync(note, "");
}

function digestOf(templates: readonly string[]): string {
  const manifest = createRequire(import.meta.url).resolve("aws-cdk-lib/package.json");
  const hash = createHash("sha256").update(readFileSync(manifest));
  for (const template of templates) hash.update("\0").update(template);
  return hash.digest("hex").slice(0, 32);
}
