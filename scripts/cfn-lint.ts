import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { synthesize } from "../infra/synthesize.js";
import { writeProject } from "../test/contract/projects.js";
import { shop } from "../test/infra/shop-project.js";
import { insisting } from "../test/infra/stacks/insisting.js";
import { existingWorkgroup } from "../test/infra/warehouses.js";

/**
 * `npm run cfn-lint`: the templates of the demo, of a project with a schedule and the Lambda, of one with everything that a
 * company sets, and of one on a workgroup of Serverless. A finding fails it; what cfn-lint is mistaken about is said in
 * infra/cfn-lint.ts. The linter comes from PyPI once, into node_modules/.cache.
 */

const version = "1.58.0";
const root = fileURLToPath(new URL("..", import.meta.url));
const environment = join(root, "node_modules", ".cache", `cfn-lint-${version}`);
const bin = (name: string) => join(environment, process.platform === "win32" ? "Scripts" : "bin", name);

if (!existsSync(bin("cfn-lint"))) {
  console.error(`fetching cfn-lint ${version}`);
  execFileSync("python3", ["-m", "venv", environment], { stdio: ["ignore", 2, 2] });
  execFileSync(bin("pip"), ["install", "--quiet", "--disable-pip-version-check", `cfn-lint==${version}`], {
    stdio: ["ignore", 2, 2],
  });
}

const { "sluice.yaml": _, ...datasets } = shop;
const projects = {
  shop: writeProject(shop),
  company: writeProject(insisting),
  serverless: writeProject({ ...datasets, "sluice.yaml": existingWorkgroup }),
};
const out = mkdtempSync(join(tmpdir(), "sluice-cfn-lint-"));
try {
  const folders = Object.entries({ demo: join(root, "examples", "demo"), ...projects }).map(([name, folder]) => {
    const assembly = join(out, name);
    synthesize(folder, assembly, { validate: false, wheels: false });
    return assembly;
  });
  const templates = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".template.json"))
      .map((name) => join(folder, name)),
  );
  const { status } = spawnSync(bin("cfn-lint"), ["--regions", "eu-west-1", "--", ...templates], { stdio: "inherit" });
  console.log(`${templates.length} templates, ${status === 0 ? "no findings" : "with findings"}`);
  process.exitCode = status ?? 1;
} finally {
  for (const folder of [out, ...Object.values(projects)]) rmSync(folder, { recursive: true, force: true });
}
