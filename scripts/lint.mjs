// Every check that only reads the files: types, style, imports, Python. Ends with `N passed, N failed, 0 skipped`.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentPython } from "./set-up/python.mjs";
import { summaryLine } from "./test-counts.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = (name) => join(root, "node_modules", ".bin", name);
const python = environmentPython(join(root, ".venv"));
const pythonFolders = ["glue-jobs", "local", "test", "bench"];

const CHECKS = [
  ["types", program("tsc")],
  ["types of the console's page", program("tsc"), "-p", "console/page"],
  ["style: biome", program("biome"), "check", "."],
  ["imports: dependency-cruiser", "npm", "run", "--silent", "arrows"],
  ["Python: ruff", python, "-m", "ruff", "check", "--config", "glue-jobs/ruff.toml", ...pythonFolders],
  ["Python: each package has what it needs", python, "-m", "pip", "check"],
];
/** How many run at once. */
const LANES = 2;

async function main() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const waiting = [...CHECKS];
  const lane = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      counts[(await isGood(check)) ? "passed" : "failed"] += 1;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  process.stdout.write(`${summaryLine(counts)}\n`);
  return counts.failed === 0 ? 0 : 1;
}

async function isGood([name, ...command]) {
  const began = Date.now();
  const { status, said } = await run(command);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  process.stderr.write(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)\n${status === 0 ? "" : said}`);
  return status === 0;
}

function run([command, ...args]) {
  const shell = process.platform === "win32";
  const child = spawn(command, args, { cwd: root, shell, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ status: null, said: `${error.message}\n` }));
    child.once("close", (status) => resolve({ status, said }));
  });
}

process.exitCode = await main();
