import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { UsageWrong } from "../../output/exit-codes.js";

const run = promisify(execFile);
/** All declarations of a project; a file of more is none. */
const maxBuffer = 64 * 1024 * 1024;

const git = async (folder: string, ...args: readonly string[]) =>
  (await run("git", ["-C", folder, ...args], { maxBuffer })).stdout;

/**
 * Writes a project's declarations as they are at a commit into a folder.
 * @param ref a branch, tag or commit, as `git rev-parse` takes it
 * @throws UsageWrong when the project is in no repository, or the repository has no such commit, or no project there
 */
export async function writeCommitted(project: string, ref: string, into: string): Promise<void> {
  const commit = await commitOf(project, ref);
  const declared = ["sluice.yaml", "datasets", "aggregates"];
  const listed = await git(project, "ls-tree", "-r", "-z", "--name-only", commit, "--", ...declared);
  const files = listed.split("\0").filter((name) => name !== "");
  if (!files.includes("sluice.yaml")) {
    throw new UsageWrong(`At ${ref} there is no sluice.yaml in ${project}. Choose a commit that contains the project.`);
  }
  for (const name of files) {
    const path = join(into, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await git(project, "show", `${commit}:./${name}`));
  }
}

async function commitOf(project: string, ref: string): Promise<string> {
  try {
    return (await git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`)).trim();
  } catch {
    throw new UsageWrong(
      `'${ref}' is not a commit, branch or tag of the repository of ${project}, nor a file, nor a folder with sluice.yaml. ` +
        "Write 'deployed', or fetch it first (in CI: git fetch origin main, then --against origin/main).",
    );
  }
}
