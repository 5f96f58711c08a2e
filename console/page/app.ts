import { css, html, LitElement, nothing } from "lit";
import { partitionAt } from "../../contract/partition.js";
import type { Attempt, Overview, RerunDone } from "../model/api.js";
import { writtenAs } from "../model/grid.js";
import { Client, takeToken } from "./client.js";
import { controls } from "./controls.js";
import type { CellPlace } from "./heat-map.js";
import { Live } from "./live.js";
import { type Route, readRoute } from "./route.js";
import { applyTheme, nextTheme, storedTheme, type Theme } from "./theme.js";
import "./backfill-dialog.js";
import "./map-view.js";
import "./rejects-view.js";
import "./rerun-dialog.js";
import "./run-view.js";

type Asking = { readonly rerun: Attempt } | { readonly backfill: CellPlace | null };

const themeWords: Readonly<Record<Theme, string>> = {
  auto: "Theme: as the system",
  light: "Theme: light",
  dark: "Theme: dark",
};
const themeMarks: Readonly<Record<Theme, string>> = { auto: "◐", light: "○", dark: "●" };

/** Changes when a partition's state does, and at each refresh while it runs. */
function revisionOf({ rows, now }: Overview, dataset: string, partition: string): string {
  const row = rows.find((each) => each.dataset === dataset);
  const state = row?.cells.find(([name]) => name === partition)?.[1];
  return state === "running" ? `running ${now}` : `${state}`;
}

/** The whole page: what stands above every view, and the view that the address names. */
export class SluiceConsole extends LitElement {
  static override properties = { theme: { state: true }, route: { state: true }, asking: { state: true } };
  declare theme: Theme;
  declare route: Route;
  declare asking: Asking | undefined;
  readonly #client = new Client(takeToken());
  readonly #live = new Live(this.#client, () => this.requestUpdate());

  constructor() {
    super();
    this.theme = storedTheme();
    this.route = readRoute(location.hash);
    applyTheme(this.theme);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", this.#onHash);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.#onScheme);
    this.#live.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.#onHash);
    this.#live.stop();
  }

  readonly #onHash = (): void => {
    this.route = readRoute(location.hash);
  };
  readonly #onScheme = (): void => this.requestUpdate();

  /** Changes whenever colours do. */
  get #colours(): string {
    return this.theme === "auto" ? String(matchMedia("(prefers-color-scheme: dark)").matches) : this.theme;
  }

  override render() {
    return html`${this.#top()}${this.#problem()}${this.#backfills()}<main>${this.#view()}</main>${this.#dialog()}`;
  }

  #top() {
    const { overview, liveness, problem } = this.#live;
    const words = { live: "live", watching: "watching", resting: "resting" }[liveness];
    return html`
      <header>
        <a href="#/" class="mark" aria-label="Sluice, all datasets"><svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" /><path d="M7 8h18M7 24h18" opacity=".55" /><path d="M11 8v10M16 8v16M21 8v10" /></svg>Sluice</a>
        ${overview === undefined ? nothing : html`<span class="project">${overview.project}</span><span class="where">${overview.isLocal ? "local account" : `${overview.account} · ${overview.region}`}</span>`}
        <span class="space"></span>
        <span class="live ${problem === undefined ? liveness : "lost"}" role="status">${problem === undefined ? words : "no answer"}</span>
        <button class="quiet" title="Look again now (it looks by itself while something runs)" @click=${() => void this.#live.refresh()}>Look again</button>
        <button class="quiet" aria-label=${themeWords[this.theme]} title=${themeWords[this.theme]} @click=${() => {
          this.theme = nextTheme(this.theme);
          applyTheme(this.theme);
        }}>${themeMarks[this.theme]}</button>
      </header>
    `;
  }

  #problem() {
    const { problem } = this.#live;
    if (problem === undefined || problem.name === "NotLetIn") return nothing;
    return html`<p class="problem" role="alert"><b>${problem.name}</b> ${problem.message}</p>`;
  }

  #view() {
    const { overview, problem } = this.#live;
    if (problem?.name === "NotLetIn") return this.#askToken();
    if (overview === undefined) return html`<p class="wait">${problem === undefined ? "Reading the loads…" : ""}</p>`;
    const { route } = this;
    switch (route.view) {
      case "run":
        return html`<run-view
          .client=${this.#client}
          .revision=${revisionOf(overview, route.dataset, route.partition)}
          .datasetName=${route.dataset}
          partition=${route.partition}
          .execution=${route.execution}
          @rerun=${({ detail }: CustomEvent<Attempt>) => {
            this.asking = { rerun: detail };
          }}
        ></run-view>`;
      case "rejects":
        return html`<rejects-view .client=${this.#client} .datasetName=${route.dataset} partition=${route.partition}></rejects-view>`;
      case "map":
        return html`<map-view
          .overview=${overview}
          theme=${this.#colours}
          @backfill=${({ detail }: CustomEvent<CellPlace | undefined>) => {
            this.asking = { backfill: detail ?? null };
          }}
        ></map-view>`;
    }
  }

  #dialog() {
    const { asking } = this;
    const rows = this.#live.overview?.rows ?? [];
    const close = () => {
      this.asking = undefined;
    };
    if (asking === undefined) return nothing;
    if ("rerun" in asking) {
      return html`<rerun-dialog .client=${this.#client} .attempt=${asking.rerun} @closed=${close} @done=${this.#onRerun}></rerun-dialog>`;
    }
    const row = rows.find(({ dataset }) => dataset === asking.backfill?.dataset) ?? rows[0];
    const granularity = row?.granularity ?? "hour";
    const present = row?.cells[0]?.[0] ?? partitionAt(new Date(), granularity);
    const partition = row?.dataset === asking.backfill?.dataset ? (asking.backfill?.partition ?? present) : present;
    return html`<backfill-dialog
      .client=${this.#client}
      .rows=${rows}
      .datasetName=${row?.dataset ?? ""}
      from=${writtenAs(granularity, partition.slice(0, 10), "first")}
      to=${writtenAs(granularity, partition, "last")}
      @closed=${close}
      @done=${() => {
        close();
        void this.#live.refresh();
      }}
    ></backfill-dialog>`;
  }

  readonly #onRerun = ({ detail }: CustomEvent<RerunDone>): void => {
    this.asking = undefined;
    const { route } = this;
    if (route.view === "run") location.hash = `#/run/${route.dataset}/${route.partition}/${detail.execution}`;
    void this.#live.refresh();
  };

  /** What this console loads, or loaded, by backfills. */
  #backfills() {
    return (this.#live.overview?.backfills ?? []).map(
      ({ dataset, from, to, due, done, line, isRunning }) => html`<p class="backfill" role="status">
        <b>${isRunning ? "Backfill" : "Backfill ended"}</b> ${dataset} ${from} – ${to}
        <progress max=${due} value=${done} aria-label="${done} of ${due}"></progress>${done} of ${due}
        <span class="soft">${line}</span>
      </p>`,
    );
  }

  #askToken() {
    return html`<form class="token" @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const token = this.renderRoot.querySelector<HTMLInputElement>("#token")?.value.trim() ?? "";
      this.#client.useToken(token);
      void this.#live.refresh();
    }}>
      <h1>Which console is this?</h1>
      <label for="token">Type the token that <code>sluice console</code> printed, or open the address that it printed.</label>
      <span><input id="token" autocomplete="off" spellcheck="false" required /><button class="primary">Open</button></span>
    </form>`;
  }

  static override styles = [
    controls,
    css`
      :host { display: flex; flex-direction: column; height: 100%; }
      header { flex: none; display: flex; align-items: center; gap: 12px; height: 48px; padding: 0 16px 0 20px; border-bottom: 1px solid var(--line); background: var(--raised); }
      .mark { display: inline-flex; align-items: center; gap: 9px; color: var(--ink); text-decoration: none; font-weight: 650; font-size: 15px; letter-spacing: -0.01em; border-radius: 5px; }
      .mark svg { width: 22px; height: 22px; }
      .mark rect { fill: #0f6b73; }
      .mark path { stroke: #fff; stroke-width: 2.6; stroke-linecap: round; }
      .project { font-weight: 600; padding-left: 12px; border-left: 1px solid var(--line); }
      .where { color: var(--ink-faint); }
      .space { flex: 1; }
      .live { color: var(--ink-faint); display: inline-flex; align-items: center; gap: 7px; }
      .live::before { content: ""; width: 7px; height: 7px; border-radius: 50%; background: var(--expected); }
      .live.live { color: var(--running); }
      .live.live::before { background: var(--running); }
      .live.lost { color: var(--failed); }
      .live.lost::before { background: var(--failed); border-radius: 0; }
      .problem { flex: none; margin: 0; padding: 9px 20px; background: var(--failed-soft); border-bottom: 1px solid var(--line); }
      .backfill { flex: none; display: flex; align-items: center; gap: 10px; margin: 0; padding: 7px 20px; border-bottom: 1px solid var(--line); background: var(--running-soft); }
      .backfill progress { width: 140px; height: 6px; accent-color: var(--running); }
      .soft { color: var(--ink-soft); }
      main { flex: 1; min-height: 0; }
      .wait { padding: 40px 20px; color: var(--ink-soft); margin: 0; }
      .token { max-width: 460px; margin: 14vh auto 0; display: grid; gap: 10px; }
      .token h1 { font-size: 19px; margin: 0; letter-spacing: -0.01em; }
      .token label { color: var(--ink-soft); }
      .token span { display: flex; gap: 8px; }
      .token input { flex: 1; font-family: var(--mono); }
    `,
  ];
}

customElements.define("sluice-console", SluiceConsole);
