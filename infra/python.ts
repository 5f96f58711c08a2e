import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { packageFolder } from "../package-folder.js";

/** The lists of packages that set-up installs. */
const lists = ["requirements.txt", "requirements-lambda-local.txt", "requirements-local.txt"] as const;

/** The folder of Sluice's Python environment: the repository's own .venv; for an installed package one of the user's cache. */
export function pythonFolder(): string {
  if (existsSync(join(packageFolder, "package-lock.json"))) return join(packageFolder, ".venv");
  return cachedPython(cacheFolder());
}

/** In a cache the environment is named by the packages in it: projects share it, and installing Sluice again leaves it. */
export function cachedPython(cache: string): string {
  const hash = createHash("sha256");
  for (const name of lists) hash.update(readFileSync(join(packageFolder, "glue-jobs", name)));
  return join(cache, `python-${hash.digest("hex").slice(0, 12)}`);
}

/** The interpreter of that environment; it may not be there yet. */
export const environmentPython = (folder = pythonFolder()) =>
  process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");

/** Whether the set-up has finished with that environment's packages. */
export const hasPython = (folder = pythonFolder()) => existsSync(join(folder, ".set-up"));

/** What is made once for all projects of a user. */
export function cacheFolder(): string {
  const { SLUICE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  return SLUICE_CACHE ?? join(XDG_CACHE_HOME ?? LOCALAPPDATA ?? join(homedir(), ".cache"), "sluice");
}
