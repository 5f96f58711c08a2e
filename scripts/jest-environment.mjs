import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestEnvironment } from "jest-environment-node";

/** Node's, with a temporary folder for each test file, which is removed with all that the file has left in it. */
export default class Environment extends TestEnvironment {
  #former;
  #folder;

  async setup() {
    await super.setup();
    this.#former = process.env.TMPDIR;
    this.#folder = mkdtempSync(join(tmpdir(), "test-"));
    // os.tmpdir() and child processes ask the process itself; a test file has a copy of its environment.
    process.env.TMPDIR = this.#folder;
    this.global.process.env.TMPDIR = this.#folder;
  }

  async teardown() {
    if (this.#former === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = this.#former;
    rmSync(this.#folder, { recursive: true, force: true });
    await super.teardown();
  }
}
