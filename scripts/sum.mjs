// Runs npm scripts one after the other, each of which ends with a line `N passed, N failed, N skipped`, and ends with their
// sum. A script that ends without that line, or that fails and counts no failure, counts as one.
// usage: node scripts/sum.mjs <script> ...
import { spawn } from "node:child_process";
import { combine, readSummary, summaryLine } from "./test-counts.mjs";

function run(script) {
  const child = spawn("npm", ["run", "--silent", script], {
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
    process.stdout.write(text);
  });
  return new Promise((resolve) => {
    child.once("error", () => resolve(readSummary(out, null)));
    child.once("close", (status) => resolve(readSummary(out, status)));
  });
}

const all = [];
for (const script of process.argv.slice(2)) {
  process.stdout.write(`\n== npm run ${script}\n`);
  all.push(await run(script));
}
const total = combine(all);
process.stdout.write(`\n${summaryLine(total)}\n`);
process.exitCode = total.failed + total.skipped === 0 ? 0 : 1;
