import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CommandFailed } from "../output/exit-codes.js";
import { isRepository, packageFolder } from "../project/project.js";
import { lockWhenFree } from "./lock-when-free.js";

/** What the set-up writes when it has finished. */
const finished = ".set-up";

/** pip fetches half a gigabyte. */
const patienceMs = 1_800_000;

/** The folder of the Python in which the local account runs Glue jobs, made when it is not there yet.
 * @throws CommandFailed */
export async function preparePython(): Promise<string> {
  const folder = pythonFolder();
  if (existsSync(join(folder, finished))) return folder;
  const unlock = await lockWhenFree(`${folder}.lock`, patienceMs);
  try {
    if (!existsSync(join(folder, finished))) await setUp(folder);
    return folder;
  } finally {
    unlock();
  }
}

/** The repository's own .venv. For an installed package a folder of the user's cache, named by the packages in it: projects
 * share it, and installing Sluice again leaves it. */
function pythonFolder(): string {
  if (isRepository) return join(packageFolder, ".venv");
  const hash = createHash("sha256");
  for (const name of ["requirements.txt", "requirements-local.txt"]) {
    hash.update(readFileSync(join(packageFolder, "glue-jobs", name)));
  }
  return join(cacheFolder(), `python-${hash.digest("hex").slice(0, 12)}`);
}

function cacheFolder(): string {
  const { SLUICE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  return SLUICE_CACHE ?? join(XDG_CACHE_HOME ?? LOCALAPPDATA ?? join(homedir(), ".cache"), "sluice");
}

function setUp(folder: string): Promise<void> {
  const command = [join(packageFolder, "scripts", "set-up.mjs"), "--environment", folder];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { stdio: ["ignore", 2, 2] });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new CommandFailed("The local account needs Node, Python and Java: see the messages above."));
    });
  });
}
