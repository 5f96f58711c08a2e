import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";

/** The bytes of an object's version, as a part of a file on disk. DuckDB and others may read `path` themselves. */
export class FileBody {
  readonly path: string;
  /** First byte. */
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;

  constructor(path: string, start: number, end: number) {
    this.path = path;
    this.start = start;
    this.end = end;
  }

  get length(): number {
    return this.end - this.start;
  }

  async bytes(): Promise<Buffer> {
    const buffer = Buffer.alloc(this.length);
    const file = await open(this.path, "r");
    try {
      let at = 0;
      while (at < buffer.length) {
        const { bytesRead } = await file.read(buffer, at, buffer.length - at, this.start + at);
        if (bytesRead === 0) throw new Error(`${this.path} is shorter than its index says`);
        at += bytesRead;
      }
    } finally {
      await file.close();
    }
    return buffer;
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString("utf8");
  }

  stream(): Readable {
    if (this.length === 0) return createReadStream(this.path, { start: 0, end: 0 }).take(0);
    return createReadStream(this.path, { start: this.start, end: this.end - 1 });
  }
}
