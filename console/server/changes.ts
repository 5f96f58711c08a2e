/** Knows when each row changed last, so that a page that looks again gets only what is new to it. */
export class Changes<Kind extends { readonly dataset: string }> {
  readonly #rows = new Map<string, { readonly row: Kind; readonly text: string; readonly version: number }>();
  #version = 0;

  /** @param since the version that the page has; 0 for none. */
  answer(rows: readonly Kind[], since: number): { rows: Kind[]; order: string[]; version: number } {
    const next = this.#version + 1;
    for (const row of rows) {
      const known = this.#rows.get(row.dataset);
      // A row that is the very same object is not looked at again.
      if (known?.row === row) continue;
      const text = JSON.stringify(row);
      const isNew = known?.text !== text;
      if (isNew) this.#version = next;
      this.#rows.set(row.dataset, { row, text, version: isNew ? next : known.version });
    }
    // A page of an earlier console on this port has a version that this one never gave.
    const from = since > this.#version ? 0 : since;
    return {
      rows: rows.filter(({ dataset }) => (this.#rows.get(dataset)?.version ?? 0) > from),
      order: rows.map(({ dataset }) => dataset),
      version: this.#version,
    };
  }
}
