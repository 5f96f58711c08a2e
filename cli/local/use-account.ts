import { setTimeout as sleep } from "node:timers/promises";
import type { SoundProject } from "../../contract/read.js";
import { existingBuckets } from "../bootstrap/existing-buckets.js";
import { handOverLocally } from "../catalogue/around-deploy.js";
import { knowSparkNeeds } from "../check/engines.js";
import { progress, say } from "../output/terminal.js";
import { synthesisDigest } from "../project/project.js";
import { bootstrapWhenNeeded } from "./bootstrap-when-needed.js";
import { enter, leave } from "./guests.js";
import { endKept, offerToKeep, startKept } from "./kept-account.js";
import type { Pace, Warming } from "./local-account-package.js";
import { announce, findRunning, type Running } from "./running.js";
import { type OnSent, startAccount } from "./start-account.js";

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
  /** Seconds for which an account that is started now stays for other commands: then a process of its own has it. */
  readonly keep?: number | undefined;
  /** Told of each message that would have been sent to people, by an account that is started now in this process. */
  readonly onSent?: OnSent | undefined;
  /** Of the process that has such an account: how long it stays. */
  readonly hostSeconds?: number | undefined;
}

/** Attaches to the project's running local account, or starts it in this process and prepares its warehouse. */
export async function useLocalAccount(project: SoundProject, options: LocalUse = {}): Promise<LocalAccount> {
  const running = await findRunning(project.folder);
  const isOld = running !== undefined && synthesisDigest(project.folder) !== running.digest;
  if (running !== undefined && isOld && running.keptSeconds !== undefined) {
    progress("the project has changed: restarting the local account that was kept");
    await endKept(project.folder, running);
    return useLocalAccount(project, { ...options, keep: options.keep ?? running.keptSeconds });
  }
  if (running !== undefined) {
    if (isOld) say("The running local account does not have the last changes to the project or its code. Restart it.");
    return attach(project.folder, running);
  }
  if (options.keep === undefined) return startOrWait(project, options);
  return attach(project.folder, await startKept(project.folder, options.keep, options.pace));
}

function attach(folder: string, running: Running): LocalAccount {
  enter(folder);
  return { ...running, release: async () => leave(folder) };
}

const waitForMs = 120_000;
const pollEveryMs = 300;

/** Another command may be starting, or ending, the account at this moment. @throws FolderInUse when it stays busy. */
async function startOrWait(project: SoundProject, options: LocalUse): Promise<LocalAccount> {
  const giveUpAt = Date.now() + waitForMs;
  progress("starting the local account");
  offerToKeep(project.folder);
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await start(project, options);
    } catch (error) {
      const isBusy = error instanceof Error && error.name === "FolderInUse";
      if (!isBusy || Date.now() > giveUpAt) throw error;
      if (isFirst) progress("another command is using it; waiting");
    }
    await sleep(pollEveryMs);
    const running = await findRunning(project.folder);
    if (running !== undefined) return attach(project.folder, running);
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
    onSent: options.onSent,
    // Like CloudFormation, the account refuses a table that a crawler made, until somebody asks for the hand-over.
    beforeDeployment: options.isBootstrapping
      ? (access) => handOverLocally(project.project, project.contracts, access)
      : undefined,
  });
  try {
    if (!options.isBootstrapping) await bootstrapWhenNeeded(project, account);
    announce(project.folder, { ...account, keptSeconds: options.hostSeconds });
    return account;
  } catch (error) {
    await account.release();
    throw error;
  }
}
