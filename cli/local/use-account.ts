import type { SoundProject } from "../../contract/read.js";
import { synthesisDigest } from "../project.js";
import { say } from "../terminal.js";
import { bootstrapWhenNeeded } from "./bootstrap-when-needed.js";
import { findRunning, type Running } from "./running.js";
import { startAccount } from "./start-account.js";

/** The project's local account, ready for calls. */
export interface LocalAccount extends Running {
  /** Ends the account when this process started it. */
  release(): Promise<void>;
}

export interface LocalUse {
  /** True for bootstrap itself, which would otherwise be run first when it is needed. */
  readonly isBootstrapping?: boolean;
  /** True when loads will run: then Spark starts early. */
  readonly willLoad?: boolean;
}

/** Attaches to the project's running local account, or starts it in this process; then prepares its warehouse. */
export async function useLocalAccount(project: SoundProject, options: LocalUse = {}): Promise<LocalAccount> {
  const account = attach(project.folder) ?? (await startAccount(project.folder, options));
  try {
    if (!options.isBootstrapping) await bootstrapWhenNeeded(project, account);
  } catch (error) {
    await account.release();
    throw error;
  }
  return account;
}

function attach(folder: string): LocalAccount | undefined {
  const running = findRunning(folder);
  if (running === undefined) return undefined;
  if (synthesisDigest(folder) !== running.digest) {
    say("The running local account is older than the last change of declarations or code. Start it again to use them.");
  }
  return { ...running, release: async () => {} };
}
