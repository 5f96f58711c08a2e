import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { type CellState, cellStates, type Overview } from "../model/api.js";
import {
  firstSpan,
  type GridRow,
  gridRow,
  hasTrouble,
  moved,
  partitionsOf,
  type Span,
  spanTo,
  stateOf,
  tally,
  type Unit,
  writtenAs,
} from "../model/grid.js";
import { partitionWords, wholeNumber } from "../model/words.js";
import { controls } from "./controls.js";
import type { CellPlace } from "./heat-map.js";
import "./heat-map.js";
import "./swatch.js";

const titles: Readonly<Record<CellState, string>> = {
  loaded: "Loaded",
  refused: "Refused",
  failed: "Failed",
  running: "Running",
  overdue: "Overdue",
  expected: "Expected",
};

/** The first page: the heat map, its legend with the counts, and what part of it is shown. */
export class MapView extends LitElement {
  static override properties = {
    overview: { attribute: false },
    theme: {},
    span: { state: true },
    filter: { state: true },
    onlyTrouble: { state: true },
    place: { state: true },
  };
  declare overview: Overview;
  declare theme: string;
  declare span: Span | undefined;
  declare filter: string;
  declare onlyTrouble: boolean;
  declare place: CellPlace | undefined;
  #rows: readonly GridRow[] = [];

  constructor() {
    super();
    this.filter = "";
    this.onlyTrouble = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    this.span ??= firstSpan(this.overview.rows, this.overview.now);
    const { span } = this;
    if (["overview", "span", "filter", "onlyTrouble"].some((name) => changed.has(name))) {
      const wanted = this.filter.trim().toLowerCase();
      this.#rows = this.overview.rows
        .filter(({ dataset, source }) => dataset.includes(wanted) || source.includes(wanted))
        .map((row) => gridRow(row, span))
        .filter((row) => !this.onlyTrouble || hasTrouble(row));
    }
  }

  override render() {
    const { span } = this;
    if (span === undefined) return nothing;
    return html`
      ${this.#bar(span)}
      ${
        this.#rows.length === 0
          ? this.#nothing()
          : html`<heat-map
              .rows=${this.#rows}
              .span=${span}
              .now=${this.overview.now}
              .theme=${this.theme}
              @cell-active=${(event: CustomEvent<CellPlace>) => {
                this.place = event.detail;
              }}
              @cell-open=${this.#onOpen}
            ></heat-map>`
      }
      ${this.#foot()}
    `;
  }

  #bar(span: Span) {
    const counts = tally(this.#rows, span);
    const [first = "", last = ""] = [partitionsOf(span)[0], span.end];
    return html`
      <div class="bar">
        <ul class="legend" aria-label="What the cells mean, and how many there are">
          ${cellStates.map(
            (state) => html`<li class=${counts[state] === 0 ? "none" : ""}>
              <state-swatch state=${state} theme=${this.theme}></state-swatch>${titles[state]} <b>${wholeNumber(counts[state])}</b>
            </li>`,
          )}
        </ul>
      </div>
      <div class="bar">
        <input
          type="search"
          placeholder="Filter datasets"
          aria-label="Filter datasets"
          .value=${this.filter}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLInputElement) this.filter = event.target.value;
          }}
        />
        <button aria-pressed=${this.onlyTrouble} class="toggle" @click=${() => {
          this.onlyTrouble = !this.onlyTrouble;
        }}>Only trouble</button>
        <button class="backfill" @click=${() => this.dispatchEvent(new CustomEvent("backfill", { detail: this.place }))}>Backfill…</button>
        <span class="space"></span>
        <span class="range">${partitionWords(first.slice(0, 10))} – ${partitionWords(last.slice(0, 10))}, UTC</span>
        <span class="segments" role="group" aria-label="Time">
          <button aria-label="Earlier" title="Earlier" @click=${() => this.#move(-1)}>‹</button>
          <button @click=${() => this.#newest()}>Newest</button>
          <button aria-label="Later" title="Later" @click=${() => this.#move(1)}>›</button>
        </span>
        <span class="segments" role="group" aria-label="Columns">
          ${(["hour", "day"] as const).map(
            (unit) => html`<button aria-pressed=${span.unit === unit} @click=${() => this.#show(unit, span.end)}>
              ${unit === "hour" ? "Hours" : "Days"}
            </button>`,
          )}
        </span>
      </div>
    `;
  }

  #nothing() {
    if (this.overview.rows.length === 0) {
      return html`<div class="empty"><h2>No datasets yet</h2><p>Declare one in <code>datasets/</code>, or let Sluice write a first contract from a sample: <code>sluice infer &lt;file&gt;</code></p></div>`;
    }
    return html`<div class="empty"><h2>${this.onlyTrouble && this.filter === "" ? "No trouble here" : "No dataset matches"}</h2>
      <p>${this.onlyTrouble ? "Nothing is refused, failed or overdue in this time." : `Nothing is called like '${this.filter}'.`}</p></div>`;
  }

  #foot() {
    const { place } = this;
    const row = this.#rows.find(({ row }) => row.dataset === place?.dataset);
    if (this.#rows.length === 0 || place === undefined || row === undefined || this.span === undefined) {
      return html`<div class="foot"></div>`;
    }
    const state = stateOf(row.states[partitionsOf(this.span).indexOf(place.column)] ?? 0);
    const isOpened = state !== undefined && state !== "expected" && state !== "overdue";
    return html`<div class="foot">
      <b>${place.dataset}</b><span>${partitionWords(place.partition)}</span>
      ${state === undefined ? html`<span class="faint">nothing known</span>` : html`<span class="state"><state-swatch state=${state} theme=${this.theme}></state-swatch>${titles[state].toLowerCase()}</span>`}
      <span class="space"></span>
      <span class="faint">${isOpened ? "Enter opens it" : state === "overdue" ? "Its manifest has not come: ask the producer" : ""}<kbd>←↑↓→</kbd> move</span>
    </div>`;
  }

  #move(direction: -1 | 1): void {
    if (this.span !== undefined) this.span = moved(this.span, direction * (this.span.unit === "hour" ? 24 : 7));
  }

  #newest(): void {
    const newest = firstSpan(this.overview.rows, this.overview.now);
    this.#show(this.span?.unit ?? newest.unit, newest.end);
  }

  #show(unit: Unit, end: string): void {
    this.span = spanTo(unit, writtenAs(unit, end, "last"));
  }

  /** A day of an hourly dataset opens into its hours; a partition that was begun opens its loads. */
  #onOpen(event: CustomEvent<CellPlace>): void {
    const { detail } = event;
    const row = this.#rows.find(({ row }) => row.dataset === detail.dataset);
    if (row === undefined || this.span === undefined) return;
    if (this.span.unit === "day" && row.row.granularity === "hour") {
      this.span = moved(spanTo("hour", `${detail.column}T23`), 24);
      return;
    }
    const state = stateOf(row.states[partitionsOf(this.span).indexOf(detail.column)] ?? 0);
    if (state === undefined || state === "expected" || state === "overdue") return;
    location.hash = `#/run/${detail.dataset}/${detail.partition}`;
  }

  static override styles = [
    controls,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; height: 100%; }
      heat-map { flex: 1; }
      .bar { flex: none; display: flex; align-items: center; gap: 10px; padding: 0 20px; min-height: 42px; flex-wrap: wrap; }
      .bar + .bar { min-height: 40px; padding-bottom: 6px; }
      .space { flex: 1; }
      .legend { display: flex; flex-wrap: wrap; gap: 4px 22px; list-style: none; margin: 0; padding: 0; color: var(--ink-soft); }
      .legend li { display: flex; align-items: center; gap: 7px; }
      .legend b { color: var(--ink); font-variant-numeric: tabular-nums; }
      .legend .none, .legend .none b { color: var(--ink-faint); font-weight: 400; }
      input[type="search"] { width: 240px; }
      .toggle[aria-pressed="true"] { background: var(--accent-soft); color: var(--accent); border-color: var(--accent); font-weight: 600; }
      .range { color: var(--ink-soft); font-variant-numeric: tabular-nums; }
      .foot { flex: none; display: flex; align-items: center; gap: 14px; height: 36px; padding: 0 20px; border-top: 1px solid var(--line); color: var(--ink-soft); }
      .foot b { color: var(--ink); font-weight: 600; }
      .state { display: inline-flex; align-items: center; gap: 7px; color: var(--ink); }
      .faint { color: var(--ink-faint); }
      kbd { font: inherit; margin-left: 14px; letter-spacing: 2px; }
      .empty { flex: 1; display: grid; place-content: center; text-align: center; color: var(--ink-soft); }
      .empty h2 { margin: 0 0 4px; font-size: 17px; color: var(--ink); }
      .empty p { margin: 0; max-width: 52ch; }
    `,
  ];
}

customElements.define("map-view", MapView);
