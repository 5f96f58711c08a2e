import type { z } from "zod";
import type { Row } from "../../model/api.js";
import { MapAnswer, type Overview, OverviewAnswer, type Summary } from "../../model/overview.js";
import { type Answered, type Client, problemOf } from "./client.js";

/** How the page is kept up to date now. */
export type Liveness = "live" | "watching" | "resting";

/** On AWS a look counts towards a limit of calls; in the local account it costs nothing. */
const everyMs = { live: { local: 2000, aws: 5000 }, watching: { local: 5000, aws: 30_000 } } as const;
/** Without a key or a click for so long, and with nothing running, the page asks no more. */
const restAfterMs = 5 * 60_000;

/** The rows of one kind, kept up to date by what changed. */
class Kept<Kind extends { readonly dataset: string }> {
  readonly #rows = new Map<string, Kind>();
  version = 0;

  take({ version, order, rows }: { version: number; order: readonly string[]; rows: readonly Kind[] }): Kind[] {
    // A console that was started anew counts from the beginning.
    if (version < this.version) this.#rows.clear();
    this.version = version;
    for (const row of rows) this.#rows.set(row.dataset, row);
    return order.flatMap((dataset) => this.#rows.get(dataset) ?? []);
  }
}

/**
 * Refreshes again and again: often while something runs, seldom while somebody is there, never when the page is hidden or
 * nobody is. Each refresh brings only the rows that changed.
 */
export class Live {
  overview: Overview | undefined;
  /** The heat map's rows; undefined until they were wanted. */
  map: readonly Row[] | undefined;
  problem: Answered | undefined;
  liveness: Liveness = "watching";
  readonly #client: Client;
  readonly #onChange: () => void;
  readonly #summaries = new Kept<Summary>();
  readonly #cells = new Kept<Row>();
  #wantsMap = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRefreshing = false;
  #lastSeen = Date.now();

  constructor(client: Client, onChange: () => void) {
    this.#client = client;
    this.#onChange = onChange;
  }

  start(): void {
    document.addEventListener("visibilitychange", this.#onVisibility);
    for (const type of ["pointerdown", "keydown"]) window.addEventListener(type, this.#onPresence);
    void this.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    for (const type of ["pointerdown", "keydown"]) window.removeEventListener(type, this.#onPresence);
  }

  /** Whether the cells of every partition are asked for, too: only the heat map shows them. */
  set wantsMap(wants: boolean) {
    const isNew = wants && !this.#wantsMap;
    this.#wantsMap = wants;
    if (isNew) void this.refresh();
  }

  /** One refresh, now. */
  async refresh(): Promise<void> {
    if (this.#isRefreshing) return;
    this.#isRefreshing = true;
    clearTimeout(this.#timer);
    try {
      const { version, order, rows, ...rest } = await this.#ask("/api/overview", this.#summaries, OverviewAnswer);
      this.#client.flags = rest.flags;
      this.overview = { ...rest, rows: this.#summaries.take({ version, order, rows }) };
      if (this.#wantsMap) this.map = this.#cells.take(await this.#ask("/api/map", this.#cells, MapAnswer));
      this.problem = undefined;
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.#isRefreshing = false;
    }
    this.#plan();
    this.#onChange();
    // The map may have been opened meanwhile.
    if (this.#wantsMap && this.map === undefined && this.problem === undefined) await this.refresh();
  }

  #ask<Schema extends z.ZodType>(path: string, kept: { readonly version: number }, schema: Schema) {
    return this.#client.get(path, { since: String(kept.version) }, schema);
  }

  get isRunning(): boolean {
    const { overview } = this;
    if (overview === undefined) return false;
    return overview.running > 0 || !overview.isComplete || overview.backfills.some(({ isRunning }) => isRunning);
  }

  #plan(): void {
    const isAway = Date.now() - this.#lastSeen > restAfterMs;
    const isLost = this.problem?.name === "NotLetIn";
    if (this.isRunning && !isLost) this.liveness = "live";
    else this.liveness = isAway || isLost ? "resting" : "watching";
    if (document.hidden || this.liveness === "resting") return;
    const pace = everyMs[this.liveness];
    this.#timer = setTimeout(() => void this.refresh(), this.overview?.isLocal === true ? pace.local : pace.aws);
  }

  readonly #onVisibility = (): void => {
    clearTimeout(this.#timer);
    if (!document.hidden) void this.refresh();
  };

  readonly #onPresence = (): void => {
    this.#lastSeen = Date.now();
    if (this.liveness === "resting" && this.problem?.name !== "NotLetIn") void this.refresh();
  };
}
