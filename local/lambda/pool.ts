import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Account, AwsError } from "../call/call.js";
import { type Ending, Environment, type Runtime, type RuntimeListener } from "./environment.js";
import { type FunctionDefinition, taskRoot } from "./function.js";
import { NodeRuntime } from "./node/runtime.js";
import { PythonRuntime } from "./python/runtime.js";

/** How many environments of one function run beside each other when the template reserves no number: more invocations
 * wait, where AWS would make more environments. */
const UNRESERVED_CONCURRENCY = 8;
const LOG_TAIL_BYTES = 4096;

export interface Finished {
  readonly ending: Ending;
  /** The last 4 KB of what this invocation logged. */
  readonly logTail: string;
}

/** The environments of one function. */
export class Pool {
  readonly definition: FunctionDefinition;
  readonly logFile: string;
  readonly #account: Account;
  readonly #python: string;
  readonly #idle: Environment[] = [];
  readonly #all = new Set<Environment>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #isClosed = false;

  /** @param python the interpreter for functions in Python */
  constructor(account: Account, definition: FunctionDefinition, python: string) {
    this.#account = account;
    this.#python = python;
    this.definition = definition;
    this.logFile = join(account.stateFolder, "logs", "lambda", `${definition.name}.log`);
  }

  /** @throws AwsError TooManyRequestsException when the reserved concurrency is used up */
  async invoke(event: string, requestId: string): Promise<Finished> {
    await this.#takePlace();
    try {
      return await this.#invokeNow(event, requestId);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Has an environment ready for the next invocation. */
  warm(): void {
    if (this.#all.size === 0 && !this.#isClosed) this.#idle.push(this.#newEnvironment());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#all].map((environment) => environment.terminate()));
  }

  async #takePlace(): Promise<void> {
    const { reservedConcurrency } = this.definition;
    if (reservedConcurrency !== undefined && this.#running >= reservedConcurrency) {
      throw new AwsError("TooManyRequestsException", "Rate Exceeded.", {
        statusCode: 429,
        members: { Reason: "ReservedFunctionConcurrentInvocationLimitExceeded" },
      });
    }
    const limit = reservedConcurrency ?? UNRESERVED_CONCURRENCY;
    while (this.#running >= limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
  }

  async #invokeNow(event: string, requestId: string): Promise<Finished> {
    if (this.#isClosed) throw closing();
    const environment = this.#takeIdle() ?? this.#newEnvironment();
    const startedAt = performance.now();
    let text = `START RequestId: ${requestId} Version: $LATEST\n`;
    const ending = await environment.invoke({
      requestId,
      event,
      timeoutSeconds: this.definition.timeoutSeconds,
      context: {
        awsRequestId: requestId,
        functionName: this.definition.name,
        functionVersion: "$LATEST",
        invokedFunctionArn: this.definition.arn,
        memoryLimitInMB: String(this.definition.memorySizeMb),
        logGroupName: `/aws/lambda/${this.definition.name}`,
        logStreamName: "local",
      },
      log: (more) => {
        text += more.endsWith("\n") ? more : `${more}\n`;
      },
    });
    // Cut off by us: no fault of the function, and no attempt that counts.
    if (this.#isClosed && !ending.ok) throw closing();
    if (environment.isDead) this.#drop(environment);
    else this.#idle.push(environment);
    if (!ending.ok) text += `ERROR Invoke Error ${ending.payload}\n`;
    text += `END RequestId: ${requestId}\nREPORT RequestId: ${requestId} ${reportText(performance.now() - startedAt, this.definition, environment)}\n`;
    this.#keepLog(text);
    return { ending, logTail: Buffer.from(text).subarray(-LOG_TAIL_BYTES).toString("utf8") };
  }

  /** One that has ended meanwhile, because somebody killed its process, serves nobody. */
  #takeIdle(): Environment | undefined {
    for (;;) {
      const environment = this.#idle.pop();
      if (environment === undefined || !environment.isDead) return environment;
      this.#drop(environment);
    }
  }

  #newEnvironment(): Environment {
    const { definition } = this;
    const root = taskRoot(this.#account, definition);
    const options = {
      taskRoot: root,
      handlerName: definition.handler,
      memorySizeMb: definition.memorySizeMb,
      env: {
        ...definition.environment,
        ...this.#account.roleEnvironment(definition.roleArn, { service: "lambda" }),
        AWS_LAMBDA_FUNCTION_NAME: definition.name,
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memorySizeMb),
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
        AWS_LAMBDA_LOG_STREAM_NAME: "local",
        LAMBDA_TASK_ROOT: root,
        _HANDLER: definition.handler,
        TZ: "UTC",
        LANG: "en_US.UTF-8",
      },
    };
    const start = (listener: RuntimeListener): Runtime =>
      definition.runtime.startsWith("python")
        ? new PythonRuntime({ ...options, python: this.#python }, listener)
        : new NodeRuntime(options, listener);
    const environment = new Environment(start);
    this.#all.add(environment);
    return environment;
  }

  #drop(environment: Environment): void {
    this.#all.delete(environment);
    void environment.terminate();
  }

  #keepLog(text: string): void {
    mkdirSync(dirname(this.logFile), { recursive: true });
    appendFileSync(this.logFile, text);
  }
}

/** The line that Lambda writes at the end, with what is billed. */
function reportText(durationMs: number, { memorySizeMb }: FunctionDefinition, { maxMemoryMb }: Environment): string {
  const memory = maxMemoryMb === undefined ? "" : `\tMax Memory Used: ${maxMemoryMb} MB`;
  return `Duration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: ${memorySizeMb} MB${memory}`;
}

function closing(): AwsError {
  return new AwsError("ServiceException", "the local account is closing", { statusCode: 500 });
}
