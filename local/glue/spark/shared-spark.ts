import { type JobRequest, type RunOutcome, type RunRequest, SparkProcess, SparkProcessEnded } from "./spark-process.js";

/** The account's one Spark process, started when it is first needed, used by one run at a time. */
export class SharedSpark {
  readonly #folder: string;
  readonly #environment: string | undefined;
  #process: SparkProcess | undefined;
  /** Settles when whoever has the process is done with it. */
  #tail: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** @param environment of Python */
  constructor(folder: string, environment: string | undefined) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** Starts the process, if there is none, and waits for it. @throws Error with a sentence that says what is missing */
  async ready(): Promise<void> {
    await this.#started().ready;
  }

  /** Gets ready for jobs of this environment, so that the first one is as quick as the next. */
  async warm(request: JobRequest): Promise<void> {
    await this.ready();
    await this.#inTurn(() => this.#started().warm(request));
  }

  /** Runs a job when its turn comes. Aborting `signal` leaves the queue, or ends the process in the midst of the run,
   * and rejects with the signal's reason.
   * @throws SparkProcessEnded when the process died of the job */
  run(request: RunRequest, signal: AbortSignal): Promise<RunOutcome> {
    const turn = this.#inTurn(async () => {
      signal.throwIfAborted();
      const spark = this.#started();
      const kill = () => void spark.kill();
      signal.addEventListener("abort", kill, { once: true });
      try {
        return await spark.run(request);
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener("abort", kill);
        if (signal.aborted) await spark.kill();
      }
    });
    return Promise.race([turn, rejection(signal)]);
  }

  /** Ends the process at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#process?.kill();
  }

  #started(): SparkProcess {
    if (this.#isClosed) throw new SparkProcessEnded("The local account is closing");
    if (this.#process === undefined) {
      if (this.#environment === undefined)
        throw new Error("Glue jobs need a Python environment with PySpark: name its folder in the option `python`");
      const started = new SparkProcess(this.#folder, this.#environment);
      this.#process = started;
      void started.ended().then(() => {
        if (this.#process === started) this.#process = undefined;
      });
    }
    return this.#process;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#tail.then(work);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}

/** Rejects when the signal is aborted; otherwise never settles. */
function rejection(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return promise;
}
