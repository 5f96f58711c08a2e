import { Worker } from "node:worker_threads";
import { z } from "zod";
import type { Runtime, RuntimeListener, Work } from "../environment.js";

const Failure = z.object({ errorType: z.string(), errorMessage: z.string(), trace: z.array(z.string()) });

const Message = z.discriminatedUnion("type", [
  z.object({ type: z.literal("log"), text: z.string() }),
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("unloadable"), error: Failure }),
  z.object({ type: z.literal("result"), payload: z.string() }),
  z.object({ type: z.literal("failed"), error: Failure }),
]);

export interface NodeOptions {
  readonly taskRoot: string;
  readonly handlerName: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memorySizeMb: number;
}

/** Node.js code, in a worker thread with an environment of its own. */
export class NodeRuntime implements Runtime {
  readonly #worker: Worker;

  constructor({ taskRoot, handlerName, env, memorySizeMb }: NodeOptions, listener: RuntimeListener) {
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: { taskRoot, handlerName },
      env: { ...env },
      execArgv: ["--no-warnings"],
      resourceLimits: { maxOldGenerationSizeMb: Math.max(64, memorySizeMb) },
      stdout: true,
      stderr: true,
    });
    this.#worker.on("message", (raw: unknown) => {
      const message = Message.parse(raw);
      if ("error" in message) listener.tell({ type: message.type, payload: JSON.stringify(message.error) });
      else listener.tell(message);
    });
    this.#worker.on("error", (error: Error) => listener.end(`${error.name}: ${error.message}`));
    this.#worker.on("exit", (code) => listener.end(`Runtime exited with error: exit status ${code}`));
  }

  give({ event, context, deadline }: Work): void {
    this.#worker.postMessage({ event, context, deadline });
  }

  hold(isHeld: boolean): void {
    if (isHeld) this.#worker.ref();
    else this.#worker.unref();
  }

  async kill(): Promise<void> {
    await this.#worker.terminate();
  }
}
