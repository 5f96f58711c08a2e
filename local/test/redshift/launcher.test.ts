import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { releaseLock } from "../../redshift/server/lock-file.js";
import { serverSettings } from "../../redshift/server/settings.js";
import { Warehouse } from "../../redshift/server/warehouse.js";

const open: Warehouse[] = [];
const others: ChildProcess[] = [];
afterEach(async () => {
  for (const child of others.splice(0)) child.kill("SIGKILL");
  for (const warehouse of open.splice(0)) await warehouse.stop();
});

async function openAt(folder: string): Promise<Warehouse> {
  const warehouse = await Warehouse.open({ folder, database: "analytics", masterUser: "admin" });
  open.push(warehouse);
  return warehouse;
}

/** A folder in a tree that only its owner may enter. */
function closedFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "local-account-closed-"));
  chmodSync(folder, 0o700);
  return path.join(folder, "warehouse");
}

/** The server's process number, from its lock file. */
function serverPid(folder: string): number {
  return Number(readFileSync(path.join(folder, "data", "postmaster.pid"), "utf8").split("\n")[0]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

interface Files {
  readonly sockets: string;
  readonly data: string;
}

/** Another node process that runs other-process.ts; it is killed when the tests end. */
function startOther(...args: readonly string[]) {
  const program = path.join(process.cwd(), "local", "test", "redshift", "other-process.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  others.push(child);
  const ready = new Promise<Files>((resolve, reject) => {
    child.stdout.once("data", (data: Buffer) => resolve(JSON.parse(data.toString())));
    child.once("exit", () => reject(new Error("the other process ended")));
  });
  return { child, ready };
}

test.each([
  ["a small container", 256, "128MB"],
  ["a laptop", 2000, "500MB"],
  ["a large machine", 65_536, "1024MB"],
])("the server of %s keeps a quarter of its memory in pages", (_, megabytes, pages) => {
  expect(serverSettings(megabytes * 1024 ** 2).shared_buffers).toBe(pages);
});

describe("the server", () => {
  test("works from a tree that only its owner may enter, and keeps its data", async () => {
    const folder = closedFolder();
    const first = await openAt(folder);
    const session = await first.session("admin");
    await session.run("create table public.t (n int)");
    await session.run("insert into public.t values (1)");
    await session.close();
    await first.stop();
    open.splice(0);
    const second = await (await openAt(folder)).session("admin");
    expect((await second.run("select n from public.t")).result?.rows).toEqual([["1"]]);
    await second.close();
  });

  test("listens on no port", async () => {
    const warehouse = await openAt(closedFolder());
    const settings = await (await warehouse.system("analytics")).query("show listen_addresses");
    expect(settings.rows).toEqual([{ listen_addresses: "" }]);
  });

  test("ends when its node process is killed, and what was committed is there at the next start", async () => {
    const folder = closedFolder();
    const { child, ready } = startOther(folder);
    const { sockets } = await ready;
    const pid = serverPid(folder);
    expect(isAlive(pid)).toBe(true);
    child.kill("SIGKILL");
    const session = await (await openAt(folder)).session("admin");
    expect(isAlive(pid)).toBe(false);
    expect((await session.run("select n from public.t")).result?.rows).toEqual([["1"]]);
    await until(() => !existsSync(sockets));
    await session.close();
  });

  test("a throw-away server leaves nothing behind when its node process is killed", async () => {
    const { child, ready } = startOther();
    const { sockets, data } = await ready;
    expect(existsSync(data)).toBe(true);
    child.kill("SIGKILL");
    await until(() => !existsSync(sockets) && !existsSync(data));
  });

  test("recovers when PostgreSQL itself was killed", async () => {
    const folder = closedFolder();
    const { child, ready } = startOther(folder);
    await ready;
    process.kill(serverPid(folder), "SIGKILL");
    child.kill("SIGKILL");
    const session = await (await openAt(folder)).session("admin");
    expect((await session.run("select n from public.t")).result?.rows).toEqual([["1"]]);
    await session.close();
  });
});

describe("a lock file that was left", () => {
  const leave = (pid: number): string => {
    const folder = mkdtempSync(path.join(tmpdir(), "local-account-lock-"));
    writeFileSync(path.join(folder, "postmaster.pid"), `${pid}\n/elsewhere\n`);
    return folder;
  };

  test("of a process that is gone is removed", async () => {
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    const folder = leave(gone);
    await releaseLock(folder);
    expect(existsSync(path.join(folder, "postmaster.pid"))).toBe(false);
  });

  test("whose number another program has now is removed", async () => {
    const folder = leave(process.pid);
    await releaseLock(folder);
    expect(existsSync(path.join(folder, "postmaster.pid"))).toBe(false);
  });

  test("where there is none, nothing happens", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "local-account-lock-"));
    mkdirSync(path.join(folder, "x"));
    await expect(releaseLock(folder)).resolves.toBeUndefined();
  });
});
