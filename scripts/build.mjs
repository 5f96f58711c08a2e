// Makes dist/, what a package holds beside bin/ and docs/: the TypeScript compiled, and every other file of these folders
// where the code looks for it. `npm pack` calls it. Types are checked by `npm run lint`.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const output = join(root, "dist");

const FOLDERS = [
  "console",
  "contract",
  "run-folder",
  "planning",
  "functions",
  "state-machines",
  "sql",
  "infra",
  "local",
  "cli",
  "glue-jobs",
  "scripts/set-up",
];
const FILES = ["scripts/set-up.mjs"];

/** esbuild bundles these when they are needed, and takes them as they are. */
const isBundledLater = (path) => /[/\\]functions[/\\][^/\\]+[/\\]handler\.ts$|[/\\]console[/\\]page[/\\]/.test(path);
const isTest = (path) => relative(root, path).startsWith(join("local", "test"));
const isShipped = (path) =>
  !isTest(path) &&
  (isBundledLater(path) || (!/(\.ts|\.pyc)$/.test(path) && !["__pycache__", ".DS_Store"].includes(basename(path))));

function main() {
  rmSync(output, { recursive: true, force: true });
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], {
    cwd: root,
    // What npm pack prints on stdout is the package's name.
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) return 1;
  for (const name of [...FOLDERS, ...FILES]) {
    cpSync(join(root, name), join(output, name), { recursive: true, filter: isShipped });
  }
  return 0;
}

process.exitCode = main();
