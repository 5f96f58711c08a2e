// `npm run try-demo`: runs the demo as a person does, and looks at what it leaves behind. It begins from nothing, as every
// run of the demo does. Ends with `N passed, N failed, 0 skipped`.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { summaryLine } from "./test-counts.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function main() {
  const folder = mkdtempSync(join(tmpdir(), "demo-"));
  const temporary = join(folder, "t");
  mkdirSync(temporary);
  try {
    const { status } = spawnSync(process.execPath, [join(root, "bin", "sluice.js"), "demo"], {
      stdio: ["ignore", 2, 2],
      env: { ...process.env, TMPDIR: temporary },
    });
    const left = readdirSync(temporary);
    const failures = [
      ...(status === 0 ? [] : [`the demo ended with ${status}`]),
      ...(left.length === 0 ? [] : [`the demo left in the temporary folder: ${left.join(", ")}`]),
    ];
    for (const failure of failures) process.stderr.write(`FAILED ${failure}\n`);
    process.stdout.write(`${summaryLine({ passed: 2 - failures.length, failed: failures.length, skipped: 0 })}\n`);
    return failures.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = main();
