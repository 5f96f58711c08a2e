import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { hasCode, readJsonFile } from "./files.js";
import { isAlive, ownIdentity } from "./process-identity.js";

const Holder = z.object({ pid: z.number(), startedAt: z.string() });
type Holder = z.infer<typeof Holder>;

/** Another process has the state folder. */
export class FolderInUse extends Error {
  override readonly name = "FolderInUse";
}

/** Takes a state folder for this process, so that two never write into one. A lock that a killed process left is taken
 * over. Returns what gives it back. @throws FolderInUse that names the folder and the other process. */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "lock.json");
  const mine = JSON.stringify(ownIdentity());
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(path, mine, { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error;
    }
    const holder = readHolder(path);
    if (holder !== undefined && isAlive(holder)) {
      throw new FolderInUse(
        `${folder} is in use by process ${holder.pid}. End it first, or give this command another folder`,
      );
    }
    rmSync(path, { force: true });
  }
  throw new FolderInUse(`${folder} was taken by another process at the same moment. Try again`);
}

/** A lock that was torn by a kill names nobody. */
function readHolder(path: string): Holder | undefined {
  try {
    return Holder.parse(readJsonFile(path));
  } catch {
    return undefined;
  }
}
