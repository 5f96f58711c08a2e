import { execFile } from "node:child_process";
import { closeSync, constants, createReadStream, openSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Each piece is a turn between two processes. */
const PIECE_BYTES = 1024 ** 2;

/**
 * Has one write a file of CSV and another read it, both at once, through a named pipe. One after the other on Windows, which
 * has none, and where there is so little that making the pipe takes longer. @throws what the reader throws, or else the writer
 */
export async function streamCsv(
  file: string,
  write: (file: string) => Promise<unknown>,
  reader: NodeJS.WritableStream,
  isLittle = false,
): Promise<void> {
  try {
    if (process.platform === "win32" || isLittle) {
      await write(file);
      await pipeline(createReadStream(file, { highWaterMark: PIECE_BYTES }), reader);
      return;
    }
    await execute("mkfifo", ["-m", "600", file]);
    const writing = write(file);
    let isRead = false;
    const reading = pipeline(createReadStream(file, { highWaterMark: PIECE_BYTES }), reader).finally(() => {
      isRead = true;
    });
    const ended = writing.catch(async () => {
      // One that never came to open the pipe would leave the reader waiting for it.
      for (; !isRead; await sleep(5)) endOfFile(file);
    });
    const [written, read] = await Promise.allSettled([writing, reading, ended]);
    // A reader that fails breaks the writer's pipe: it is the one that says why.
    if (read.status === "rejected") throw read.reason;
    if (written.status === "rejected") throw written.reason;
  } finally {
    rmSync(file, { force: true });
  }
}

/** Opens the pipe for a moment: a reader that waits sees its end. */
function endOfFile(file: string): void {
  try {
    closeSync(openSync(file, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {
    // Nobody waits yet, or any more.
  }
}
