import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { classArchive, environmentPython, javaProblem, requirePython } from "./requirements.js";

/** What the Python side needs to run a job, or to get ready for it. */
export interface JobRequest {
  readonly environment: Readonly<Record<string, string>>;
  /** A path is a file, or a folder that is a zip archive on AWS; `name` is the object's. */
  readonly pyFiles: readonly { readonly path: string; readonly name: string }[];
}

export interface RunRequest extends JobRequest {
  /** Zips of wheels; a path as of `pyFiles`. */
  readonly modules: JobRequest["pyFiles"];
  readonly run: string;
  readonly script: string;
  readonly arguments: readonly string[];
  readonly conf: readonly (readonly [string, string])[];
  /** File that takes what the job prints. */
  readonly log: string;
}

const Answer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("warm") }),
  z.object({
    type: z.literal("ended"),
    run: z.string(),
    state: z.enum(["SUCCEEDED", "FAILED"]),
    message: z.string().nullable(),
  }),
]);
type Answer = z.infer<typeof Answer>;
export type RunOutcome = Pick<Extract<Answer, { type: "ended" }>, "state" | "message">;

/** The process ended while somebody waited for it. */
export class SparkProcessEnded extends Error {
  override readonly name = "SparkProcessEnded";
}

/** One Python process with a warm Spark session; see python/glue_runner. It answers one request at a time. It dies
 * with this process, whatever ends it, since its stdin closes then. */
export class SparkProcess {
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #ended: Promise<SparkProcessEnded>;
  #answer: (answer: Answer) => void = () => undefined;

  /** `folder` takes its scratch files and its log; `environment` is Python's. @throws Error when Python is missing */
  constructor(folder: string, environment: string) {
    this.#folder = folder;
    const python = environmentPython(environment);
    requirePython(python);
    const scratch = freshScratchFolder(folder);
    const log = openSync(this.log, "w");
    // A group of its own, so that the JVM can be ended with it, and Ctrl-C at the terminal does not reach it.
    this.#child = spawn(
      python,
      ["-u", "-m", "glue_runner", scratch, ...[classArchive(environment)].filter(existsSync)],
      {
        cwd: scratch,
        env: cleanEnvironment(python),
        stdio: ["pipe", "pipe", log],
        detached: process.platform !== "win32",
      },
    );
    closeSync(log);
    this.#child.stdin?.on("error", () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) => resolve(new SparkProcessEnded(`The Spark process did not start: ${error}`)));
      this.#child.once("exit", (code, signal) =>
        resolve(new SparkProcessEnded(`The Spark process ended (${signal ?? `exit code ${code}`})`)),
      );
    });
    if (this.#child.stdout !== null)
      createInterface({ input: this.#child.stdout }).on("line", (line) => this.#answer(Answer.parse(JSON.parse(line))));
    this.ready = this.#becomeReady();
    // Who needs it, awaits it; nobody has to.
    this.ready.catch(() => undefined);
  }

  get log(): string {
    return join(this.#folder, "spark.log");
  }

  /** Resolves when the process is gone. */
  async ended(): Promise<void> {
    await this.#ended;
  }

  async warm(request: JobRequest): Promise<void> {
    await this.ready;
    await this.#ask({ type: "warm", ...request });
  }

  /** @throws SparkProcessEnded */
  async run(request: RunRequest): Promise<RunOutcome> {
    await this.ready;
    const answer = await this.#ask({ type: "run", ...request });
    if (answer.type !== "ended" || answer.run !== request.run)
      throw new SparkProcessEnded(`The Spark process answered ${answer.type} to a run`);
    return { state: answer.state, message: answer.message };
  }

  /** Ends it and its JVM at once: nothing of a run goes on. */
  async kill(): Promise<void> {
    const pid = this.#child.pid;
    if (pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) {
      if (process.platform === "win32") execFile("taskkill", ["/f", "/t", "/pid", String(pid)], () => undefined);
      else process.kill(-pid, "SIGKILL");
    }
    await this.#ended;
  }

  #ask(message: Readonly<Record<string, unknown>>): Promise<Answer> {
    const answer = this.#nextAnswer();
    this.#child.stdin?.write(`${JSON.stringify({ ...message, pyFilesFolder: join(this.#folder, "py-files") })}\n`);
    return answer;
  }

  #nextAnswer(): Promise<Answer> {
    const answer = new Promise<Answer>((resolve) => {
      this.#answer = resolve;
    });
    return Promise.race([answer, this.#ended.then((error) => Promise.reject(error))]);
  }

  async #becomeReady(): Promise<void> {
    try {
      await this.#nextAnswer();
    } catch (error) {
      const why = (await javaProblem()) ?? lastLine(this.log) ?? String(error);
      throw new SparkProcessEnded(`Spark did not start: ${why} (log: ${this.log})`);
    }
  }
}

/** Former ones are left by processes that were killed; nobody needs them. */
function freshScratchFolder(folder: string): string {
  const parent = join(folder, "scratch");
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) {
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // Its process is still on its way out, and writes. The next start removes it.
    }
  }
  const fresh = join(parent, randomBytes(4).toString("hex"));
  mkdirSync(fresh);
  return fresh;
}

/** This process's environment without credentials of the user's and without proxies: a job reaches the local account
 * and nothing else. */
function cleanEnvironment(python: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|SPARK_|PYSPARK_|PYTHON|(all|https?|no)_proxy$)/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    PYTHONPATH: fileURLToPath(new URL("../python", import.meta.url)),
    PYTHONDONTWRITEBYTECODE: "1",
    PYSPARK_PYTHON: python,
    PYSPARK_DRIVER_PYTHON: python,
    SPARK_LOCAL_IP: "127.0.0.1",
    AWS_EC2_METADATA_DISABLED: "true",
    // Glue's own time zone.
    TZ: "UTC",
  };
}

function lastLine(path: string): string | undefined {
  return readFileSync(path, "utf8").trimEnd().split("\n").at(-1) || undefined;
}
