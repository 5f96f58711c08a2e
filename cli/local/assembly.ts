import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandFailed } from "../output/exit-codes.js";
import { program, stateFolder, synthesisDigest } from "../project/project.js";
import { lockWhenFree } from "./lock-when-free.js";

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
  // Node's own error for a folder that cannot be made on a read-only disk is that it does not exist.
  accessSync(project, constants.W_OK);
  // Two commands that start at once must not write into one folder.
  const unlock = await lockWhenFree(join(state, "cdk.out.lock"), 120_000);
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

/** Without wheels: the local account has those of its own environment. In a process of its own: the CDK blocks for seconds, and this process has Spark and PostgreSQL to start meanwhile. */
function synthesizeApart(project: string, output: string): Promise<void> {
  const command = [program, "synth", "--local", "--project", project, "--output", output, "--no-wheels"];
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
      else reject(new CommandFailed(`The templates could not be generated.\n${errors}`));
    });
  });
}
