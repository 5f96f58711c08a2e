import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { StateUnreadable, writeFileWhole } from "./files.js";

/** An append-only file of JSON lines. What `append` returned from survives kill -9; a torn last line is dropped at the
 * next opening. Entries are read once, at opening; the owner keeps what they mean in memory. */
export class Journal<Entry> {
  readonly path: string;
  #file: number;
  #entries = 0;

  private constructor(path: string, file: number, entries: number) {
    this.path = path;
    this.#file = file;
    this.#entries = entries;
  }

  /** Opens or makes the file and hands every whole entry to `replay`, in order.
   * @throws StateUnreadable that names the file and line when an entry is not of this journal's shape. */
  static open<Entry>(path: string, parse: (value: unknown) => Entry, replay: (entry: Entry) => void): Journal<Entry> {
    mkdirSync(dirname(path), { recursive: true });
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const wholeLength = bytes.lastIndexOf(0x0a) + 1;
    const lines = wholeLength === 0 ? [] : bytes.toString("utf8", 0, wholeLength - 1).split("\n");
    lines.forEach((line, index) => {
      try {
        replay(parse(JSON.parse(line)));
      } catch (error) {
        throw new StateUnreadable(`${path}, line ${index + 1}: ${String(error)}`);
      }
    });
    const file = openSync(path, "a");
    if (wholeLength < bytes.length) ftruncateSync(file, wholeLength);
    return new Journal<Entry>(path, file, lines.length);
  }

  get length(): number {
    return this.#entries;
  }

  append(...entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    writeSync(this.#file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    this.#entries += entries.length;
  }

  /** Replaces the whole file by these entries: what the owner still needs. */
  compact(entries: readonly Entry[]): void {
    closeSync(this.#file);
    writeFileWhole(this.path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    this.#file = openSync(this.path, "a");
    this.#entries = entries.length;
  }

  close(): void {
    closeSync(this.#file);
  }
}
