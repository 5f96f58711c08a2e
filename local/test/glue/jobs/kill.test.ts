import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "@jest/globals";
import { createGlueService } from "../../../glue/service.js";
import { caller, until } from "../caller.js";
import { accountWithJobs, runInState } from "./fixture.js";

const tsx = createRequire(join(process.cwd(), "package.json")).resolve("tsx/cli");
const scriptOfVictim = join(process.cwd(), "local", "test", "glue", "jobs", "killed-account.ts");

/** Processes whose command line or working folder is of the folder: Spark's Python workers show only the latter. Linux only; elsewhere there is nothing to look at. */
function processesOf(folder: string): readonly string[] {
  if (!existsSync("/proc/self/cmdline")) return [];
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return line.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

test("a run that was under way at a kill -9 starts over under its id, with an empty folder, and leaves no process", async () => {
  const folder = mkdtempSync(join(tmpdir(), "glue-kill-"));
  try {
    const victim = spawn(process.execPath, [tsx, scriptOfVictim, folder, join(folder, "out")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: victim.stdout }), "line");
    const id = String(line);
    await until(() => existsSync(join(folder, "out")));
    // tsx runs the script in a child of its own, which is the one that holds Spark.
    const before = processesOf(folder);
    expect(before.length).toBeGreaterThanOrEqual(existsSync("/proc/self/cmdline") ? 3 : 0);
    for (const pid of before)
      if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("killed-account.ts"))
        process.kill(Number(pid), "SIGKILL");
    await until(() => processesOf(folder).length === 0);

    const account = accountWithJobs(folder);
    const own = `processed/runs/x/${id}/part.parquet`;
    account.putObject(own, "half");
    account.putObject("processed/runs/x/another/part.parquet", "whole");
    writeFileSync(join(folder, "out.go"), "");
    const service = createGlueService(account, { python: ".venv" });
    const call = caller(service);
    expect(await call("GetJobRun", { JobName: "one", RunId: id })).toMatchObject({
      JobRun: { JobRunState: "RUNNING" },
    });
    await service.start?.();
    expect(await runInState(call, "one", id)).toMatchObject({ JobRunState: "SUCCEEDED" });
    expect(account.objectKeys()).toEqual(["processed/runs/x/another/part.parquet"]);
    expect(await call("GetJobRuns", { JobName: "one" })).toMatchObject({ JobRuns: [{ Id: id }] });
    expect(readFileSync(join(folder, "out"), "utf8")).toContain(id);
    await service.stop?.();
    await until(() => processesOf(folder).length === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
