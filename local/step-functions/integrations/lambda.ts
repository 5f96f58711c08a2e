import type { Shape } from "../../call/call.js";
import { isJsonObject, type Json, parseJson, TaskFailure } from "../../interpreter/index.js";
import { argumentsOf } from "./arguments.js";
import { optimisedFailure } from "./failures.js";
import { call, type Host, type Integration } from "./host.js";
import { sdkMetadata } from "./metadata.js";

const LAMBDA = { prefix: "Lambda", catchAll: "AWSLambdaException", title: "AWSLambda" };

/** `lambda:invoke` (A8.1), also `.waitForTaskToken`. */
export const invokeLambda: Integration = async (host, task) => {
  if (task.resumed !== undefined) return task.resumed;
  const given = argumentsOf(task, [
    "FunctionName",
    "Payload",
    "InvocationType",
    "ClientContext",
    "LogType",
    "Qualifier",
  ]);
  const { FunctionName, Payload, InvocationType, Qualifier } = given;
  const name = typeof FunctionName === "string" ? FunctionName : "";
  const output = await invoke(host, {
    FunctionName: name,
    InvocationType: typeof InvocationType === "string" ? InvocationType : "RequestResponse",
    ...(typeof Qualifier === "string" ? { Qualifier } : {}),
    Payload: Buffer.from(JSON.stringify(Payload ?? {})),
  });
  return {
    ExecutedVersion: typeof output.ExecutedVersion === "string" ? output.ExecutedVersion : "$LATEST",
    Payload: payloadOf(output) ?? {},
    ...sdkMetadata(),
    StatusCode: typeof output.StatusCode === "number" ? output.StatusCode : 200,
  };
};

/** A Task whose Resource is a function's ARN: its arguments are the payload, the payload its result. */
export const invokeFunction: Integration = async (host, task) => {
  const Payload = Buffer.from(JSON.stringify(task.arguments));
  const output = await invoke(host, { FunctionName: task.resource, InvocationType: "RequestResponse", Payload });
  return payloadOf(output) ?? null;
};

async function invoke(host: Host, input: Shape): Promise<Shape> {
  let output: Shape;
  try {
    output = await call(host, "lambda", "Invoke", input);
  } catch (error) {
    throw optimisedFailure(LAMBDA, error);
  }
  if (output.FunctionError === undefined || output.FunctionError === null) return output;
  throw functionFailure(payloadOf(output));
}

function payloadOf(output: Shape): Json | undefined {
  const { Payload } = output;
  if (!(Payload instanceof Uint8Array) || Payload.length === 0) return undefined;
  return parseJson(Buffer.from(Payload).toString("utf8"));
}

/** A function's error surfaces as its class name, with the whole answer as cause (A8.4). */
function functionFailure(payload: Json | undefined): TaskFailure {
  const type = isJsonObject(payload) ? payload.errorType : undefined;
  return new TaskFailure(typeof type === "string" ? type : "Lambda.Unknown", JSON.stringify(payload ?? {}));
}
