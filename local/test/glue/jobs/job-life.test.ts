import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Clock } from "../../../call/call.js";
import { findJob } from "../../../glue/jobs/definition.js";
import { type JobRunner, JobRuns } from "../../../glue/jobs/job-runs.js";
import { RunStore } from "../../../glue/jobs/run-store.js";
import type { RunRequest } from "../../../glue/spark/spark-process.js";
import { until } from "../caller.js";
import { FakeAccount, ROLE } from "../fake-account.js";

const MINUTE = 60_000;

/** A clock that goes when it is told to. */
class HandClock implements Clock {
  #now = 1_800_000_000_000;
  readonly #sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      });
    });
  }

  go(ms: number): void {
    this.#now += ms;
    for (const sleeper of this.#sleepers) if (sleeper.at <= this.#now) sleeper.wake();
  }

  get sleepers(): number {
    return this.#sleepers.size;
  }
}

/** Jobs that run until they are told how they ended. */
class HandRunner implements JobRunner {
  readonly requests: RunRequest[] = [];
  readonly #closing: (() => void)[] = [];
  #isClosed = false;
  problem: Error | undefined;
  end: (outcome: { state: "SUCCEEDED" | "FAILED"; message: string | null }) => void = () => undefined;

  async ready(): Promise<void> {
    if (this.problem !== undefined) throw this.problem;
  }

  run(request: RunRequest, signal: AbortSignal): ReturnType<JobRunner["run"]> {
    this.requests.push(request);
    return new Promise((resolve, reject) => {
      this.end = resolve;
      signal.addEventListener("abort", () => reject(signal.reason));
      this.#closing.push(() => reject(new Error("the runner is closed")));
      if (this.#isClosed) for (const close of this.#closing) close();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const close of this.#closing) close();
  }
}

let folder: string;
const opened: JobRuns[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "glue-life-"));
});
afterEach(async () => {
  // A run that is under way would write into the folder once more.
  await Promise.all(opened.splice(0).map((runs) => runs.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** The account as a start finds it. */
function open(options: { readonly hasScript?: boolean } = {}) {
  const clock = new HandClock();
  const account = new FakeAccount(folder, clock);
  if (options.hasScript !== false) account.putObject("scripts/job.py", "pass");
  account.addResource("AWS::Glue::Job", "job", {
    Role: ROLE,
    Command: { Name: "glueetl", ScriptLocation: "s3://scripts/job.py" },
    DefaultArguments: { "--x": "default", "--conf": "a=1" },
    Timeout: 10,
    ExecutionProperty: { MaxConcurrentRuns: 10 },
  });
  const store = new RunStore(join(folder, "runs"));
  const runner = new HandRunner();
  const runs = new JobRuns(account, store, runner, join(folder, "glue"));
  opened.push(runs);
  const begin = (timeoutMinutes?: number) =>
    runs.begin(findJob(account, "job"), { arguments: { "--x": "run" }, timeoutMinutes });
  const stateOf = (id: string) => store.find("job", id)?.state;
  return { account, clock, store, runner, runs, begin, stateOf };
}

describe("the life of a job run", () => {
  test("STARTING, RUNNING, SUCCEEDED, with the request that the runner needs", async () => {
    const { account, clock, runner, begin, stateOf, store } = open();
    const run = begin();
    expect(stateOf(run.id)).toBe("STARTING");
    await until(() => runner.requests.length === 1);
    expect(stateOf(run.id)).toBe("RUNNING");
    expect(runner.requests).toMatchObject([
      {
        run: run.id,
        arguments: [
          "--x",
          "run",
          "--JOB_NAME",
          "job",
          "--JOB_ID",
          expect.stringMatching(/^j_/),
          "--JOB_RUN_ID",
          run.id,
        ],
        conf: [["a", "1"]],
        environment: { AWS_ACCESS_KEY_ID: "KEY-job-role" },
      },
    ]);
    clock.go(5000);
    runner.end({ state: "SUCCEEDED", message: null });
    await until(() => account.events.length === 1);
    expect(store.find("job", run.id)).toMatchObject({ state: "SUCCEEDED", completedOn: run.startedOn + 5000 });
    expect(clock.sleepers).toBe(0);
  });

  test("runs of one millisecond are listed newest first, after a restart too", async () => {
    const { begin, store } = open();
    const begun = Array.from({ length: 8 }, () => begin().id);
    const newestFirst = [...begun].reverse();
    expect(store.ofJob("job").map(({ id }) => id)).toEqual(newestFirst);
    const again = open();
    const last = again.begin().id;
    expect(again.store.ofJob("job").map(({ id }) => id)).toEqual([last, ...newestFirst]);
    expect(again.store.unsettled().map(({ id }) => id)).toEqual([...begun, last]);
  });

  test("is cut short when its time is over, by the run's own limit or the job's", async () => {
    for (const [own, minutes] of [
      [undefined, 10],
      [3, 3],
    ] as const) {
      const { account, clock, runner, begin, stateOf } = open();
      const run = begin(own);
      await until(() => runner.requests.length === 1);
      clock.go(minutes * MINUTE - 1);
      await Promise.resolve();
      expect(stateOf(run.id)).toBe("RUNNING");
      clock.go(1);
      await until(() => account.events.length === 1);
      expect(stateOf(run.id)).toBe("TIMEOUT");
      expect(account.events).toMatchObject([{ detail: { state: "TIMEOUT", jobRunId: run.id, severity: "ERROR" } }]);
    }
  });

  test("FAILED, with the sentence that says what is missing, when Spark cannot start", async () => {
    const { account, runner, begin, store } = open();
    runner.problem = new Error("Spark did not start: Java is missing");
    const run = begin();
    await until(() => account.events.length === 1);
    expect(store.find("job", run.id)).toMatchObject({ state: "FAILED", errorMessage: runner.problem.message });
  });
});

describe("after the process was killed", () => {
  test("a run whose script is gone has FAILED", async () => {
    const run = open().begin();
    const { account, runs, store } = open({ hasScript: false });
    await runs.resume();
    await until(() => account.events.length === 1);
    expect(store.find("job", run.id)).toMatchObject({ state: "FAILED", errorMessage: expect.stringContaining("key") });
  });

  test("one that was stopping is STOPPED", async () => {
    const before = open();
    const run = before.begin();
    before.store.save({ ...run, state: "STOPPING" });
    const { account, runs, stateOf } = open();
    await runs.resume();
    expect(stateOf(run.id)).toBe("STOPPED");
    expect(account.events).toMatchObject([{ detail: { state: "STOPPED", severity: "INFO" } }]);
  });

  test("the time of one that starts over counts from its first start", async () => {
    const run = open().begin();
    const { account, clock, runner, runs, stateOf } = open();
    clock.go(9 * MINUTE);
    await runs.resume();
    await until(() => runner.requests.length === 1);
    expect(runner.requests[0]?.run).toBe(run.id);
    clock.go(MINUTE);
    await until(() => account.events.length === 1);
    expect(stateOf(run.id)).toBe("TIMEOUT");
  });

  test("an event that may not have gone out goes out", async () => {
    const before = open();
    const run = before.begin();
    before.store.save({ ...run, state: "SUCCEEDED", completedOn: 1, eventOwed: true });
    const { account, runs, store } = open();
    await runs.resume();
    expect(account.events).toMatchObject([{ detail: { jobRunId: run.id, state: "SUCCEEDED" } }]);
    expect(store.find("job", run.id)?.eventOwed).toBe(false);
  });
});
