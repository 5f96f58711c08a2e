// Runs one execution environment of a function, as Lambda's Node.js runtime does: loads the handler once, then answers
// one invocation after the other. Plain JavaScript, because worker threads load it as it lies.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";

const { taskRoot, handlerName } = workerData;

for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk, encoding, done) => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    parentPort.postMessage({ type: "log", text });
    const callback = typeof encoding === "function" ? encoding : done;
    if (callback) callback();
    return true;
  };
}

function failure(errorType, error) {
  if (error instanceof Error) {
    return { errorType, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
  }
  return {
    errorType: typeof error,
    errorMessage: typeof error === "string" ? error : JSON.stringify(error),
    trace: [],
  };
}

async function load() {
  const dot = handlerName.lastIndexOf(".");
  const [modulePath, exportName] = [handlerName.slice(0, dot), handlerName.slice(dot + 1)];
  const file = [".js", ".mjs", ".cjs"]
    .map((suffix) => join(taskRoot, modulePath + suffix))
    .find((path) => existsSync(path));
  if (file === undefined) {
    throw {
      errorType: "Runtime.ImportModuleError",
      errorMessage: `Error: Cannot find module '${modulePath}'`,
      trace: [],
    };
  }
  let module;
  try {
    module = file.endsWith(".cjs") ? createRequire(file)(file) : await import(pathToFileURL(file).href);
  } catch (error) {
    const isSyntax = error instanceof SyntaxError;
    throw failure(isSyntax ? "Runtime.UserCodeSyntaxError" : "Runtime.ImportModuleError", error);
  }
  const handler = module[exportName] ?? module.default?.[exportName];
  if (typeof handler !== "function") {
    throw {
      errorType: "Runtime.HandlerNotFound",
      errorMessage: `${handlerName} is undefined or not exported`,
      trace: [],
    };
  }
  return handler;
}

function call(handler, event, context) {
  if (handler.length < 3) return Promise.resolve(handler(event, context));
  return new Promise((resolve, reject) => {
    const answer = handler(event, context, (error, value) => (error ? reject(error) : resolve(value)));
    if (answer && typeof answer.then === "function") answer.then(resolve, reject);
  });
}

let handler;
try {
  handler = await load();
  parentPort.postMessage({ type: "ready" });
} catch (error) {
  parentPort.postMessage({
    type: "unloadable",
    error: error.errorType === undefined ? failure("Runtime.Unknown", error) : error,
  });
}

parentPort.on("message", async ({ event, context, deadline }) => {
  try {
    const value = await call(handler, JSON.parse(event), {
      ...context,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    parentPort.postMessage({ type: "result", payload: JSON.stringify(value) ?? "null" });
  } catch (error) {
    parentPort.postMessage({ type: "failed", error: failure(error instanceof Error ? error.name : "Error", error) });
  }
});
