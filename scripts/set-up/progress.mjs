const REDRAW_MS = 200;

/** What is under way, in one line: drawn over and over on a terminal, written once elsewhere. */
export class Progress {
  #stream;
  #began = Date.now();
  #tasks = new Map();
  #timer;
  #hasBegun = false;

  constructor(stream) {
    this.#stream = stream;
  }

  /** Begins tasks. @returns what takes how far one is, a short text; undefined ends it */
  begin(names) {
    for (const name of names) this.#tasks.set(name, "");
    if (!this.#hasBegun && !this.#stream.isTTY)
      this.#stream.write(`set-up: preparing ${names.join(" and ")} (a minute or two) ...\n`);
    this.#hasBegun = true;
    if (this.#stream.isTTY) this.#timer ??= setInterval(() => this.#draw(), REDRAW_MS).unref();
    return (name, state) => {
      if (state === undefined) this.#tasks.delete(name);
      else this.#tasks.set(name, state);
    };
  }

  end(isDone) {
    clearInterval(this.#timer);
    if (this.#timer !== undefined) this.#stream.write("\r\x1b[K");
    if (isDone && this.#hasBegun) this.#stream.write(`set-up: ready after ${this.#seconds()} s\n`);
  }

  #draw() {
    const tasks = [...this.#tasks].map(([name, state]) => (state === "" ? name : `${name} ${state}`));
    const text = `set-up: ${tasks.join(", ")} (${this.#seconds()} s)`;
    this.#stream.write(`\r${text.slice(0, (this.#stream.columns ?? 80) - 1)}\x1b[K`);
  }

  #seconds() {
    return Math.round((Date.now() - this.#began) / 1000);
  }
}
