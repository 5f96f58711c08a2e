import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";

/** What node_modules and the Python environment take together. */
const NEEDED_GB = 2.5;

/** One sentence when a folder cannot take what set-up installs; undefined when it can. */
export function diskProblem(folder) {
  const there = nearestThere(folder);
  try {
    accessSync(there, constants.W_OK);
  } catch (error) {
    return notWritable(folder, error.code);
  }
  const { bavail, bsize } = statfsSync(there);
  return spaceProblem(folder, (bavail * bsize) / 1e9);
}

export function spaceProblem(folder, freeGb) {
  if (freeGb >= NEEDED_GB) return undefined;
  return `The disk of ${folder} has ${freeGb.toFixed(1)} GB left, and set-up needs about ${NEEDED_GB}: free some space and run it again.`;
}

/** What a program said, in one sentence, when the disk is to blame; undefined when something else is. */
export function explain(said, folder) {
  if (/ENOSPC|No space left on device/i.test(said))
    return `The disk of ${folder} is full: free some space (set-up needs about ${NEEDED_GB} GB) and run it again.`;
  return /EROFS|Read-only file system/i.test(said) ? notWritable(folder, "EROFS") : undefined;
}

function notWritable(folder, code) {
  const why = code === "EROFS" ? "it lies on a read-only disk" : "this user may not write there";
  return `${folder} cannot be written, because ${why}: copy Sluice to a folder of your own and run it there.`;
}

const nearestThere = (folder) => (existsSync(folder) ? folder : nearestThere(dirname(folder)));
