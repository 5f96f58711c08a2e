import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { AwsError, isFileBody } from "../call/call.js";

import { ConnectionLost } from "../call/faults.js";
import { webhookPath } from "../webhooks/webhooks.js";
import type { Backend } from "./backend.js";
import type { ErrorAnswer } from "./errors.js";
import { exchange } from "./exchange.js";
import type { RestAnswer } from "./rest.js";

export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1; port 0 lets the system choose. The backend may come later: until then every answer is 503. */
export async function listen(port: number, backend: () => Backend | undefined): Promise<Endpoint> {
  const server = createServer((request, response) => {
    void serve(request, response, backend());
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(new Error(`the local account cannot listen on port ${port}: ${error.message}`)),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => closeServer(server) };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, backend: Backend | undefined): Promise<void> {
  try {
    if (backend === undefined) {
      response.writeHead(503).end("the local account is starting");
      return;
    }
    if (request.url?.startsWith(webhookPath)) {
      response.writeHead(await backend.webhook(request)).end();
      return;
    }
    const answer = await exchange(request, backend);
    await send(request, response, answer);
  } catch (error) {
    if (error instanceof ConnectionLost) {
      request.socket.destroy();
      return;
    }
    if (!(error instanceof AwsError) && !response.destroyed) backend?.report(error);
    if (!response.headersSent) response.writeHead(500).end();
    else response.destroy();
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: RestAnswer | ErrorAnswer,
): Promise<void> {
  const { status, headers, body } = answer;
  const length = isFileBody(body) ? body.length : Buffer.byteLength(body);
  const isBodiless = request.method === "HEAD" || status === 204 || status === 304;
  // HEAD says how long the body would be: for an object its Content-Length header is already there.
  const contentLength = isBodiless ? {} : { "content-length": String(length) };
  response.writeHead(status, { ...headers, ...contentLength });
  // What is left of a refused upload is read and dropped, so that the client gets to read the answer.
  if (!request.complete) request.resume();
  if (isBodiless) response.end();
  else if (isFileBody(body)) await pipeline(body.stream(), response);
  else response.end(body);
}
