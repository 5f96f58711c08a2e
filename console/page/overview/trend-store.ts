import type { Trend } from "../../model/overview.js";
import { Trends } from "../../model/overview.js";
import type { Client } from "../shell/client.js";

const mostAtOnce = 60;
const againMs = 1500;

/** The trends of the datasets that are seen: asked for together, again while they are being read, and when a load ended. */
export class TrendStore {
  readonly #client: Client;
  readonly #onChange: () => void;
  readonly #known = new Map<string, { readonly revision: number; readonly trend: Trend }>();
  readonly #wanted = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;

  constructor(client: Client, onChange: () => void) {
    this.#client = client;
    this.#onChange = onChange;
  }

  /** What is known of a dataset; what is not, or is older than that revision, is asked for. */
  of(dataset: string, revision: number): Trend | undefined {
    const known = this.#known.get(dataset);
    if (known?.revision !== revision || known.trend.isPending) this.#want(dataset, revision);
    return known?.trend;
  }

  #want(dataset: string, revision: number): void {
    const isNew = !this.#wanted.has(dataset);
    this.#wanted.set(dataset, revision);
    if (!isNew || this.#isAsking) return;
    const isFirst = !this.#known.has(dataset);
    if (isFirst) clearTimeout(this.#timer);
    if (isFirst || this.#timer === undefined) this.#timer = setTimeout(() => void this.#ask(), isFirst ? 0 : againMs);
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    this.#isAsking = true;
    const asked = [...this.#wanted].slice(0, mostAtOnce);
    for (const [dataset] of asked) this.#wanted.delete(dataset);
    try {
      const query = asked.map(([dataset]): [string, string] => ["dataset", dataset]);
      const revisions = new Map(asked);
      for (const trend of await this.#client.getAll("/api/trends", query, Trends)) {
        this.#known.set(trend.dataset, { revision: revisions.get(trend.dataset) ?? 0, trend });
      }
      this.#onChange();
    } catch {
      // The page's own look says what is wrong; the plots keep what they have.
    }
    this.#isAsking = false;
    if (this.#wanted.size > 0) this.#timer = setTimeout(() => void this.#ask(), againMs);
  }
}
