import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../package-folder.js";

/** Of this package, wherever it is installed. */
export function version(): string {
  const folders = [packageFolder, join(packageFolder, "..")];
  const file = folders.map((folder) => join(folder, "package.json")).find((path) => existsSync(path));
  return file === undefined ? "unknown" : versionIn(readFileSync(file, "utf8"));
}

const versionIn = (text: string) => /"version": "([^"]+)"/.exec(text)?.[1] ?? "unknown";
