import type { Overview, OverviewAnswer } from "../model/api.js";

/** Knows when each row changed last, so that a page that looks again gets only what is new to it. */
export class Changes {
  readonly #rows = new Map<string, { readonly text: string; readonly version: number }>();
  #version = 0;

  /** @param since the version that the page has; 0 for none. */
  answer(overview: Overview, since: number): OverviewAnswer {
    const next = this.#version + 1;
    for (const row of overview.rows) {
      const text = JSON.stringify(row);
      if (this.#rows.get(row.dataset)?.text === text) continue;
      this.#rows.set(row.dataset, { text, version: next });
      this.#version = next;
    }
    // A page of an earlier console on this port has a version that this one never gave.
    const known = since > this.#version ? 0 : since;
    return {
      ...overview,
      rows: overview.rows.filter(({ dataset }) => (this.#rows.get(dataset)?.version ?? 0) > known),
      order: overview.rows.map(({ dataset }) => dataset),
      version: this.#version,
    };
  }
}
