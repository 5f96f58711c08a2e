import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
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
  const child = await start(module, args);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => stdout.push(piece));
  child.stderr.on("data", (piece: Buffer) => stderr.push(piece));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(notStarted(error)));
    child.on("close", (status) =>
      resolve({ status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly answers: AsyncIterator<string>;
  /** What it has written to stderr. */
  said: string;
}

/**
 * A module of the core that answers every line of JSON with one. Its process is kept for the next question, since to start it takes
 * longer than to read a sample; it ends with this one, which it does not keep from ending.
 */
export class CoreService {
  readonly #module: string;
  #running: Promise<Running> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(module: string) {
    this.#module = module;
  }

  /** One question at a time: the next waits. @throws CommandFailed when Python cannot be started, or ends without an answer */
  ask(question: unknown): Promise<unknown> {
    const answer = this.#last.then(() => this.#ask(question));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #ask(question: unknown): Promise<unknown> {
    this.#running ??= this.#start();
    const running = await this.#running;
    const { child, answers } = running;
    // While nothing is asked, the process and its pipes keep nobody waiting.
    const handles = [child, ...[child.stdin, child.stdout, child.stderr].filter((stream) => stream instanceof Socket)];
    for (const handle of handles) handle.ref();
    try {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await answers.next();
      if (!done) return JSON.parse(value);
      this.#running = undefined;
      if (child.exitCode === null) await once(child, "close");
      throw new CommandFailed(
        `The ${this.#module} ended with exit code ${child.exitCode}: ${running.said.trim().split("\n").at(-1)}`,
      );
    } finally {
      for (const handle of handles) handle.unref();
    }
  }

  async #start(): Promise<Running> {
    const child = await start(this.#module, []);
    await once(child, "spawn").catch((error: Error) => {
      this.#running = undefined;
      throw notStarted(error);
    });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const running = { child, answers, said: "" };
    child.stderr.on("data", (piece: Buffer) => {
      running.said += piece.toString();
    });
    return running;
  }
}

async function start(module: string, args: readonly string[]): Promise<ChildProcessWithoutNullStreams> {
  const folder = hasPython() ? pythonFolder() : await preparePython();
  const env = { ...process.env, PYTHONPATH: join(packageFolder, "glue-jobs"), PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn(environmentPython(folder), ["-m", `partition_to_parquet.${module}`, ...args], { env });
  // A process that has ended early takes no more input; its exit code says why.
  child.stdin.on("error", () => undefined);
  return child;
}

const notStarted = (error: Error) => new CommandFailed(`Python could not be started: ${error.message}.`);
