import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createGlueService, type GlueService } from "../../../glue/service.js";
import { caller, until } from "../caller.js";
import type { FakeAccount } from "../fake-account.js";
import { accountWithJobs, changeHelper, runInState } from "./fixture.js";

// Spark starts three times; on a busy machine that is slow.
jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), "glue-jobs-"));
let account: FakeAccount;
let service: GlueService;
let call: ReturnType<typeof caller>;

beforeAll(async () => {
  account = accountWithJobs(folder);
  service = createGlueService(account, { python: ".venv" });
  call = caller(service);
  await service.warm();
}, 300_000);

afterAll(async () => {
  await service.stop?.();
  rmSync(folder, { recursive: true, force: true });
});

const out = (name: string) => join(folder, name);

async function start(jobName: string, what: string, name: string): Promise<string> {
  const { JobRunId } = await call("StartJobRun", {
    JobName: jobName,
    Arguments: { "--do": what, "--out": out(name) },
  });
  return String(JobRunId);
}

describe("a job run", () => {
  test("has its role's credentials on the driver and on the workers, its arguments, and settings of its own", async () => {
    for (const job of ["one", "other", "one"]) {
      const id = await start(job, "pass", job);
      expect(id).toMatch(/^jr_[0-9a-f]{64}$/);
      expect(await runInState(call, job, id)).toMatchObject({ JobRunState: "SUCCEEDED" });
      const key = `KEY-job-role-${job}`;
      expect(readFileSync(out(job), "utf8").trim().split("\n").at(-1)).toBe(
        `[['${key}', '${key}'], '${key}', '${job}', '${id}', '4']`,
      );
    }
    expect(account.events.slice(0, 1)).toMatchObject([
      { source: "aws.glue", detailType: "Glue Job State Change", detail: { jobName: "one", state: "SUCCEEDED" } },
    ]);
  });

  test("that raises has FAILED, with the exception's line, and its output is in its log", async () => {
    const id = await start("one", "fail", "fail");
    expect(await runInState(call, "one", id)).toMatchObject({
      JobRunState: "FAILED",
      ErrorMessage: "ValueError: these rows",
    });
    expect(readFileSync(join(account.stateFolder, "glue", "logs", `${id}.log`), "utf8")).toContain("are bad");
  });

  test("whose packages are not to be had has FAILED before its script is run", async () => {
    const begin = async (modules: string) =>
      call("StartJobRun", {
        JobName: "one",
        Arguments: {
          "--out": out("unstarted"),
          "--additional-python-modules": modules,
          "--python-modules-installer-option": "--no-index",
        },
      });
    for (const [modules, message] of [
      ["s3://assets/none.gluewheels.zip", "has none-such 1.0, this machine's environment none"],
      ["s3://assets/missing.gluewheels.zip", "missing.gluewheels.zip"],
      ["none-such", "none-such would be asked of a package index"],
    ] as const) {
      const { JobRunId } = await begin(modules);
      expect(await runInState(call, "one", JobRunId)).toMatchObject({
        JobRunState: "FAILED",
        ErrorMessage: expect.stringContaining(message),
      });
    }
    expect(existsSync(out("unstarted"))).toBe(false);
  });

  test("that ends by sys.exit(0) has SUCCEEDED", async () => {
    expect(await runInState(call, "one", await start("one", "exit", "exit"))).toMatchObject({
      JobRunState: "SUCCEEDED",
    });
  });

  test("imports its modules afresh when they have changed", async () => {
    changeHelper(folder);
    await runInState(call, "one", await start("one", "pass", "changed"));
    expect(readFileSync(out("changed"), "utf8")).toMatch(/^\[\['eu-west-1', 'eu-west-1'\], 'KEY-job-role-one'/);
  });

  test("over MaxConcurrentRuns is refused; those within it take turns", async () => {
    const first = await start("one", "wait", "first");
    await until(() => existsSync(out("first")));
    const second = await start("one", "wait", "second");
    await expect(start("one", "pass", "third")).rejects.toMatchObject({ name: "ConcurrentRunsExceededException" });
    await runInState(call, "one", second, ["RUNNING"]);
    expect(existsSync(out("second"))).toBe(false);
    writeFileSync(out("first.go"), "");
    writeFileSync(out("second.go"), "");
    await runInState(call, "one", first);
    await runInState(call, "one", second);
    expect(existsSync(out("second"))).toBe(true);
    const { JobRuns } = await call("GetJobRuns", { JobName: "one", MaxResults: 2 });
    expect(JobRuns).toMatchObject([{ Id: second }, { Id: first }]);
  });

  test("whose process dies has FAILED, and the next one has a new process", async () => {
    expect(await runInState(call, "one", await start("one", "die", "die"))).toMatchObject({
      JobRunState: "FAILED",
      ErrorMessage: "The Spark process ended (exit code 3)",
    });
    expect(await runInState(call, "one", await start("one", "exit", "exit"))).toMatchObject({
      JobRunState: "SUCCEEDED",
    });
  }, 300_000);

  test("that is stopped ends at once, and does nothing more", async () => {
    const id = await start("one", "wait", "stopped");
    await until(() => existsSync(out("stopped")));
    expect(await call("BatchStopJobRun", { JobName: "one", JobRunIds: [id, "jr_none"] })).toMatchObject({
      SuccessfulSubmissions: [{ JobRunId: id }],
      Errors: [{ JobRunId: "jr_none", ErrorDetail: { ErrorCode: "EntityNotFoundException" } }],
    });
    writeFileSync(out("stopped.go"), "");
    expect(await runInState(call, "one", id)).toMatchObject({ JobRunState: "STOPPED" });
    expect(readFileSync(out("stopped"), "utf8")).toBe("");
  });
});

test("unknown jobs, runs and arguments are refused by name", async () => {
  await expect(call("StartJobRun", { JobName: "none" })).rejects.toMatchObject({ name: "EntityNotFoundException" });
  await expect(call("GetJobRun", { JobName: "one", RunId: "jr_none" })).rejects.toMatchObject({
    name: "EntityNotFoundException",
  });
  await expect(call("StartJobRun", { JobName: "one", JobRunQueuingEnabled: true })).rejects.toMatchObject({
    name: "InvalidInputException",
    message: "JobRunQueuingEnabled: JobRunQueuingEnabled is not supported in the local account",
  });
});
