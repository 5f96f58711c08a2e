import type { z } from "zod";
import { Problem } from "../../model/api.js";

/** What the server could not do: its name and sentence. */
export class Answered extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** What a page says of whatever was thrown. */
export const problemOf = (error: unknown): Answered =>
  error instanceof Answered ? error : new Answered("PageFault", String(error));

/** What some work could not do; undefined where it went well. */
export const problemFrom = (work: () => Promise<void>): Promise<Answered | undefined> =>
  work().then(() => undefined, problemOf);

const storageKey = "sluice-token";

/**
 * Takes the token out of the address, so that it is not seen or copied, and keeps it for this address, so that a link to one
 * of its pages opens in another tab and after a restart of the command.
 */
export function takeToken(): string {
  const found = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (found !== undefined) {
    localStorage.setItem(storageKey, found);
    history.replaceState(null, "", "#/");
  }
  return found ?? localStorage.getItem(storageKey) ?? "";
}

/** Speaks to the page's own server. */
export class Client {
  /** What a command needs, to be typed for the same account. */
  flags = "";
  #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  useToken(token: string): void {
    this.#token = token;
    localStorage.setItem(storageKey, token);
  }

  /** @throws Answered */
  get<Schema extends z.ZodType>(path: string, query: Readonly<Record<string, string>>, schema: Schema) {
    return this.getAll(path, Object.entries(query), schema);
  }

  /** With names that may repeat. @throws Answered */
  getAll<Schema extends z.ZodType>(path: string, query: [string, string][], schema: Schema) {
    return this.#ask(`${path}?${new URLSearchParams(query)}`, { method: "GET" }, schema);
  }

  /** @throws Answered */
  post<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema) {
    const headers = { "content-type": "application/json" };
    return this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) }, schema);
  }

  async #ask<Schema extends z.ZodType>(path: string, init: RequestInit, schema: Schema): Promise<z.output<Schema>> {
    let response: Response;
    try {
      response = await fetch(path, { ...init, headers: { ...init.headers, "x-sluice-token": this.#token } });
    } catch {
      throw new Answered("ConsoleGone", `The console has stopped. Start it again: sluice console${this.flags}`);
    }
    const value = await jsonOf(response);
    if (!response.ok) {
      const { error, message } = Problem.parse(value);
      throw new Answered(error, message);
    }
    return schema.parse(value);
  }
}

/** What is not JSON came from something between the page and the console. @throws Answered */
async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new Answered(
      "NotTheConsole",
      `Something other than the console answered (${response.status}): a proxy, for example because you are signed out. Reload the page.`,
    );
  }
}
