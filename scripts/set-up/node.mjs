import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { digest, readStamp, removeStamp, writeStamp } from "./stamp.mjs";

const OLDEST = [20, 19];

/** One sentence, or undefined when this Node is new enough. */
export function nodeProblem(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `Node ${version} is too old: install Node ${OLDEST.join(".")} or newer (https://nodejs.org).`;
}

/** Runs `npm ci` when node_modules is not what package-lock.json says. @throws Error with one sentence */
export function installNodePackages(root, say) {
  const lock = join(root, "package-lock.json");
  // A package that npm installed into another project has its packages from there.
  if (!existsSync(lock)) return;
  const stamp = join(root, "node_modules", ".set-up");
  const wanted = digest({ files: [lock], texts: [process.platform, process.arch] });
  if (readStamp(stamp) === wanted) return;
  if (!isInstalled(root, lock)) {
    removeStamp(stamp);
    say("installing the Node packages (npm ci; about a minute) ...");
    if (npm(["ci"], root) !== 0)
      throw new Error(
        'The Node packages could not be installed: see npm\'s own message above, and run "npm ci" again.',
      );
  }
  writeStamp(stamp, wanted);
}

/** Whether npm has already installed exactly this lock: it writes its own list when it has finished. */
function isInstalled(root, lock) {
  const own = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(own)) return false;
  const packagesOf = (path) => JSON.parse(readFileSync(path, "utf8")).packages ?? {};
  const [wanted, present] = [packagesOf(lock), packagesOf(own)];
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === "" || link) return true;
    if (present[path] === undefined) return optional === true;
    return present[path].version === version && existsSync(join(root, path));
  });
}

function npm(args, cwd) {
  // stdout of npm goes to stderr: it is progress.
  const stdio = ["ignore", 2, 2];
  const script = process.env.npm_execpath;
  const run = script?.endsWith(".js")
    ? spawnSync(process.execPath, [script, ...args], { cwd, stdio })
    : spawnSync("npm", args, { cwd, stdio, shell: process.platform === "win32" });
  return run.status ?? 1;
}
