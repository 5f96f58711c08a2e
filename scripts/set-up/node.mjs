import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.mjs";
import { digest, readStamp, removeStamp, writeStamp } from "./stamp.mjs";

const lockOf = (root) => join(root, "package-lock.json");
const stampOf = (root) => join(root, "node_modules", ".set-up");
const wantedStamp = (root) => digest({ files: [lockOf(root)], texts: [process.platform, process.arch] });

/** Whether node_modules is not what package-lock.json says. */
export function missesNodePackages(root) {
  // A package that npm installed into another project has its packages from there.
  if (!existsSync(lockOf(root)) || readStamp(stampOf(root)) === wantedStamp(root)) return false;
  if (!isInstalled(root)) return true;
  writeStamp(stampOf(root), wantedStamp(root));
  return false;
}

/** Runs `npm ci`. @throws Error with one sentence, and npm's own message below it */
export async function installNodePackages(root) {
  removeStamp(stampOf(root));
  const script = process.env.npm_execpath;
  const npm = script?.endsWith(".js") ? [process.execPath, script] : ["npm"];
  await run([...npm, "ci", "--prefer-offline", "--no-progress"], {
    cwd: root,
    folder: join(root, "node_modules"),
    failure: "The Node packages could not be installed (npm ci)",
  });
  writeStamp(stampOf(root), wantedStamp(root));
}

/** Whether npm has already installed exactly this lock: it writes its own list when it has finished. */
function isInstalled(root) {
  const own = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(own)) return false;
  const packagesOf = (path) => JSON.parse(readFileSync(path, "utf8")).packages ?? {};
  const [wanted, present] = [packagesOf(lockOf(root)), packagesOf(own)];
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === "" || link) return true;
    if (present[path] === undefined) return optional === true;
    return present[path].version === version && existsSync(join(root, path));
  });
}
