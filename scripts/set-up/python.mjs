import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./run.mjs";
import { digest, readStamp, removeStamp, writeStamp } from "./stamp.mjs";

/** The oldest for which the pinned packages have wheels. */
const OLDEST = [3, 10];
const REMEDY = `install Python ${OLDEST.join(".")} or newer (https://www.python.org) so that "python3" starts it.`;
const CANDIDATES =
  process.platform === "win32"
    ? [["py", "-3"], ["python"]]
    : [["python3"], ["python3.13"], ["python3.12"], ["python3.11"], ["python3.10"], ["python"]];

export function environmentPython(environment) {
  return process.platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
}

const stampOf = (environment) => join(environment, ".set-up");
/** Each names the one before it. The last adds Spark, and what the tests need. */
const LISTS = ["requirements.txt", "requirements-lambda-local.txt", "requirements-local.txt"];
const listOf = (hasJava) => LISTS[hasJava ? 2 : 1];

/** { isReady } when the environment is as it should be, else { command } that can make it, or { problem }: a sentence.
 * Without Java it need not have Spark. */
export function findPython(root, environment, hasJava) {
  const stamp = existsSync(environmentPython(environment)) ? readStamp(stampOf(environment)) : undefined;
  if (stamp === wantedStamp(root, true) || (!hasJava && stamp === wantedStamp(root, false))) return { isReady: true };
  const found = CANDIDATES.map((command) => ({ command, ...ask(command) }));
  const good = found.find((one) => one.isNewEnough && one.canMakeEnvironments);
  if (good !== undefined) return { command: good.command };
  const incomplete = found.find((one) => one.isNewEnough);
  if (incomplete !== undefined)
    return {
      problem: `Python ${incomplete.version} (${incomplete.command.join(" ")}) lacks the modules venv and ensurepip: install them (on Debian and Ubuntu: apt install python3-venv).`,
    };
  const old = found.find((one) => one.version !== undefined);
  return {
    problem: old === undefined ? `Python is missing: ${REMEDY}` : `Python ${old.version} is too old: ${REMEDY}`,
  };
}

/** Makes the environment with exactly the pinned packages. One that was left half-made is made again; one whose list of
 * packages has changed is brought up to date. `report` is told how far it is.
 * @throws Error with one sentence, and the program's own message below it */
export async function makeEnvironment(root, environment, { command, hasJava }, report) {
  const folder = environment;
  const isWhole = existsSync(environmentPython(environment)) && readStamp(stampOf(environment)) !== undefined;
  if (isWhole) removeStamp(stampOf(environment));
  else {
    rmSync(environment, { recursive: true, force: true });
    mkdirSync(dirname(environment), { recursive: true });
    const failure = `The Python environment ${environment} could not be made`;
    await run([...command, "-m", "venv", environment], { cwd: root, folder, failure });
  }
  const list = join("glue-jobs", listOf(hasJava));
  // Every package is in the list, with its version: pip need not work out what belongs to what. Python compiles what it
  // imports.
  const options = ["--no-deps", "--no-compile", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
  let collected = 0;
  await run([environmentPython(environment), "-m", "pip", "install", ...options, "-r", list], {
    cwd: root,
    folder,
    failure: "The Python packages could not be installed (pip install)",
    onLine: (line) => {
      if (line.startsWith("Collecting ")) report(`(${++collected} fetched)`);
      if (line.startsWith("Installing ")) report(`(${collected} fetched, unpacking)`);
    },
  });
  writeStamp(stampOf(environment), wantedStamp(root, hasJava));
}

function wantedStamp(root, hasJava) {
  const files = LISTS.map((name) => join(root, "glue-jobs", name));
  return digest({ files, texts: hasJava ? [] : ["without Spark"] });
}

const QUESTION = `import sys
try:
    import ensurepip, venv
    print("%d.%d.%d whole" % sys.version_info[:3])
except ImportError:
    print("%d.%d.%d" % sys.version_info[:3])`;

function ask([program, ...args]) {
  const { stdout, status } = spawnSync(program, [...args, "-c", QUESTION], { encoding: "utf8" });
  const [version, whole] = status === 0 ? stdout.trim().split(" ") : [];
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  return {
    version,
    isNewEnough: major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]),
    canMakeEnvironments: whole === "whole",
  };
}
