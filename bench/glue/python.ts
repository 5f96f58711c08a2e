import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A benchmark that is one Python script: its output is shown, its last line is the result. Reported, without a target. */
export function pythonBenchmark(script: string): (args: readonly string[]) => Promise<void> {
  return async (args) => {
    const child = spawn(".venv/bin/python", [script, ...args], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    const [code] = await once(child, "close");
    process.exitCode = code === 0 ? 0 : 1;
  };
}
