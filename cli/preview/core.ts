import { spawn } from "node:child_process";
import { join } from "node:path";
import { environmentPython, hasPython, pythonFolder } from "../../infra/python.js";
import { packageFolder } from "../../package-folder.js";
import { preparePython } from "../local/python.js";
import { CommandFailed } from "../output/exit-codes.js";

export interface CoreRun {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/**
 * Runs a module of the conversion's core in Sluice's Python environment, which is made when it is not there yet. Neither Spark nor an
 * account is needed.
 * @throws CommandFailed when Python cannot be started
 */
export async function runCore(module: string, args: readonly string[], input: string | Buffer = ""): Promise<CoreRun> {
  const folder = hasPython() ? pythonFolder() : await preparePython();
  const env = { ...process.env, PYTHONPATH: join(packageFolder, "glue-jobs"), PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn(environmentPython(folder), ["-m", `partition_to_parquet.${module}`, ...args], { env });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => stdout.push(piece));
  child.stderr.on("data", (piece: Buffer) => stderr.push(piece));
  // A process that has ended early takes no more input; its exit code says why.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new CommandFailed(`Python could not be started: ${error.message}.`)));
    child.on("close", (status) =>
      resolve({ status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}
