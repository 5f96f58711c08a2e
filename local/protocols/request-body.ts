import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AwsError, FileBody } from "../call/call.js";

const LARGEST_BUFFERED_BYTES = 16 * 1024 * 1024;

/** A whole body in memory. @throws AwsError RequestEntityTooLarge */
export async function readBuffered(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LARGEST_BUFFERED_BYTES)
      throw new AwsError("RequestEntityTooLarge", "The request is too large", { statusCode: 413 });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Writes a body to a file as it comes, taking `aws-chunked` framing off. Returns the bytes and the trailer's headers.
 * @throws AwsError XAmzContentSHA256Mismatch, IncompleteBody */
export async function readToFile(
  request: IncomingMessage,
  path: string,
  expectedSha256: string,
): Promise<{ readonly body: FileBody; readonly trailers: Readonly<Record<string, string>> }> {
  const isFramed = expectedSha256.startsWith("STREAMING-");
  const framing = new ChunkedFraming();
  const hash = createHash("sha256");
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  try {
    if (isFramed) await pipeline(request, framing, meter, createWriteStream(path));
    else await pipeline(request, meter, createWriteStream(path));
    const declared = request.headers["x-amz-decoded-content-length"];
    if (declared !== undefined && Number(declared) !== size)
      throw new AwsError(
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header",
      );
    if (/^[0-9a-f]{64}$/.test(expectedSha256) && hash.digest("hex") !== expectedSha256) {
      throw new AwsError(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { body: new FileBody(path, 0, size), trailers: framing.trailers };
}

/** Takes off the framing `<hex size>[;…]\r\n<bytes>\r\n … 0\r\n<trailers>\r\n`. */
class ChunkedFraming extends Transform {
  readonly trailers: Record<string, string> = {};
  #pending: Buffer = Buffer.alloc(0);
  #left = 0;
  #state: "size" | "bytes" | "end-of-bytes" | "trailers" = "size";

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    try {
      while (this.#step()) {}
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _flush(done: (error?: Error | null) => void): void {
    const isWhole = this.#state === "trailers";
    done(isWhole ? null : new AwsError("IncompleteBody", "The body ended inside a chunk"));
  }

  /** Takes one thing off the pending bytes; false when more are needed. */
  #step(): boolean {
    if (this.#state === "bytes") {
      if (this.#pending.length === 0) return false;
      const part = this.#pending.subarray(0, this.#left);
      this.push(part);
      this.#pending = this.#pending.subarray(part.length);
      this.#left -= part.length;
      if (this.#left === 0) this.#state = "end-of-bytes";
      return true;
    }
    const end = this.#pending.indexOf("\r\n");
    if (end < 0) return false;
    const line = this.#pending.toString("latin1", 0, end);
    this.#pending = this.#pending.subarray(end + 2);
    if (this.#state === "end-of-bytes") {
      this.#state = "size";
      return true;
    }
    if (this.#state === "trailers") {
      const colon = line.indexOf(":");
      if (colon > 0) this.trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
      return true;
    }
    this.#left = Number.parseInt(line.split(";")[0] ?? "", 16);
    if (Number.isNaN(this.#left))
      throw new AwsError("InvalidChunkSizeError", "Only the last chunk is allowed to have a size less than 8192 bytes");
    this.#state = this.#left === 0 ? "trailers" : "bytes";
    return true;
  }
}
