import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pythonFolder } from "../../infra/python.js";
import { packageFolder } from "../../package-folder.js";
import { CommandFailed } from "../output/exit-codes.js";
import { localAccount } from "./local-account-package.js";
import { lockWhenFree } from "./lock-when-free.js";

/** What the set-up writes when it has finished with the packages, and with Spark. Without Java the second is missing: the
 * set-up looks whether there is one by now. */
const finished = [".set-up", ".java"];

/** pip fetches half a gigabyte. */
const patienceMs = 1_800_000;

/** The folder of the Python in which the local account runs Glue jobs, made when it is not there yet.
 * @throws CommandFailed */
export async function preparePython(): Promise<string> {
  const folder = pythonFolder();
  if (isFinished(folder)) return folder;
  const unlock = await lockWhenFree(`${folder}.lock`, patienceMs);
  try {
    if (!isFinished(folder)) await setUp(folder);
    return folder;
  } finally {
    unlock();
  }
}

const isFinished = (folder: string) => finished.every((name) => existsSync(join(folder, name)));

async function setUp(folder: string): Promise<void> {
  const { gluePython } = await localAccount();
  const command = [join(packageFolder, "scripts", "set-up.mjs"), "--environment", folder, "--archive", gluePython];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { stdio: ["ignore", 2, 2] });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new CommandFailed("The local account could not be set up: see the messages above."));
    });
  });
}
