import { Worker } from "node:worker_threads";
import { z } from "zod";

const Failure = z.object({ errorType: z.string(), errorMessage: z.string(), trace: z.array(z.string()) });
export type Failure = Readonly<z.infer<typeof Failure>>;

const Message = z.discriminatedUnion("type", [
  z.object({ type: z.literal("log"), text: z.string() }),
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("unloadable"), error: Failure }),
  z.object({ type: z.literal("result"), payload: z.string() }),
  z.object({ type: z.literal("failed"), error: Failure }),
]);
type Message = z.infer<typeof Message>;

/** What an invocation ended with: the handler's JSON text, or an error as the function's answer has it. */
export type Ending = { readonly ok: true; readonly payload: string } | { readonly ok: false; readonly payload: string };

export interface Invocation {
  readonly requestId: string;
  readonly event: string;
  readonly context: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  log(text: string): void;
}

/** Loading the handler has 10 s of its own, which the function's timeout does not count
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html). */
const INIT_LIMIT_MS = 10_000;

/** One execution environment of a function, in a worker thread with an environment of its own. It serves one invocation
 * at a time, stays warm, and is dead after a timeout or a crash. */
export class Environment {
  readonly #worker: Worker;
  #isDead = false;
  #unloadable: Failure | undefined;
  #isReady = false;
  #onMessage: (message: Message) => void = () => {};
  #onEnd: (why: string) => void = () => {};
  #earlyLog = "";

  constructor(options: {
    readonly taskRoot: string;
    readonly handlerName: string;
    readonly env: Readonly<Record<string, string>>;
    readonly memorySizeMb: number;
  }) {
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: { taskRoot: options.taskRoot, handlerName: options.handlerName },
      env: { ...options.env },
      execArgv: ["--no-warnings"],
      resourceLimits: { maxOldGenerationSizeMb: Math.max(64, options.memorySizeMb) },
      stdout: true,
      stderr: true,
    });
    this.#worker.unref();
    this.#worker.on("message", (raw: unknown) => {
      const message = Message.parse(raw);
      if (message.type === "ready") this.#isReady = true;
      if (message.type === "unloadable") this.#unloadable = message.error;
      if (message.type === "log" && !this.#isReady) this.#earlyLog += message.text;
      this.#onMessage(message);
    });
    this.#worker.on("error", (error: Error) => this.#end(`${error.name}: ${error.message}`));
    this.#worker.on("exit", (code) => this.#end(`Runtime exited with error: exit status ${code}`));
  }

  get isDead(): boolean {
    return this.#isDead || this.#unloadable !== undefined;
  }

  async invoke(invocation: Invocation): Promise<Ending> {
    const early = this.#earlyLog;
    this.#earlyLog = "";
    if (early !== "") invocation.log(early);
    this.#worker.ref();
    try {
      return await this.#run(invocation);
    } finally {
      this.#worker.unref();
    }
  }

  /** Ends the thread; an invocation under way ends with an error. */
  async terminate(): Promise<void> {
    this.#end("Runtime exited");
    await this.#worker.terminate();
  }

  #run(invocation: Invocation): Promise<Ending> {
    const { requestId, timeoutSeconds } = invocation;
    return new Promise((resolve) => {
      const settle = (ending: Ending) => {
        clearTimeout(timer);
        this.#onMessage = () => {};
        this.#onEnd = () => {};
        resolve(ending);
      };
      const fail = (error: object) => settle({ ok: false, payload: JSON.stringify(error) });
      // The words of Lambda's own answers.
      const timeOut = () => {
        const text = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
        invocation.log(`${new Date().toISOString()} ${requestId} ${text}\n`);
        fail({ errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: ${text}` });
        void this.terminate();
      };
      let timer = setTimeout(timeOut, INIT_LIMIT_MS + timeoutSeconds * 1000);
      this.#onEnd = (why) =>
        fail({ errorType: "Runtime.ExitError", errorMessage: `RequestId: ${requestId} Error: ${why}` });
      const send = () => {
        clearTimeout(timer);
        timer = setTimeout(timeOut, timeoutSeconds * 1000);
        this.#worker.postMessage({
          event: invocation.event,
          context: invocation.context,
          deadline: Date.now() + timeoutSeconds * 1000,
        });
      };
      this.#onMessage = (message) => {
        if (message.type === "log") invocation.log(message.text);
        if (message.type === "ready") send();
        if (message.type === "unloadable") fail(message.error);
        if (message.type === "failed") fail(message.error);
        if (message.type === "result") settle({ ok: true, payload: message.payload });
      };
      if (this.#isReady) send();
      else if (this.#unloadable !== undefined) fail(this.#unloadable);
      else if (this.#isDead) this.#onEnd("the environment ended before it was ready");
    });
  }

  #end(why: string): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#onEnd(why);
  }
}
