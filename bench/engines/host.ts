import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { root } from "../base-tree.js";
import { TreeMemory } from "./process-tree.js";

const Answer = z.object({ seconds: z.number().optional(), counts: z.record(z.string(), z.number()).optional() });

export interface Side {
  readonly tree: string;
  readonly host: "lambda" | "glue";
  /** Where its batch is staged. */
  readonly folder: string;
}

export interface Run {
  readonly seconds: number;
  readonly memoryMb: number;
  readonly rows: string;
}

/** Python keeps what it has compiled, as it does unless told otherwise, but in a folder of the bench. */
function withBytecode(folder: string): NodeJS.ProcessEnv {
  const { PYTHONDONTWRITEBYTECODE: _, ...environment } = process.env;
  return { ...environment, PYTHONPYCACHEPREFIX: folder };
}

/** One host of the conversion in a process of its own; see one_host.py. */
export class Host {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #memory: TreeMemory;

  constructor({ tree, host, folder }: Side, csv: string) {
    mkdirSync(folder, { recursive: true });
    const script = join(root, "bench", "engines", "one_host.py");
    this.#child = spawn(join(root, ".venv", "bin", "python"), [script, tree, host, folder, csv], {
      cwd: folder,
      env: withBytecode(`${folder}-bytecode`),
      stdio: ["pipe", "pipe", "ignore"],
    });
    if (this.#child.stdout === null || this.#child.pid === undefined) throw new Error("Python did not start");
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#memory = new TreeMemory(this.#child.pid);
  }

  async stage(): Promise<void> {
    await this.#ask("stage");
  }

  /** Converts once. Seconds are those of the conversion alone. */
  async run(): Promise<Run> {
    this.#memory.take();
    const { seconds = Number.NaN, counts } = await this.#ask("run");
    return { seconds, memoryMb: this.#memory.take(), rows: JSON.stringify(counts) };
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.stdin?.end();
    await closed;
    this.#memory.stop();
  }

  async #ask(command: "stage" | "run"): Promise<z.infer<typeof Answer>> {
    this.#child.stdin?.write(`${command}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`the host ended during '${command}'`);
    return Answer.parse(JSON.parse(value));
  }
}
