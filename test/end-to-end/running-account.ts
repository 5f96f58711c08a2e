import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type Clients, createClients } from "../../cli/account/clients.js";
import { builtCommand } from "./built-command.js";

const built = builtCommand();

const Ready = z.strictObject({
  endpoint: z.string(),
  region: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  buckets: z.record(z.string(), z.strictObject({ landing: z.string(), processed: z.string() })),
  stateMachines: z.record(z.string(), z.string()),
});
export type Ready = z.infer<typeof Ready>;

/** The temporary folder of all commands and accounts of a suite. */
const temporary = mkdtempSync(join(tmpdir(), "commands-"));
const environment = { ...built.environment, TMPDIR: temporary };

/** What they have left in it. */
export const left = (): readonly string[] => readdirSync(temporary);

/** `sluice local up` in a process of its own, as a person runs it. */
export class RunningAccount {
  readonly ready: Ready;
  readonly clients: Clients;
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;

  private constructor(child: ChildProcess, ended: Promise<number | null>, ready: Ready) {
    this.#process = child;
    this.#ended = ended;
    this.ready = ready;
    this.clients = createClients({ region: ready.region, local: ready });
  }

  /**
   * Resolves when the account is ready for calls.
   * @param program what Node runs as `sluice`
   * @throws Error with what the command said, when it ends before
   */
  static start(project: string, program = built.program): Promise<RunningAccount> {
    const child = spawn(process.execPath, [program, "local", "up", "--json", "--project", project], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    // A test run that is broken off leaves nothing behind.
    process.once("exit", () => child.kill("SIGKILL"));
    let said = "";
    let out = "";
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      written.push(text);
    });
    return new Promise((resolve, reject) => {
      ended.then((code) => reject(new Error(`sluice local up ended with ${code}:\n${said}`)));
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
        if (out.includes("\n")) resolve(new RunningAccount(child, ended, Ready.parse(JSON.parse(out))));
      });
    });
  }

  /** As `kill -9` does it: nothing can be written down, nothing is closed. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }

  /** Ctrl-C. @returns the exit code. */
  async stop(): Promise<number | null> {
    this.#process.kill("SIGINT");
    return this.#ended;
  }

  machine(name: string): string {
    const arn = this.ready.stateMachines[name];
    if (arn === undefined) throw new Error(`no state machine ${name}: ${Object.keys(this.ready.stateMachines)}`);
    return arn;
  }

  bucket(source: string, kind: "landing" | "processed"): string {
    const bucket = this.ready.buckets[source]?.[kind];
    if (bucket === undefined) throw new Error(`no ${kind} bucket of ${source}`);
    return bucket;
  }
}

/** What every command has written, the account's own included. */
export const written: string[] = [];

/** Runs one command of `sluice` to its end. */
export function sluice(...args: readonly string[]): Promise<{ code: number | null; out: string; said: string }> {
  const child = spawn(process.execPath, [built.program, ...args], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { out: "", said: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    texts.said += text;
  });
  return new Promise((resolve) =>
    child.once("close", (code) => {
      written.push(texts.out, texts.said);
      resolve({ code, ...texts });
    }),
  );
}
