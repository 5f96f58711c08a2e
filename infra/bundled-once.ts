import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../package-folder.js";
import { cacheFolder } from "./python.js";

/** What functions are made of, beside packages: those follow from the lock file. */
const rooms = ["contract", "functions", "planning", "run-folder", "schedule", "sql", "state-machines"] as const;
const others = ["infra/bundle.ts", "package-lock.json"] as const;

const oldMs = 24 * 60 * 60 * 1000;

/**
 * A folder with the functions' code, from the user's cache where it was made of the same sources before: bundling is a quarter
 * of a synthesis in the repository.
 * @param bundle writes into a folder, and says what it read
 */
export function bundledOnce(bundle: (folder: string) => readonly string[]): string {
  const cache = cacheFolder();
  const folder = join(cache, `functions-${digestOfSources()}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, "functions-making-"));
  const stranger = bundle(making).find((file) => !isCounted(file));
  if (stranger !== undefined) throw new Error(`a function imports ${stranger}, whose changes bundledOnce does not see`);
  try {
    renameSync(making, folder);
  } catch (error) {
    // Another process was faster.
    rmSync(making, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  removeOld(cache, folder);
  return folder;
}

const isCounted = (file: string) =>
  file.startsWith("node_modules/") || file === "package-folder.ts" || rooms.some((room) => file.startsWith(`${room}/`));

function digestOfSources(): string {
  const hash = createHash("sha256").update(process.versions.node);
  const sources = rooms.flatMap((room) =>
    readdirSync(join(packageFolder, room), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|json)$/.test(name))
      .toSorted()
      .map((name) => join(room, name)),
  );
  for (const file of [...others, "package-folder.ts", ...sources])
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(packageFolder, file)))
      .update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** Sources change often while somebody works on them. */
function removeOld(cache: string, kept: string): void {
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name);
    if (!name.startsWith("functions-") || folder === kept || Date.now() - statSync(folder).mtimeMs < oldMs) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}
