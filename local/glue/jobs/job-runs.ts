import { createHash, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Account, AwsError } from "../../call/call.js";
import type { SharedSpark } from "../spark/shared-spark.js";
import type { RunRequest } from "../spark/spark-process.js";
import { extraPyFiles, mergeArguments, pythonModules, scriptArguments, sparkSettings } from "./arguments.js";
import { findJob, type JobDefinition, jobAssumer, timeoutMinutes } from "./definition.js";
import { locate } from "./locate.js";
import { isActive, type JobRun } from "./run.js";
import type { RunStore } from "./run-store.js";
import { removeOutput } from "./unfinished-output.js";

type EndState = "SUCCEEDED" | "FAILED" | "STOPPED" | "TIMEOUT";

/** What runs the jobs: Spark, or what stands in for it. */
export interface JobRunner extends Pick<SharedSpark, "ready" | "close"> {
  run(request: RunRequest, signal: AbortSignal): Promise<{ readonly state: EndState; readonly message: string | null }>;
}

/** Why a run is cut short. */
class CutShort {
  readonly state: "STOPPED" | "TIMEOUT";
  constructor(state: "STOPPED" | "TIMEOUT") {
    this.state = state;
  }
}

/** The life of job runs: started, followed to their end, stopped, and taken up again after the process was killed. */
export class JobRuns {
  readonly #account: Account;
  readonly #store: RunStore;
  readonly #spark: JobRunner;
  readonly #folder: string;
  readonly #followed = new Map<string, { readonly cut: AbortController; readonly done: Promise<void> }>();
  #isClosed = false;

  constructor(account: Account, store: RunStore, spark: JobRunner, folder: string) {
    this.#account = account;
    this.#store = store;
    this.#spark = spark;
    this.#folder = folder;
  }

  /** @throws AwsError ConcurrentRunsExceededException (E1.7) */
  begin(
    job: JobDefinition,
    options: {
      readonly arguments: Readonly<Record<string, string>>;
      readonly timeoutMinutes?: number | undefined;
      readonly workerType?: string | undefined;
      readonly numberOfWorkers?: number | undefined;
    },
  ): JobRun {
    const active = this.#store.ofJob(job.Name).filter(isActive).length;
    if (active >= job.ExecutionProperty.MaxConcurrentRuns)
      throw new AwsError("ConcurrentRunsExceededException", `Concurrent runs exceeded for ${job.Name}`);
    const now = this.#account.clock.now();
    const run: JobRun = {
      id: `jr_${randomBytes(32).toString("hex")}`,
      jobName: job.Name,
      state: "STARTING",
      startedOn: now,
      ordinal: this.#store.nextOrdinal(),
      runningSince: null,
      lastModifiedOn: now,
      completedOn: null,
      arguments: { ...options.arguments },
      errorMessage: null,
      timeoutMinutes: options.timeoutMinutes ?? timeoutMinutes(job),
      workerType: options.workerType ?? job.WorkerType ?? null,
      numberOfWorkers: options.numberOfWorkers ?? job.NumberOfWorkers ?? null,
      glueVersion: job.GlueVersion ?? null,
      eventOwed: false,
    };
    this.#store.save(run);
    this.#follow(run);
    return run;
  }

  /** Asks a run to stop; it is STOPPING, then STOPPED. */
  halt(run: JobRun): void {
    this.#change(run, { state: "STOPPING" });
    this.#followed.get(run.id)?.cut.abort(new CutShort("STOPPED"));
  }

  /** Takes up what was under way when the process ended: such a run starts over, under its id, so that whoever waits
   * for it sees a run that took longer. */
  async resume(): Promise<void> {
    for (const run of this.#store.unsettled()) {
      if (!isActive(run)) await this.#announce(run);
      else if (run.state === "STOPPING") await this.#end(run, "STOPPED", null);
      else this.#follow(run, () => removeOutput(this.#account, run));
    }
  }

  /** Leaves the runs as they are on disk; `resume` takes them up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#spark.close();
    await Promise.allSettled([...this.#followed.values()].map(({ done }) => done));
  }

  #follow(run: JobRun, before: () => Promise<void> = async () => undefined): void {
    const cut = new AbortController();
    // The work takes real time, so a virtual clock must not run ahead of it.
    const release = this.#account.clock.hold?.();
    const done = this.#toItsEnd(run, cut, before).finally(() => {
      release?.();
      this.#followed.delete(run.id);
    });
    this.#followed.set(run.id, { cut, done });
    done.catch((error: unknown) => {
      if (!this.#isClosed) process.emitWarning(`Glue run ${run.id} was lost sight of: ${String(error)}`);
    });
  }

  async #toItsEnd(run: JobRun, cut: AbortController, before: () => Promise<void>): Promise<void> {
    const timer = new AbortController();
    const left = run.startedOn + run.timeoutMinutes * 60_000 - this.#account.clock.now();
    this.#account.clock.sleep(left, timer.signal).then(
      () => cut.abort(new CutShort("TIMEOUT")),
      () => undefined,
    );
    let state: EndState = "FAILED";
    let message: string | null;
    try {
      await before();
      ({ state, message } = await this.#execute(run, cut.signal));
    } catch (error) {
      if (this.#isClosed) return;
      if (cut.signal.reason instanceof CutShort) state = cut.signal.reason.state;
      message = messageOf(state, error);
    } finally {
      timer.abort();
    }
    await this.#end(this.#current(run), state, message);
  }

  async #execute(run: JobRun, signal: AbortSignal) {
    const job = findJob(this.#account, run.jobName);
    const environment = this.#environmentOf(job);
    const merged = mergeArguments(job, run.arguments);
    const downloads = join(this.#folder, "downloads");
    const script = await locate(this.#account, job.Command.ScriptLocation, job, downloads);
    const located = (locations: readonly string[]) =>
      Promise.all(locations.map((location) => locate(this.#account, location, job, downloads)));
    const pyFiles = await located(extraPyFiles(merged));
    const modules = await located(pythonModules(merged));
    await this.#spark.ready();
    signal.throwIfAborted();
    const now = this.#account.clock.now();
    this.#change(this.#current(run), { state: "RUNNING", runningSince: run.runningSince ?? now });
    mkdirSync(join(this.#folder, "logs"), { recursive: true });
    const jobId = `j_${createHash("sha256").update(run.jobName).digest("hex")}`;
    return this.#spark.run(
      {
        run: run.id,
        script: script.path,
        arguments: scriptArguments(merged, { jobName: run.jobName, jobId, runId: run.id }),
        pyFiles,
        modules,
        conf: sparkSettings(merged),
        environment,
        log: join(this.#folder, "logs", `${run.id}.log`),
      },
      signal,
    );
  }

  /** Glue takes a job whose role it cannot assume, and fails its runs. */
  #environmentOf(job: JobDefinition): Readonly<Record<string, string>> {
    try {
      return this.#account.roleEnvironment(job.Role, jobAssumer(this.#account, job.Name));
    } catch (error) {
      if (!(error instanceof AwsError) || error.name !== "AccessDenied") throw error;
      throw new Error(`Role ${job.Role} should be given assume role permissions for Glue Service.`);
    }
  }

  async #end(run: JobRun, state: EndState, message: string | null): Promise<void> {
    const now = this.#account.clock.now();
    await this.#announce(this.#change(run, { state, errorMessage: message, completedOn: now, eventOwed: true }));
  }

  /** E1.13. The event is owed until it is known to be out: after a kill it may come twice, never not at all. */
  async #announce(run: JobRun): Promise<void> {
    await this.#account.emit({
      source: "aws.glue",
      detailType: "Glue Job State Change",
      detail: {
        jobName: run.jobName,
        severity: run.state === "SUCCEEDED" || run.state === "STOPPED" ? "INFO" : "ERROR",
        state: run.state,
        jobRunId: run.id,
        message: run.errorMessage ?? `Job run ${run.state === "SUCCEEDED" ? "succeeded" : "stopped"}`,
      },
    });
    this.#store.save({ ...run, eventOwed: false });
  }

  #current(run: JobRun): JobRun {
    return this.#store.find(run.jobName, run.id) ?? run;
  }

  #change(run: JobRun, change: Partial<JobRun>): JobRun {
    const changed = { ...run, ...change, lastModifiedOn: this.#account.clock.now() };
    this.#store.save(changed);
    return changed;
  }
}

function messageOf(state: EndState, error: unknown): string | null {
  if (state === "STOPPED") return null;
  if (state === "TIMEOUT") return "Job run exceeded its timeout";
  return error instanceof Error ? error.message : String(error);
}
