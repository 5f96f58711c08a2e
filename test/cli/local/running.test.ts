import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { enter, leave, waitForGuests } from "../../../cli/local/guests.js";
import { announce, findRunning, type Running, withdraw } from "../../../cli/local/running.js";
import { ownIdentity, type ProcessIdentity } from "../../../local/persistence/process-identity.js";

const project = () => mkdtempSync(join(tmpdir(), "sluice-test-"));
const running = (identity: ProcessIdentity): Running => ({
  endpoint: "http://127.0.0.1:1",
  region: "eu-west-1",
  accessKeyId: "key",
  secretAccessKey: "secret",
  ...identity,
  digest: "d",
});

/** The number of a process that has ended. */
function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  return new Promise((resolve) => child.once("exit", () => resolve(child.pid ?? 0)));
}

describe("finding the local account of a project", () => {
  test("announced: found; withdrawn: not", async () => {
    const folder = project();
    expect(await findRunning(folder)).toBeUndefined();
    announce(folder, running(ownIdentity()));
    expect(await findRunning(folder)).toEqual(running(ownIdentity()));
    withdraw(folder);
    expect(await findRunning(folder)).toBeUndefined();
  });

  test("what a killed process left behind counts as none, torn files too", async () => {
    const folder = project();
    announce(folder, running({ ...ownIdentity(), pid: await endedProcess() }));
    expect(await findRunning(folder)).toBeUndefined();
    // A later process that was given its number is another one.
    announce(folder, running({ ...ownIdentity(), startedAt: "1" }));
    expect(await findRunning(folder)).toBeUndefined();
    writeFileSync(join(folder, ".sluice", "account.json"), '{"endpoint":');
    expect(await findRunning(folder)).toBeUndefined();
  });
});

describe("an account that another command started", () => {
  test("waits for its guests, and for none that was killed", async () => {
    const folder = project();
    mkdirSync(join(folder, ".sluice", "guests"), { recursive: true });
    writeFileSync(join(folder, ".sluice", "guests", String(await endedProcess())), "");
    let waits = 0;
    await waitForGuests(folder, () => waits++);
    expect(waits).toBe(0);
    enter(folder);
    const released = waitForGuests(folder, () => {
      waits++;
      leave(folder);
    });
    await released;
    expect(waits).toBe(1);
  });
});
