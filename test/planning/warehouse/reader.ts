/** A reader that asks the same again and again until it is told to end. */
export class Reader {
  readonly wrong: string[] = [];
  reads = 0;
  #isOver = false;

  /** Resolves once it was told to end; never rejects. */
  async read(once: () => Promise<unknown>): Promise<void> {
    do {
      await once().then(
        () => this.reads++,
        (error: unknown) => this.wrong.push(String(error)),
      );
    } while (!this.#isOver);
  }

  end(): void {
    this.#isOver = true;
  }
}
