import { setTimeout as sleep } from "node:timers/promises";
import type { SoundProject } from "../../contract/read.js";
import { existingBuckets } from "../bootstrap/existing-buckets.js";
import { knowSparkNeeds } from "../check/engines.js";
import { progress, say } from "../output/terminal.js";
import { synthesisDigest } from "../project/project.js";
import { bootstrapWhenNeeded } from "./bootstrap-when-needed.js";
import { enter, leave } from "./guests.js";
import type { Pace, Warming } from "./local-account-package.js";
import { announce, findRunning, type Running } from "./running.js";
import { startAccount } from "./start-account.js";

/** The project's local account, ready for calls. */
export interface LocalAccount extends Running {
  /** Ends the account when this process started it. */
  release(): Promise<void>;
}

export interface LocalUse {
  /** True for bootstrap itself, which would otherwise be run first when it is needed. */
  readonly isBootstrapping?: boolean;
  /** The datasets that will be loaded, or true for any of them: then what converts them starts early. */
  readonly willLoad?: true | readonly string[];
  /** Of an account that is started now. Default: `instant`. */
  readonly pace?: Pace;
}

/** Attaches to the project's running local account, or starts it in this process and prepares its warehouse. */
export async function useLocalAccount(project: SoundProject, options: LocalUse = {}): Promise<LocalAccount> {
  return (await attach(project.folder)) ?? startOrWait(project, options);
}

async function attach(folder: string): Promise<LocalAccount | undefined> {
  const running = await findRunning(folder);
  if (running === undefined) return undefined;
  enter(folder);
  if (synthesisDigest(folder) !== running.digest) {
    say("The running local account is older than the last change of declarations or code. Start it again to use them.");
  }
  return { ...running, release: async () => leave(folder) };
}

const waitForMs = 120_000;
const pollEveryMs = 300;

/** Another command may be starting, or ending, the account at this moment. @throws FolderInUse when it stays busy. */
async function startOrWait(project: SoundProject, options: LocalUse): Promise<LocalAccount> {
  const giveUpAt = Date.now() + waitForMs;
  progress("starting the local account");
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await start(project, options);
    } catch (error) {
      const isBusy = error instanceof Error && error.name === "FolderInUse";
      if (!isBusy || Date.now() > giveUpAt) throw error;
      if (isFirst) progress("another command has it; waiting for that");
    }
    await sleep(pollEveryMs);
    const account = await attach(project.folder);
    if (account !== undefined) return account;
  }
}

async function warmingFor({ contracts }: SoundProject, willLoad: true | readonly string[]): Promise<Warming> {
  const loaded = contracts.filter(({ dataset }) => willLoad === true || willLoad.includes(dataset));
  return {
    spark: (await knowSparkNeeds(loaded)).some(
      ({ engine }) => engine.choice === "glue" || engine.needs_spark.length > 0,
    ),
    functions: loaded.some(({ engine }) => engine.choice !== "glue"),
  };
}

/** Others find the account only when its warehouse is ready. */
async function start(project: SoundProject, options: LocalUse): Promise<LocalAccount> {
  const account = await startAccount(project.folder, {
    warming: options.willLoad && (await warmingFor(project, options.willLoad)),
    existingBuckets: existingBuckets(project.project),
    pace: options.pace,
  });
  try {
    if (!options.isBootstrapping) await bootstrapWhenNeeded(project, account);
    announce(project.folder, account);
    return account;
  } catch (error) {
    await account.release();
    throw error;
  }
}
