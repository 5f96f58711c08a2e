import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** The build that speed is compared with where no other is named: before conversions without Spark. */
export const defaultBase = "4e6c81b";

/**
 * A build as a git worktree, made once for each clone, with this clone's packages of Python and its own of Node.
 * @param base the commit of the build
 * @param needs `python`: packages of Node are not installed
 * @returns its folder
 */
export function baseTree(base = defaultBase, needs: "all" | "python" = "all"): string {
  const clone = createHash("sha256").update(root).digest("hex").slice(0, 8);
  const folder = join(tmpdir(), `sluice-${base}-${clone}`);
  if (!existsSync(join(folder, "package.json"))) {
    console.log(`making a worktree of ${base} in ${folder} ...`);
    git("worktree", "prune");
    git("worktree", "add", "--force", "--detach", folder, base);
  }
  if (!existsSync(join(folder, ".venv"))) symlinkSync(join(root, ".venv"), join(folder, ".venv"));
  // What npm writes last.
  if (needs === "all" && !existsSync(join(folder, "node_modules", ".package-lock.json"))) {
    console.log("installing its packages ...");
    const { status, stderr } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: folder,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`npm ci in ${folder}: ${stderr}`);
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
