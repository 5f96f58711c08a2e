import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const Account = z.object({
  endpoint: z.string(),
  region: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
});
export type Account = z.infer<typeof Account>;

export interface Ended {
  readonly status: number | null;
  readonly text: string;
}

const startWithinMs = 180_000;

/** The `sluice` command of one build, on one project's local account. */
export class Build {
  readonly #program: string;
  readonly #project: string;
  #up: { readonly child: ChildProcess; readonly ended: Promise<Ended> } | undefined;

  constructor(tree: string, project: string) {
    this.#program = join(tree, "bin", "sluice.js");
    this.#project = project;
  }

  /** Runs a command to its end. @param stopAt kills it, as a power cut would, when it has said this */
  sluice(args: readonly string[], stopAt?: string): Promise<Ended> {
    return this.#start(args, stopAt).ended;
  }

  /** @throws Error with what the command said unless it ends well */
  async must(...args: readonly string[]): Promise<string> {
    const { status, text } = await this.sluice(args);
    if (status !== 0) throw new Error(`sluice ${args.join(" ")} ended with ${status}:\n${text}`);
    return text;
  }

  /** Starts the local account and waits until it can be used. */
  async up(): Promise<Account> {
    const file = join(this.#project, ".sluice", "account.json");
    rmSync(file, { force: true });
    const up = this.#start(["up"], undefined, ["local"]);
    this.#up = up;
    let ended: Ended | undefined;
    void up.ended.then((end) => {
      ended = end;
    });
    for (const giveUpAt = Date.now() + startWithinMs; Date.now() < giveUpAt && ended === undefined; await sleep(200)) {
      if (existsSync(file)) return Account.parse(JSON.parse(readFileSync(file, "utf8")));
    }
    throw new Error(`The local account did not start: ${ended?.text ?? "it takes too long"}`);
  }

  /** Ends the local account; `SIGKILL` leaves everything as it stands. */
  async down(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const up = this.#up;
    this.#up = undefined;
    up?.child.kill(signal);
    await up?.ended;
  }

  #start(args: readonly string[], stopAt: string | undefined, before: readonly string[] = []) {
    const isUp = before.length > 0;
    const command = [this.#program, ...before, ...args, "--project", this.#project, ...(isUp ? [] : ["--local"])];
    const child = spawn(process.execPath, command, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, CI: "1" },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
        if (stopAt !== undefined && text.includes(stopAt)) child.kill("SIGKILL");
      });
    }
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => resolve({ status, text }));
    });
    return { child, ended };
  }
}
