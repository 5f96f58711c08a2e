import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { RuntimeListener, Work } from "../environment.js";

const version = "/2018-06-01/runtime";

/** The Lambda Runtime API for one execution environment, as AWS's runtime clients speak it
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html): the process asks for its next invocation, and posts
 * what became of it. */
export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  /** The request for the next invocation, which is answered when there is one. */
  #waiting: ServerResponse | undefined;

  private constructor(listener: RuntimeListener) {
    this.#listener = listener;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    // A process may wait for its next invocation for as long as it likes.
    this.#server.requestTimeout = 0;
    this.#server.timeout = 0;
    this.#server.keepAliveTimeout = 0;
  }

  static async open(listener: RuntimeListener): Promise<RuntimeApi> {
    const api = new RuntimeApi(listener);
    await new Promise<void>((resolve, reject) => {
      api.#server.once("error", reject);
      api.#server.listen(0, "127.0.0.1", resolve);
    });
    return api;
  }

  /** `host:port`, for AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the Runtime API has no port");
    return `127.0.0.1:${address.port}`;
  }

  give({ requestId, event, context, deadline }: Work): void {
    const response = this.#waiting;
    this.#waiting = undefined;
    response?.writeHead(200, {
      "Content-Type": "application/json",
      "Lambda-Runtime-Aws-Request-Id": requestId,
      "Lambda-Runtime-Deadline-Ms": String(deadline),
      "Lambda-Runtime-Invoked-Function-Arn": context.invokedFunctionArn ?? "",
    });
    response?.end(event);
  }

  hold(isHeld: boolean): void {
    if (isHeld) this.#server.ref();
    else this.#server.unref();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${(request.url ?? "").replace(/\/invocation\/[^/]+\/(response|error)$/, "/invocation/$1")}`;
    if (route === `GET ${version}/invocation/next`) {
      this.#waiting = response;
      return this.#listener.tell({ type: "ready" });
    }
    const type = outcomes.get(route);
    if (type === undefined) {
      response.writeHead(404).end();
      return;
    }
    const payload = await bodyOf(request);
    response.writeHead(202, { "Content-Type": "application/json" }).end('{"status":"OK"}\n');
    this.#listener.tell({ type, payload });
  }
}

const outcomes: ReadonlyMap<string, "result" | "failed" | "unloadable"> = new Map([
  [`POST ${version}/invocation/response`, "result"],
  [`POST ${version}/invocation/error`, "failed"],
  [`POST ${version}/init/error`, "unloadable"],
]);

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
