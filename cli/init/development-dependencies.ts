import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { packageFolder } from "../../package-folder.js";
import { UsageWrong } from "../output/exit-codes.js";

const names = z.record(z.string(), z.string());
const Own = z.object({ version: z.string(), peerDependencies: names });
const Theirs = z.looseObject({
  dependencies: names.optional(),
  devDependencies: names.optional(),
  peerDependencies: names.optional(),
});

/**
 * Adds to a project's package.json what it needs to be deployed and to load locally: Sluice itself, the CDK, and the local
 * account. What it has already stays as it is.
 * @returns what was added, by name. @throws UsageWrong for a package.json that npm would not read either
 */
export function addDevelopmentDependencies(folder: string, name: string): readonly string[] {
  const own = Own.parse(JSON.parse(readFileSync(join(packageFolder, "..", "package.json"), "utf8")));
  const file = join(folder, "package.json");
  const theirs = existsSync(file) ? read(file) : { name, private: true };
  const present = { ...theirs.dependencies, ...theirs.devDependencies, ...theirs.peerDependencies };
  const missing = Object.entries({ sluice: `^${own.version}`, ...own.peerDependencies }).filter(
    ([each]) => present[each] === undefined,
  );
  if (missing.length === 0) return [];
  const devDependencies = Object.fromEntries(
    [...Object.entries(theirs.devDependencies ?? {}), ...missing].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  writeFileSync(file, `${JSON.stringify({ ...theirs, devDependencies }, null, 2)}\n`);
  return missing.map(([each]) => each);
}

function read(file: string): z.infer<typeof Theirs> {
  try {
    return Theirs.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new UsageWrong(`${file} is not a valid package.json (${error}). Correct it, then add Sluice to it.`);
  }
}
