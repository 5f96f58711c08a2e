import { css, html, LitElement, nothing } from "lit";
import type { Overview } from "../../model/overview.js";
import type { Answered } from "./client.js";
import { controls } from "./controls.js";
import type { Liveness } from "./live.js";
import type { Route } from "./route.js";
import type { Theme } from "./theme.js";
import { ownZone, shownTime, type Zone, zoneWords } from "./zone.js";

const themeWords: Readonly<Record<Theme, string>> = {
  auto: "Theme: auto, as the system",
  light: "Theme: light",
  dark: "Theme: dark",
};
const themeMarks: Readonly<Record<Theme, string>> = { auto: "Auto", light: "Light", dark: "Dark" };

/** What stands above every page: where one is, the ways to the others, and how fresh what is seen is. Fires `look-again`, `theme`, `zone`. */
export class TopBar extends LitElement {
  static override properties = {
    overview: { attribute: false },
    route: { attribute: false },
    liveness: {},
    problem: { attribute: false },
    theme: {},
    zone: {},
  };
  declare overview: Overview | undefined;
  declare route: Route;
  declare liveness: Liveness;
  declare problem: Answered | undefined;
  declare theme: Theme;
  declare zone: Zone;

  override render() {
    const { overview, route } = this;
    const here = (view: Route["view"]) => (route.view === view ? "page" : nothing);
    return html`<header>
      <slot name="skip"></slot>
      <a href="#/" class="mark" aria-label="Sluice, overview"><svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" /><path d="M7 8h18M7 24h18" opacity=".55" /><path d="M11 8v10M16 8v16M21 8v10" /></svg>Sluice</a>
      ${overview === undefined ? nothing : html`<span class="project">${overview.project}</span><span class="where">${placeName(overview)}${overview.isLocal ? nothing : html`<span class="account"> · ${overview.account} · ${overview.region}</span>`}</span>`}
      <nav aria-label="Pages">
        <a href="#/" aria-current=${here("overview")}>Overview</a>
        <a href="#/map" aria-current=${here("map")}>Partitions</a>
      </nav>
      <div class="right"><form role="search" @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        const text = this.renderRoot.querySelector("input")?.value.trim() ?? "";
        location.hash = `#/search?${new URLSearchParams({ text })}`;
      }}>
        <input type="search" aria-label="Search by execution, batch or file" placeholder="Execution, batch or file" .value=${route.view === "search" ? route.text : ""} />
      </form>
      ${this.#freshness()}
      <button class="quiet" title="Refresh now (automatic while something is running)" @click=${this.#tells("look-again")}>Refresh</button>
      <button class="quiet" title="Times in ${zoneWords()}: show them in ${this.zone === "utc" ? ownZone() : "UTC"}" @click=${this.#tells("zone")}>${zoneWords()}</button>
      <button class="quiet" aria-label=${themeWords[this.theme]} title=${themeWords[this.theme]} @click=${this.#tells("theme")}>${themeMarks[this.theme]}</button></div>
    </header>`;
  }

  #tells(name: string) {
    return () => this.dispatchEvent(new CustomEvent(name));
  }

  #freshness() {
    const { overview, problem, liveness } = this;
    const asOf = overview === undefined ? "" : shownTime(overview.now).slice(11);
    if (problem !== undefined) {
      return html`<span class="live lost" role="status">no answer${asOf === "" ? "" : html`<small>as of ${asOf}</small>`}</span>`;
    }
    return html`<span class="live ${liveness}"><span role="status">${{ live: "live", watching: "watching", resting: "paused" }[liveness]}</span>${asOf === "" ? nothing : html`<small>as of ${asOf}</small>`}</span>`;
  }

  static override styles = [
    controls,
    css`
      :host { display: block; flex: none; }
      header { display: flex; align-items: center; flex-wrap: wrap; gap: 4px 12px; min-height: 48px; padding: 0 16px 0 20px; border-bottom: 1px solid var(--line); background: var(--raised); }
      .mark { display: inline-flex; align-items: center; gap: 9px; color: var(--ink); text-decoration: none; font-weight: 650; font-size: 15px; letter-spacing: -0.01em; border-radius: 5px; }
      .mark svg { width: 22px; height: 22px; }
      .mark rect { fill: #0f6b73; }
      .mark path { stroke: #fff; stroke-width: 2.6; stroke-linecap: round; }
      .project { font-weight: 600; padding-left: 12px; border-left: 1px solid var(--line); }
      .where, small { color: var(--ink-faint); }
      nav { display: flex; gap: 2px; padding-left: 8px; }
      nav a { color: var(--ink-soft); text-decoration: none; padding: 5px 10px; border-radius: 6px; }
      nav a:hover { background: var(--sunken); }
      nav a[aria-current] { color: var(--accent); background: var(--accent-soft); font-weight: 600; }
      .right { flex: 1 1 auto; display: flex; align-items: center; justify-content: flex-end; flex-wrap: wrap; gap: 4px 12px; }
      input { width: 190px; }
      .live { color: var(--ink-faint); display: inline-flex; align-items: center; gap: 7px; }
      .live::before { content: ""; width: 7px; height: 7px; border-radius: 50%; background: var(--expected); }
      .live small { font-size: 12px; font-variant-numeric: tabular-nums; }
      .live.live { color: var(--running); }
      .live.live::before { background: var(--running); }
      .live.lost { color: var(--failed); }
      .live.lost::before { background: var(--failed); border-radius: 0; }
      @media (max-width: 1240px) { .account { display: none; } }
      @media (min-width: 900px) { header, .right { flex-wrap: nowrap; } header > *, .live { white-space: nowrap; } form { flex: 0 1 190px; min-width: 60px; } input { width: 100%; box-sizing: border-box; } }
      @media (max-width: 560px) { header { padding: 6px 12px; } .right { justify-content: space-between; gap: 4px 6px; } form, input { width: 100%; } .project { border: 0; padding: 0; } }
    `,
  ];
}

/** What one must never mistake: whose data these are. */
const placeName = ({ isLocal, environment }: Overview) => (isLocal ? "local account" : (environment ?? "AWS"));

customElements.define("top-bar", TopBar);
