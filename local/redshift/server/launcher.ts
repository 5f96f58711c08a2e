import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ensureBinaries } from "./binaries.js";
import { cacheFolder, isRoot, makeTemporaryFolder, serverIdentity, WarehouseUnavailable } from "./folders.js";
import { isReady, releaseLock } from "./lock-file.js";
import { availableMemory, serverSettings } from "./settings.js";

/** A running PostgreSQL that listens on a Unix socket only. */
export interface PostgresServer {
  readonly socketFolder: string;
  readonly dataFolder: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** The server's parent: a shell that lives as long as our end of its standard input is open. However node ends, the
 * pipe closes, the server stops (SIGINT: fast shutdown), and its temporary folders go. */
const WATCHDOG = `exec 4<&0
"$@" </dev/null 4<&- &
p=$!
trap 'kill -INT $p 2>/dev/null' INT TERM
{ cat <&4 >/dev/null; kill -INT $p 2>/dev/null; } &
w=$!
while kill -0 $p 2>/dev/null; do wait $p; done
rm -rf "$SOCKETS" \${THROW_AWAY:+"$THROW_AWAY"}
kill $w 2>/dev/null`;

const READY_WITHIN_MS = 60_000;
const POLL_MS = 5;

function giveToServer(folder: string): void {
  if (serverIdentity.uid !== undefined && serverIdentity.gid !== undefined) {
    chownSync(folder, serverIdentity.uid, serverIdentity.gid);
  }
}

/** Gives a whole tree to the server's identity. */
export function giveTreeToServer(folder: string): void {
  if (serverIdentity.uid !== undefined) run("chown", ["-R", `${serverIdentity.uid}:${serverIdentity.gid}`, folder]);
  chmodSync(folder, 0o700);
}

/** Runs a program of the system to its end. @throws WarehouseUnavailable with what it printed. */
export function run(program: string, args: readonly string[], options: { readonly asServer?: boolean } = {}): void {
  const done = spawnSync(program, args, { encoding: "utf8", cwd: "/", ...(options.asServer ? serverIdentity : {}) });
  if (done.status !== 0) {
    const why = done.error?.message ?? `${done.stderr}${done.stdout}`.trim();
    throw new WarehouseUnavailable(`${path.basename(program)} failed: ${why}`);
  }
}

/** As root, the server runs as `nobody`, who may not be able to walk to the folder; but an open folder may always be
 * used by a path that is not walked. The server gets it as its fourth file. */
const OPEN_FOLDER = 3;

function dataPath(dataFolder: string): string {
  return isRoot && process.platform === "linux" ? `/proc/self/fd/${OPEN_FOLDER}` : dataFolder;
}

function command(dataFolder: string, socketFolder: string): readonly string[] {
  const settings = Object.entries(serverSettings(availableMemory())).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  return [path.join(ensureBinaries(), "bin", "postgres"), "-D", dataPath(dataFolder), "-k", socketFolder, ...settings];
}

function spawnServer(dataFolder: string, socketFolder: string, throwAway: string, logFile: string): ChildProcess {
  const log = openSync(logFile, "a");
  const folder = openSync(dataFolder, "r");
  try {
    return spawn("/bin/sh", ["-c", WATCHDOG, "sh", ...command(dataFolder, socketFolder)], {
      ...serverIdentity,
      cwd: "/",
      detached: true,
      stdio: ["pipe", "ignore", log, folder],
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", SOCKETS: socketFolder, THROW_AWAY: throwAway },
    });
  } finally {
    closeSync(log);
    closeSync(folder);
  }
}

/** Lets node end while the server runs: the end of node is what ends the server. */
function unref(child: ChildProcess): void {
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
}

/** Starts the server of a data folder, taking it over from a server that has just been left, and recovering what a
 * killed one left behind. @throws WarehouseUnavailable */
export async function startServer(
  dataFolder: string,
  options: { readonly isThrowAway: boolean },
): Promise<PostgresServer> {
  await releaseLock(dataFolder);
  const socketFolder = makeTemporaryFolder("local-account-db-");
  chmodSync(socketFolder, 0o755);
  giveToServer(socketFolder);
  const logFile = path.join(dataFolder, "server.log");
  const child = spawnServer(dataFolder, socketFolder, options.isThrowAway ? dataFolder : "", logFile);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
    rmSync(socketFolder, { recursive: true, force: true });
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!isReady(dataFolder)) {
    if (hasEnded || Date.now() > deadline) {
      child.stdin?.end();
      throw new WarehouseUnavailable(
        `PostgreSQL did not start in ${dataFolder}: ${lastLines(logFile)}. If files of the cache are missing, remove ${cacheFolder()}`,
      );
    }
    await wait(POLL_MS);
  }
  unref(child);
  return {
    socketFolder,
    dataFolder,
    process: child,
    async stop() {
      child.ref();
      child.stdin?.end();
      await ended;
    },
  };
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, "utf8").trim().split("\n").slice(-5).join("; ") || "no message";
  } catch {
    return "no message";
  }
}
