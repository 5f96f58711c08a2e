import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Runtime, RuntimeListener, Work } from "../environment.js";
import { MemoryWatch } from "./memory-watch.js";
import { RuntimeApi } from "./runtime-api.js";

export interface PythonOptions {
  /** The interpreter of the environment that has the function's wheels. */
  readonly python: string;
  readonly taskRoot: string;
  readonly handlerName: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memorySizeMb: number;
}

/** Python code, in a process of its own that speaks the Lambda Runtime API by AWS's `awslambdaric`; see python/lambda_host.
 * The process and all that it starts are one group, which ends together. */
export class PythonRuntime implements Runtime {
  readonly #options: PythonOptions;
  readonly #listener: RuntimeListener;
  #api: RuntimeApi | undefined;
  #child: ChildProcess | undefined;
  #memory: MemoryWatch | undefined;
  #isKilled = false;
  #isHeld = false;
  readonly #gone: Promise<void>;

  constructor(options: PythonOptions, listener: RuntimeListener) {
    this.#options = options;
    this.#listener = listener;
    this.#gone = this.#start().catch((error: unknown) => listener.end(`Runtime did not start: ${error}`));
  }

  get maxMemoryMb(): number {
    return this.#memory?.maxMb ?? 0;
  }

  give(work: Work): void {
    this.#api?.give(work);
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#api?.hold(isHeld);
    this.#memory?.rest(!isHeld);
    if (isHeld) this.#child?.ref();
    else this.#child?.unref();
  }

  async kill(): Promise<void> {
    this.#isKilled = true;
    this.#killGroup();
    await this.#gone;
  }

  /** Resolves when the process is gone. */
  async #start(): Promise<void> {
    const { python, handlerName, taskRoot, env, memorySizeMb } = this.#options;
    const api = await RuntimeApi.open(this.#listener);
    if (this.#isKilled) return api.close();
    this.#api = api;
    const child = spawn(python, ["-m", "lambda_host", handlerName], {
      cwd: taskRoot,
      env: {
        ...env,
        AWS_LAMBDA_RUNTIME_API: api.address,
        PYTHONPATH: fileURLToPath(new URL(".", import.meta.url)),
        PYTHONDONTWRITEBYTECODE: "1",
      },
      // Its stdin ends when this process does, and it with that.
      stdio: ["pipe", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      // awslambdaric keeps a traceback in one event of the log by its line ends.
      const tell = (text: string) => this.#listener.tell({ type: "log", text: text.replaceAll("\r", "\n") });
      stream?.setEncoding("utf8").on("data", tell);
    }
    if (child.pid !== undefined) this.#memory = new MemoryWatch(child.pid, memorySizeMb, () => this.#killGroup());
    this.hold(this.#isHeld);
    await new Promise<void>((resolve) => {
      child.once("error", (error) => {
        this.#listener.end(`Runtime did not start: ${error.message}`);
        resolve();
      });
      child.once("exit", (code, signal) => {
        this.#memory?.stop();
        // Whatever it started does not go on without it.
        this.#killGroup();
        api.close();
        this.#listener.end(endingOf(code, signal));
        resolve();
      });
    });
  }

  #killGroup(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
  }
}

/** As Lambda says it: memory that runs out is a kill, too. */
const endingOf = (code: number | null, signal: NodeJS.Signals | null) =>
  signal === "SIGKILL" ? "Runtime exited with error: signal: killed" : `Runtime exited with error: exit status ${code}`;
