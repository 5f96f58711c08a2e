/** What a runtime tells: that it is ready for an invocation, that the handler cannot be loaded, what it printed, and how an
 * invocation ended. Payloads are the JSON texts of Lambda's answers. */
export type RuntimeMessage =
  | { readonly type: "log"; readonly text: string }
  | { readonly type: "ready" }
  | { readonly type: "unloadable" | "result" | "failed"; readonly payload: string };

export interface RuntimeListener {
  tell(message: RuntimeMessage): void;
  /** It is gone; `why` in the words of Lambda's own answers. */
  end(why: string): void;
}

export interface Work {
  readonly requestId: string;
  readonly event: string;
  readonly context: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/** What runs a function's code: a thread of Node.js or a process of Python. */
export interface Runtime {
  give(work: Work): void;
  /** Whether this process must stay for its sake. */
  hold(isHeld: boolean): void;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** The most memory that it has used, in MB, where that is measured. */
  readonly maxMemoryMb?: number;
}

/** What an invocation ended with: the handler's JSON text, or an error as the function's answer has it. */
export type Ending = { readonly ok: true; readonly payload: string } | { readonly ok: false; readonly payload: string };

export interface Invocation extends Omit<Work, "deadline"> {
  readonly timeoutSeconds: number;
  log(text: string): void;
}

/** Loading the handler has 10 s of its own, which the function's timeout does not count
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html). */
const INIT_LIMIT_MS = 10_000;

/** One execution environment of a function. It serves one invocation at a time, stays warm, and is dead after a timeout or
 * a crash. */
export class Environment {
  readonly #runtime: Runtime;
  #isDead = false;
  /** The answer of every invocation, when the handler could not be loaded. */
  #unloadable: string | undefined;
  #isReady = false;
  #onMessage: (message: RuntimeMessage) => void = () => {};
  #onEnd: (why: string) => void = () => {};
  #earlyLog = "";

  constructor(start: (listener: RuntimeListener) => Runtime) {
    this.#runtime = start({
      tell: (message) => {
        if (message.type === "ready") this.#isReady = true;
        if (message.type === "unloadable") this.#unloadable = message.payload;
        if (message.type === "log" && !this.#isReady) this.#earlyLog += message.text;
        this.#onMessage(message);
      },
      end: (why) => this.#end(why),
    });
    this.#runtime.hold(false);
  }

  get isDead(): boolean {
    return this.#isDead || this.#unloadable !== undefined;
  }

  get maxMemoryMb(): number | undefined {
    return this.#runtime.maxMemoryMb;
  }

  async invoke(invocation: Invocation): Promise<Ending> {
    const early = this.#earlyLog;
    this.#earlyLog = "";
    if (early !== "") invocation.log(early);
    this.#runtime.hold(true);
    try {
      return await this.#run(invocation);
    } finally {
      this.#runtime.hold(false);
    }
  }

  /** Ends the runtime; an invocation under way ends with an error. */
  async terminate(): Promise<void> {
    this.#end("Runtime exited");
    await this.#runtime.kill();
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
      const fail = (payload: string) => settle({ ok: false, payload });
      // The words of Lambda's own answers.
      const timeOut = () => {
        const text = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
        invocation.log(`${new Date().toISOString()} ${requestId} ${text}\n`);
        fail(errorPayload("Sandbox.Timedout", requestId, text));
        void this.terminate();
      };
      let timer = setTimeout(timeOut, INIT_LIMIT_MS + timeoutSeconds * 1000);
      this.#onEnd = (why) => fail(errorPayload("Runtime.ExitError", requestId, why));
      const send = () => {
        clearTimeout(timer);
        timer = setTimeout(timeOut, timeoutSeconds * 1000);
        this.#runtime.give({ ...invocation, deadline: Date.now() + timeoutSeconds * 1000 });
      };
      this.#onMessage = (message) => {
        if (message.type === "log") invocation.log(message.text);
        if (message.type === "ready") send();
        if (message.type === "unloadable" || message.type === "failed") fail(message.payload);
        if (message.type === "result") settle({ ok: true, payload: message.payload });
      };
      if (this.#isDead) this.#onEnd("the environment ended before it was ready");
      else if (this.#unloadable !== undefined) fail(this.#unloadable);
      else if (this.#isReady) send();
    });
  }

  #end(why: string): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#onEnd(why);
  }
}

const errorPayload = (errorType: string, requestId: string, text: string) =>
  JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${text}` });
