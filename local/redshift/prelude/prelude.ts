import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL(".", import.meta.url);

/** The Redshift layer over PostgreSQL, in order: functions, recorded attributes, catalogue views. Each element is one
 * script; all may be run again over themselves. */
export function preludeStatements(): readonly string[] {
  return readdirSync(fileURLToPath(folder))
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => readFileSync(new URL(name, folder), "utf8"));
}
