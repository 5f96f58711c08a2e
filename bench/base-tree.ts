import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** The build that speed is compared with: before conversions without Spark. */
const base = "4e6c81b";

/** The base as a git worktree, made once for each clone, with this clone's packages of Node and Python. @returns its folder */
export function baseTree(): string {
  const clone = createHash("sha256").update(root).digest("hex").slice(0, 8);
  const folder = join(tmpdir(), `sluice-${base}-${clone}`);
  if (!existsSync(join(folder, "package.json"))) {
    console.log(`making a worktree of ${base} in ${folder} ...`);
    git("worktree", "prune");
    git("worktree", "add", "--force", "--detach", folder, base);
  }
  for (const packages of ["node_modules", ".venv"]) {
    if (!existsSync(join(folder, packages))) symlinkSync(join(root, packages), join(folder, packages));
  }
  return folder;
}

function git(...args: readonly string[]): void {
  const { status, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (status !== 0) {
    throw new Error(
      `git ${args.join(" ")}: ${stderr.trim()} (the comparison needs the history: git fetch --unshallow)`,
    );
  }
}
