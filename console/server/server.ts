import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ConsoleBackend } from "./backend.js";
import { Changes } from "./changes.js";
import { makeToken, whyRefused } from "./guard.js";
import { safetyHeaders } from "./headers.js";
import type { Asset } from "./page.js";
import { RequestWrong, routes, type Told } from "./routes.js";

export interface Console {
  readonly port: number;
  readonly token: string;
  /** With the token in the fragment, which a browser sends nowhere. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ConsoleOptions {
  readonly backend: ConsoleBackend;
  readonly assets: ReadonlyMap<string, Asset>;
  /** 0 lets the system choose. */
  readonly port: number;
  /** One that was given out before, so that links go on opening; otherwise a new one. */
  readonly token?: string | undefined;
  /** What went wrong on our side, for the terminal. */
  readonly onError?: (error: unknown) => void;
}

const largestBody = 16 * 1024;

/** Serves the page and its data on 127.0.0.1, and nowhere else. Rejects when the port is taken. */
export async function serveConsole({
  backend,
  assets,
  port,
  token = makeToken(),
  onError,
}: ConsoleOptions): Promise<Console> {
  const told: Told = { summaries: new Changes(), cells: new Changes() };
  let own = port;
  const server: Server = createServer((request, response) => {
    answer(request, { backend, assets, told, token, port: own }).then(
      (reply) => send(response, reply),
      (error: unknown) => {
        const reply = problemOf(error);
        if (reply.status >= 500) onError?.(error);
        send(response, reply);
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  own = addressOf(server).port;
  return {
    port: own,
    token,
    url: `http://127.0.0.1:${own}/#token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Serving extends Pick<ConsoleOptions, "backend" | "assets" | "port"> {
  readonly told: Told;
  readonly token: string;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly content: string | Uint8Array;
}

const json = (status: number, value: unknown): Reply => ({
  status,
  type: "application/json; charset=utf-8",
  content: JSON.stringify(value),
});
const problem = (status: number, error: string, message: string) => json(status, { error, message });

async function answer(request: IncomingMessage, serving: Serving): Promise<Reply> {
  const refused = whyRefused(request, serving.port, serving.token);
  if (refused !== undefined) return problem(refused.status, "NotLetIn", refused.message);
  const { pathname, searchParams } = new URL(request.url ?? "/", `http://127.0.0.1:${serving.port}`);
  const method = request.method ?? "";
  const asset = method === "GET" ? serving.assets.get(pathname) : undefined;
  if (asset !== undefined) return { status: 200, ...asset };
  const name = `${method} ${pathname}`;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (route === undefined) return problem(404, "NotThere", `There is no ${name}.`);
  const body = method === "POST" ? await readBody(request) : undefined;
  return json(200, await route(serving.backend, { query: searchParams, body }, serving.told));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    size += part.length;
    if (size > largestBody) throw new RequestWrong(`A request has at most ${largestBody} bytes.`);
    chunks.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new RequestWrong("The request is not JSON.");
  }
}

/** What was foreseen has its own sentence; an error of the account keeps its name. */
function problemOf(error: unknown): Reply {
  if (!(error instanceof Error)) return problem(502, "Error", String(error));
  const status = { RequestWrong: 400, NotPossible: 400, NotThere: 404 }[error.name] ?? 502;
  return problem(status, error.name, error.message);
}

function send(response: ServerResponse, { status, type, content }: Reply): void {
  response.writeHead(status, { ...safetyHeaders, "content-type": type }).end(content);
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the console's server is not listening");
  return address;
}
