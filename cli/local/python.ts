import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pythonFolder } from "../../infra/python.js";
import { CommandFailed } from "../output/exit-codes.js";
import { packageFolder } from "../project/project.js";
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
