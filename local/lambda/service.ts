import { randomUUID } from "node:crypto";
import { type Account, AwsError, type ServiceBody, type Shape } from "../call/call.js";
import { optionalText, requiredText } from "../call/input.js";
import { environmentPython } from "../glue/spark/requirements.js";
import type { SqsService } from "../sqs/service.js";
import { AsyncInvokes } from "./async-invokes.js";
import { EventSourceMappings } from "./event-source-mappings.js";
import { functionsOf } from "./function.js";
import { type Finished, Pool } from "./pool.js";

const LARGEST_SYNC_BYTES = 6 * 1024 * 1024;
const LARGEST_ASYNC_BYTES = 1024 * 1024;

export interface LambdaService extends ServiceBody {
  /** Waits until every asynchronous event that is due has been handled. */
  settled(): Promise<void>;
  isBusy(): boolean;
  /** Starts a process for each function in Python, which take longest to be ready. */
  warm(): void;
}

/** Lambda: the functions of the templates, each with its asset, environment and role.
 * @param environment of Python, for the functions in it. Default: the `python3` of PATH. */
export function createLambdaService(account: Account, sqs: SqsService, environment?: string): LambdaService {
  const python = environment === undefined ? "python3" : environmentPython(environment);
  const pools = new Map(
    functionsOf(account).map((definition) => [definition.name, new Pool(account, definition, python)]),
  );
  const events = new AsyncInvokes(account, pools);
  const mappings = new EventSourceMappings(account, sqs, pools);
  const find = (input: Shape) => findPool(pools, requiredText(input, "FunctionName"), account);
  return {
    service: "lambda",
    async settled() {
      await events.settled();
      await mappings.settled();
    },
    isBusy: () => events.isBusy() || mappings.isBusy(),
    warm() {
      for (const pool of pools.values()) if (pool.definition.runtime.startsWith("python")) pool.warm();
    },
    operations: {
      Invoke: (input) => invoke(find(input), events, input),
      GetFunction: async (input) => ({ Configuration: configuration(find(input)), Tags: {} }),
      GetFunctionConfiguration: async (input) => configuration(find(input)),
      ListFunctions: async () => ({ Functions: [...pools.values()].map(configuration) }),
    },
    async start() {
      events.start();
      mappings.start();
    },
    async stop() {
      mappings.end();
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      await events.stop();
      await mappings.stop();
    },
  };
}

/** A function by name, ARN or partial ARN, with or without `:$LATEST`. @throws AwsError ResourceNotFoundException */
function findPool(pools: ReadonlyMap<string, Pool>, text: string, account: Account): Pool {
  const [, name = text, qualifier = "$LATEST"] =
    /^(?:(?:arn:[^:]+:lambda:[^:]+:)?\d+:function:)?([^:]+)(?::([^:]+))?$/.exec(text) ?? [];
  const pool = pools.get(name);
  if (pool === undefined || qualifier !== "$LATEST") {
    const arn = `arn:${account.partition}:lambda:${account.region}:${account.accountId}:function:${name}`;
    throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, {
      statusCode: 404,
      members: { Type: "User" },
    });
  }
  if (!/^(nodejs|python)/.test(pool.definition.runtime)) {
    throw new AwsError(
      "InvalidRuntimeException",
      `not supported in the local account: lambda runtime ${pool.definition.runtime} of ${name}; see the README of local-account`,
      { statusCode: 502 },
    );
  }
  return pool;
}

async function invoke(pool: Pool, events: AsyncInvokes, input: Shape): Promise<Shape> {
  const type = optionalText(input, "InvocationType") ?? "RequestResponse";
  const payload = payloadText(input.Payload);
  const limit = type === "Event" ? LARGEST_ASYNC_BYTES : LARGEST_SYNC_BYTES;
  if (Buffer.byteLength(payload) > limit) {
    throw new AwsError(
      "RequestTooLargeException",
      `${Buffer.byteLength(payload)} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      { statusCode: 413 },
    );
  }
  if (type === "DryRun") return { StatusCode: 204 };
  const requestId = randomUUID();
  if (type === "Event") {
    events.push(pool.definition.name, payload, requestId);
    return { StatusCode: 202 };
  }
  return answer(await pool.invoke(payload, requestId), input);
}

function answer({ ending, logTail }: Finished, input: Shape): Shape {
  const isTooLarge = ending.ok && Buffer.byteLength(ending.payload) > LARGEST_SYNC_BYTES;
  const payload = isTooLarge
    ? JSON.stringify({
        errorType: "Function.ResponseSizeTooLarge",
        errorMessage: `Response payload size exceeded maximum allowed payload size (${LARGEST_SYNC_BYTES} bytes).`,
      })
    : ending.payload;
  return {
    StatusCode: 200,
    ExecutedVersion: "$LATEST",
    Payload: Buffer.from(payload),
    ...(ending.ok && !isTooLarge ? {} : { FunctionError: "Unhandled" }),
    ...(input.LogType === "Tail" ? { LogResult: Buffer.from(logTail).toString("base64") } : {}),
  };
}

function payloadText(payload: unknown): string {
  const text =
    payload instanceof Uint8Array ? Buffer.from(payload).toString("utf8") : typeof payload === "string" ? payload : "";
  if (text === "") return "{}";
  try {
    JSON.parse(text);
  } catch (error) {
    throw new AwsError("InvalidRequestContentException", `Could not parse request body into json: ${String(error)}`, {
      members: { Type: "User" },
    });
  }
  return text;
}

function configuration({ definition }: Pool): Shape {
  return {
    FunctionName: definition.name,
    FunctionArn: definition.arn,
    Role: definition.roleArn,
    Handler: definition.handler,
    Runtime: definition.runtime,
    Timeout: definition.timeoutSeconds,
    MemorySize: definition.memorySizeMb,
    Description: definition.description,
    Environment: { Variables: definition.environment },
    Version: "$LATEST",
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
  };
}
