import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";

/**
 * `npm run package`: packs Sluice, installs it into an empty folder outside the repository, and works there as a user does.
 * npm fetches packages, so it is no part of `npm test`. With SLUICE_PACKAGE=load it also loads the sample in the local
 * account; the first time that fetches PySpark.
 */
const asked = process.env.SLUICE_PACKAGE;
const whenAsked = asked === undefined ? describe.skip : describe;
const whenLoading = asked === "load" ? test : test.skip;

jest.setTimeout(1_800_000);

let folder: string;
let project: string;

function run(program: string, args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

const sluice = (...args: readonly string[]) => run("npx", ["sluice", ...args], project);

whenAsked("the package, in an empty folder", () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sluice-package-"));
    project = join(folder, "shop");
    mkdirSync(project);
    const tarball = run("npm", ["pack", "--silent", "--pack-destination", folder], process.cwd())
      .trim()
      .split("\n")
      .at(-1);
    run("npm", ["install", "--silent", join(folder, tarball ?? "")], project);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("has what it needs when it runs, and nothing that only developers need", () => {
    const own = join(project, "node_modules", "sluice");
    expect(readdirSync(own).sort()).toEqual(["LICENSE", "README.md", "bin", "dist", "docs", "package.json"]);
    for (const file of [
      "docs/runbook.md",
      "dist/contract/dataset.schema.json",
      "dist/glue-jobs/partition_to_parquet/job.py",
      "dist/glue-jobs/requirements-local.txt",
      "dist/local/glue/python/glue_runner/__main__.py",
      "dist/local/lambda/worker.js",
      "dist/sql/load/count_staged.sql",
      "dist/state-machines/load-partition.asl.json",
    ]) {
      expect([file, existsSync(join(own, file))]).toEqual([file, true]);
    }
    expect(existsSync(join(project, "node_modules", "tsx"))).toBe(false);
  });

  test("init, check and synth work", () => {
    expect(sluice("init", ".", "--yes")).toContain("sluice.yaml");
    expect(sluice("check")).toContain("no findings");
    const templates = sluice("synth").trim().split("\n");
    expect(templates.length).toBeGreaterThanOrEqual(2);
    for (const template of templates) expect(existsSync(template)).toBe(true);
  });

  test("its stacks are there for an app of one's own", () => {
    const program =
      'import { App } from "aws-cdk-lib"; import { addStacks, readProject } from "sluice"; const made = addStacks(new App(), readProject(".")); console.log(made.warehouse.stackName);';
    expect(run(process.execPath, ["--input-type=module", "-e", program], project)).toBe("shop-warehouse\n");
  });

  whenLoading("the sample loads in the local account", () => {
    const load = ["load", "orders", "samples/orders.csv", "--partition", "2026-11-22", "--local", "--json"];
    expect(JSON.parse(sluice(...load))).toMatchObject({ outcome: "loaded", counts: { read: 9, written: 8 } });
  });
});
