import { setTimeout as sleep } from "node:timers/promises";
import { processes } from "./local-account-package.js";

const pollEveryMs = 200;

/** Takes a folder that one process has at a time. @returns what gives it back. @throws FolderInUse when it stays busy */
export async function lockWhenFree(folder: string, patienceMs: number): Promise<() => void> {
  const { lockFolder } = await processes();
  for (const giveUpAt = Date.now() + patienceMs; ; ) {
    try {
      return lockFolder(folder);
    } catch (error) {
      const isBusy = error instanceof Error && error.name === "FolderInUse";
      if (!isBusy || Date.now() > giveUpAt) throw error;
    }
    await sleep(pollEveryMs);
  }
}
