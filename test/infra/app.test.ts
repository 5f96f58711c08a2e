import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { packageFolder } from "../../package-folder.js";
import { soundProject, writeProject } from "../contract/projects.js";

/** As the CDK CLI runs it: the context of `-c` and the assembly's folder come by the environment. */
test("the app that reads the context leaves the stacks in the assembly", () => {
  const project = writeProject(soundProject);
  const outdir = mkdtempSync(join(tmpdir(), "sluice-assembly-"));
  const { SLUICE_PROJECT: _, ...environment } = process.env;
  execFileSync(process.execPath, ["--import", "tsx", join(packageFolder, "infra", "app.ts")], {
    cwd: packageFolder,
    env: { ...environment, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ project }), CDK_VALIDATION: "false" },
  });
  const manifest: unknown = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
  expect(manifest).toHaveProperty("artifacts.shop-warehouse.type", "aws:cloudformation:stack");
  expect(manifest).toHaveProperty("artifacts.shop-web.dependencies", expect.arrayContaining(["shop-warehouse"]));
  for (const made of [project, outdir]) rmSync(made, { recursive: true, force: true });
});
