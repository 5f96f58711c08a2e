import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { z } from "zod";

/**
 * `npm run package`: packs Sluice, installs it into an empty folder outside the repository, and works there as a user does.
 * npm and pip fetch packages, so it is no part of `npm test`.
 */
jest.setTimeout(1_800_000);

const Manifest = z.looseObject({ devDependencies: z.record(z.string(), z.string()) });
const app = `import { App } from "aws-cdk-lib";
import { addStacks, readProject } from "sluice";
const made = addStacks(new App(), readProject("."));
console.log(made.warehouse.stackName);
`;

let folder: string;
let project: string;

function run(program: string, args: readonly string[], cwd: string) {
  // A Python environment of its own, as on a machine that has never seen Sluice.
  const env = { ...process.env, SLUICE_CACHE: join(folder, "cache") };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** What the files of a folder take. */
function megabytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 1e6;
}

/** Packs a package of the repository. @returns the tarball */
function pack(place: string): string {
  const output = run("npm", ["pack", "--silent", "--pack-destination", folder], place);
  return join(folder, output.trim().split("\n").at(-1) ?? "");
}

const sluice = (...args: readonly string[]) => run("npx", ["sluice", ...args], project);

describe("the package, in an empty folder", () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sluice-package-"));
    project = join(folder, "shop");
    mkdirSync(project);
    run("npm", ["install", "--silent", "--omit=peer", pack(".")], project);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("has what it needs when it runs, and nothing that only developers need", () => {
    const own = join(project, "node_modules", "sluice");
    expect(readdirSync(own).sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "bin",
      "dist",
      "docs",
      "package.json",
    ]);
    for (const file of [
      "docs/runbook.md",
      "dist/contract/dataset.schema.json",
      "dist/glue-jobs/partition_to_parquet/job.py",
      "dist/glue-jobs/requirements-local.txt",
      "dist/THIRD-PARTY-LICENSES.txt",
      "dist/console/page/page.js",
      "dist/functions/plan-load/handler.mjs",
      "dist/sql/load/count_staged.sql",
      "dist/state-machines/load-partition.asl.json",
    ]) {
      expect([file, existsSync(join(own, file))]).toEqual([file, true]);
    }
    const installed = readdirSync(join(project, "node_modules"));
    expect(installed.filter((name) => /^(tsx|esbuild|@aws-sdk|aws-cdk|local-account)$/.test(name))).toEqual([]);
    expect(megabytes(join(project, "node_modules"))).toBeLessThan(90);
  });

  test("init adds what a project needs beside it; without the local account a command says how to install it", () => {
    expect(sluice("init", ".", "--yes")).toContain("package.json");
    const { status, stderr } = spawnSync("npx", ["sluice", "status", "--local"], { cwd: project, encoding: "utf8" });
    expect(stderr).toContain("npm install --save-dev local-account");
    expect(status).toBe(1);
    // The registry does not have it before its first release.
    const file = join(project, "package.json");
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(
      /"devDependencies": \{\s+"aws-cdk": .*\s+"aws-cdk-lib": .*\s+"constructs": .*\s+"local-account": /,
    );
    writeFileSync(file, text.replace(/("local-account": )".*"/, `$1${JSON.stringify(`file:${pack("local")}`)}`));
    run("npm", ["install", "--silent"], project);
  });

  test("check and synth work", () => {
    expect(sluice("check")).toContain("no findings");
    const templates = sluice("synth").trim().split("\n");
    expect(templates.length).toBeGreaterThanOrEqual(2);
    for (const template of templates) expect(existsSync(template)).toBe(true);
  });

  test("its stacks are there for an app of one's own", () => {
    expect(run(process.execPath, ["--input-type=module", "-e", app], project)).toBe("shop-warehouse\n");
  });

  test("its types are whole for an app in TypeScript, checked with those of all that it imports", () => {
    const { devDependencies } = Manifest.parse(JSON.parse(readFileSync("package.json", "utf8")));
    const tools = ["typescript", "@types/node"].map((name) => `${name}@${devDependencies[name]}`);
    run("npm", ["install", "--silent", "--no-save", ...tools], project);
    writeFileSync(join(project, "app.ts"), app);
    const options = ["--strict", "--noEmit", "--skipLibCheck", "false", "--types", "node"];
    run("npx", ["tsc", "--target", "es2023", "--module", "nodenext", ...options, "app.ts"], project);
    writeFileSync(join(project, "wrong.ts"), `${app}made.warehouse.stackNam;\n`);
    expect(() => run("npx", ["tsc", "--module", "nodenext", ...options, "wrong.ts"], project)).toThrow("stackNam");
  });

  test("the sample loads in the local account", () => {
    const load = ["load", "orders", "samples/orders.csv", "--partition", "2026-11-22", "--local", "--json"];
    expect(JSON.parse(sluice(...load))).toMatchObject({ outcome: "loaded", counts: { read: 9, written: 8 } });
  });
});
