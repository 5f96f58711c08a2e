import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exportContracts } from "../../cli/exchange/export.js";
import { readSoundProject } from "../../contract/read.js";
import { conclude } from "../rounds.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const environment = join(here, ".venv");

/**
 * Whether dbt itself takes the sources that `sluice export --to dbt` writes, with warnings as errors, and finds a source for each dataset
 * and the tests of their columns. `npm run bench -- dbt [project]`; the first run installs dbt into an environment of its own.
 */
export async function dbt([folder = "examples/demo"]: readonly string[]): Promise<void> {
  if (!existsSync(join(environment, "bin", "dbt"))) install();
  const project = readSoundProject(folder);
  const files = await exportContracts(project, "dbt");
  const base = mkdtempSync(join(tmpdir(), "sluice-dbt-"));
  try {
    mkdirSync(join(base, "models"));
    writeFileSync(join(base, "dbt_project.yml"), 'name: exported\nversion: "1.0"\nprofile: exported\n');
    // No statement is sent: any adapter parses the same.
    writeFileSync(join(base, "profiles.yml"), "exported: { target: none, outputs: { none: { type: duckdb } } }\n");
    for (const { name, text } of files) writeFileSync(join(base, "models", name), text);
    run(base, "--warn-error", "parse");
    const sources = listed(run(base, "--quiet", "ls", "--resource-type", "source"), "source:");
    const tests = listed(run(base, "--quiet", "ls", "--resource-type", "test"), "exported.");
    console.log(`${sources.length} sources, ${tests.length} tests of dbt's own`);
    const met = sources.length === project.contracts.length && tests.length > 0;
    conclude({
      name: "dbt",
      ratio: sources.length / project.contracts.length,
      target: 1,
      met,
      runs: { sources, tests },
    });
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function install(): void {
  const pip = [join(environment, "bin", "pip"), "install", "--quiet", "--requirement", join(here, "requirements.txt")];
  for (const [program = "", ...args] of [["python3", "-m", "venv", environment], pip]) {
    if (spawnSync(program, args, { stdio: "inherit" }).status !== 0) throw new Error("dbt could not be installed");
  }
}

function run(base: string, ...args: readonly string[]): string {
  const command = ["--no-send-anonymous-usage-stats", ...args, "--project-dir", base, "--profiles-dir", base];
  const { status, stdout } = spawnSync(join(environment, "bin", "dbt"), command, { encoding: "utf8" });
  if (status !== 0) throw new Error(`dbt ${args.join(" ")} ended with ${status}:\n${stdout}`);
  return stdout;
}

const listed = (text: string, prefix: string) => text.split("\n").filter((line) => line.startsWith(prefix));
