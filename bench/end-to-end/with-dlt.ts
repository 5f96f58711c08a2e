import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { z } from "zod";
import { ensureBinaries } from "../../local/redshift/server/binaries.js";
import { makeTemporaryFolder } from "../../local/redshift/server/folders.js";
import { giveTreeToServer, type PostgresServer, run, startServer } from "../../local/redshift/server/launcher.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const environment = join(root, "bench", ".venv");
const requirements = join(root, "bench", "end-to-end", "requirements.txt");
const Answer = z.strictObject({ seconds: z.number(), rows: z.number() });

/** Makes the environment with dlt when it is missing or its pins have changed; the only time that the network is needed. */
export function prepareDlt(): void {
  const stamp = join(environment, ".pins");
  const pins = readFileSync(requirements, "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === pins) return;
  console.log("making the Python environment with dlt ...");
  rmSync(environment, { recursive: true, force: true });
  const pip = [join(environment, "bin", "pip"), "install", "-q", "--disable-pip-version-check", "-r", requirements];
  for (const [program = "", ...args] of [["python3", "-m", "venv", environment], pip]) {
    const done = spawnSync(program, args, { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${done.error?.message ?? done.stderr}`);
  }
  writeFileSync(stamp, pins);
}

/** dlt in a process that stays, beside a plain PostgreSQL of the local account's own binaries and settings. */
export class Dlt {
  readonly #server: PostgresServer;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #folder: string;

  private constructor(server: PostgresServer, folder: string, script: string) {
    this.#server = server;
    this.#folder = folder;
    const file = join(root, "bench", "end-to-end", script);
    const child = spawn(join(environment, "bin", "python"), [file, server.socketFolder, folder], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** @param script beside this file */
  static async start(script = "load_with_dlt.py"): Promise<Dlt> {
    const making = makeTemporaryFolder("sluice-bench-");
    giveTreeToServer(making);
    const data = join(making, "data");
    const initdb = join(ensureBinaries(), "bin", "initdb");
    run(initdb, ["-D", data, "-U", "rdsdb", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"], {
      asServer: true,
    });
    return new Dlt(await startServer(data, { isThrowAway: true }), mkdtempSync(join(tmpdir(), "sluice-dlt-")), script);
  }

  /** Loads one file. @returns seconds */
  async load(path: string): Promise<number> {
    this.#child.stdin?.write(`${path}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("dlt ended; its error stands above");
    return Answer.parse(JSON.parse(value)).seconds;
  }

  /** Rows of the table. */
  async count(table = "bench.flights"): Promise<number> {
    const client = new pg.Client({ host: this.#server.socketFolder, user: "rdsdb", database: "postgres" });
    await client.connect();
    try {
      const found = await client.query<{ n: string }>(`select count(*) as n from ${table}`);
      return Number(found.rows[0]?.n);
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.stdin?.end();
    await closed;
    await this.#server.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
