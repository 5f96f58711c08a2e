import { type Overview, OverviewAnswer, type Row } from "../model/api.js";
import { type Answered, type Client, problemOf } from "./client.js";

/** How the page is kept up to date now. */
export type Liveness = "live" | "watching" | "resting";

const everyMs = { live: 2000, watching: 30_000 } as const;
/** Without a key or a click for so long, and with nothing running, the page asks no more. */
const restAfterMs = 5 * 60_000;

/**
 * Refreshes again and again: often while something runs, seldom while somebody is there, never when the page is hidden or
 * nobody is. Each refresh brings only the rows that changed.
 */
export class Live {
  overview: Overview | undefined;
  problem: Answered | undefined;
  liveness: Liveness = "watching";
  readonly #client: Client;
  readonly #onChange: () => void;
  readonly #rows = new Map<string, Row>();
  #version = 0;
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

  /** One refresh, now. */
  async refresh(): Promise<void> {
    if (this.#isRefreshing) return;
    this.#isRefreshing = true;
    clearTimeout(this.#timer);
    try {
      this.#take(await this.#client.get("/api/overview", { since: String(this.#version) }, OverviewAnswer));
      this.problem = undefined;
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.#isRefreshing = false;
    }
    this.#plan();
    this.#onChange();
  }

  #take({ version, order, rows, ...rest }: OverviewAnswer): void {
    // A console that was started anew counts from the beginning.
    if (version < this.#version) this.#rows.clear();
    this.#version = version;
    for (const row of rows) this.#rows.set(row.dataset, row);
    this.overview = { ...rest, rows: order.flatMap((dataset) => this.#rows.get(dataset) ?? []) };
  }

  get isRunning(): boolean {
    const { overview } = this;
    if (overview === undefined) return false;
    return (
      overview.backfills.some(({ isRunning }) => isRunning) ||
      overview.rows.some(({ cells }) => cells.some(([, state]) => state === "running"))
    );
  }

  #plan(): void {
    const isAway = Date.now() - this.#lastSeen > restAfterMs;
    const isLost = this.problem?.name === "NotLetIn";
    if (this.isRunning && !isLost) this.liveness = "live";
    else this.liveness = isAway || isLost ? "resting" : "watching";
    if (document.hidden || this.liveness === "resting") return;
    this.#timer = setTimeout(() => void this.refresh(), everyMs[this.liveness]);
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
