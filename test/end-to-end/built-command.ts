import { spawnSync } from "node:child_process";
import { cpSync, existsSync, lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cachedPython } from "../../infra/python.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Beside the installed packages: the command is not in the repository there, but finds what it imports. */
const folder = join(root, "node_modules", ".cache", "package");

/** The command as the package holds it, which `npm test` has built before (SLUICE_BUILT); a suite by itself builds it.
 * @returns its program, and the environment in which it finds the Python of the repository */
export function builtCommand(): { readonly program: string; readonly environment: NodeJS.ProcessEnv } {
  if (process.env.SLUICE_BUILT === undefined || !existsSync(join(root, "dist", "command.js"))) {
    const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts", "build.mjs")], { encoding: "utf8" });
    if (status !== 0) throw new Error(`the packages could not be built:\n${stderr}`);
  }
  const cache = join(folder, "cache");
  cpSync(join(root, "bin"), join(folder, "bin"), { recursive: true });
  link(join(root, "dist"), join(folder, "dist"));
  link(join(root, ".venv"), cachedPython(cache));
  return { program: join(folder, "bin", "sluice.js"), environment: { ...process.env, SLUICE_CACHE: cache } };
}

/** Suites that run side by side make the same. */
function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    symlinkSync(target, path);
  } catch (error) {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) throw error;
  }
}
