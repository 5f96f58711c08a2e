import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
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

/** { isReady } when the environment is as it should be, else { command } that can make it, or { problem }: a sentence. */
export function findPython(root, environment) {
  if (existsSync(environmentPython(environment)) && readStamp(stampOf(environment)) === wantedStamp(root))
    return { isReady: true };
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

/** Makes the environment with exactly the pinned packages. One that was left half-made is made anew; one whose list of packages has
 * changed is brought up to date. @throws Error with one sentence */
export function makeEnvironment(root, environment, python, say) {
  if (python.isReady) return;
  const isWhole = existsSync(environmentPython(environment)) && readStamp(stampOf(environment)) !== undefined;
  if (isWhole) removeStamp(stampOf(environment));
  else {
    rmSync(environment, { recursive: true, force: true });
    mkdirSync(dirname(environment), { recursive: true });
    say(`making the Python environment ${environment} ...`);
    const [program, ...args] = python.command;
    run(program, [...args, "-m", "venv", environment], root, `The Python environment ${environment} could not be made`);
  }
  say("installing the Python packages (PySpark is 450 MB; a few minutes the first time) ...");
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
  run(
    environmentPython(environment),
    [...pip, "-r", join("glue-jobs", "requirements-local.txt")],
    root,
    "The Python packages could not be installed",
  );
  writeStamp(stampOf(environment), wantedStamp(root));
}

function wantedStamp(root) {
  const files = ["requirements.txt", "requirements-local.txt"].map((name) => join(root, "glue-jobs", name));
  return digest({ files, texts: [] });
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

function run(program, args, cwd, failure) {
  const { status, error } = spawnSync(program, args, { cwd, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`${failure}${error ? ` (${error.message})` : ": see the message above"}.`);
}
