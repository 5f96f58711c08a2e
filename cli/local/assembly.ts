import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandFailed } from "../exit-codes.js";
import { packageFolder, stateFolder, synthesisDigest } from "../project.js";

export interface Assembly {
  readonly folder: string;
  /** Of what it was made from. */
  readonly digest: string;
}

/** The project's cloud assembly for its local account, made anew only when declarations or Sluice itself changed. */
export async function prepareAssembly(project: string, onSynthesis: () => void): Promise<Assembly> {
  const state = stateFolder(project);
  const folder = join(state, "cdk.out");
  const mark = join(state, "cdk.out.digest");
  const unlock = await lockSynthesis(join(state, "cdk.out.lock"));
  try {
    return await synthesizeWhenChanged(project, folder, mark, onSynthesis);
  } finally {
    unlock();
  }
}

async function synthesizeWhenChanged(
  project: string,
  folder: string,
  mark: string,
  onSynthesis: () => void,
): Promise<Assembly> {
  const digest = synthesisDigest(project);
  if (existsSync(folder) && existsSync(mark) && readFileSync(mark, "utf8") === digest) return { folder, digest };
  onSynthesis();
  writeFileSync(mark, "");
  await synthesizeApart(project, folder);
  writeFileSync(mark, digest);
  return { folder, digest };
}

/** Two commands that start at once must not write into one folder. @throws FolderInUse when it stays busy. */
async function lockSynthesis(folder: string): Promise<() => void> {
  const { lockFolder } = await import("../../local/durable/folder-lock.js");
  for (const giveUpAt = Date.now() + waitForMs; ; ) {
    try {
      return lockFolder(folder);
    } catch (error) {
      const isBusy = error instanceof Error && error.name === "FolderInUse";
      if (!isBusy || Date.now() > giveUpAt) throw error;
    }
    await sleep(lookEveryMs);
  }
}

const waitForMs = 120_000;
const lookEveryMs = 200;

/** In a process of its own: the CDK blocks for seconds, and this process has Spark and PostgreSQL to start meanwhile. */
function synthesizeApart(project: string, output: string): Promise<void> {
  const command = [join(packageFolder, "bin", "sluice.js"), "synth", "--project", project, "--output", output];
  return new Promise((resolve, reject) => {
    // CDK's built-in validator takes most of a synthesis; `sluice synth` and the tests run it.
    const child = spawn(process.execPath, command, {
      env: { ...process.env, CDK_VALIDATION: "false" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new CommandFailed(`The templates could not be made.\n${errors}`));
    });
  });
}
