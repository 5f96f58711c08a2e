import { html, LitElement, nothing, type PropertyValues } from "lit";
import { Attempts, type CellState, cellStates, type Row } from "../../model/api.js";
import {
  columnCounts,
  fewColumns,
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
} from "../../model/grid.js";
import { partitionWords, several, wholeNumber } from "../../model/words.js";
import type { Client } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import { addressOf, type Filter, runAddress } from "../shell/route.js";
import type { CellPlace } from "./heat-map.js";
import { narrow } from "./heat-map-styles.js";
import { mapViewStyles } from "./map-view-styles.js";
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

/** States that the overview has a list of. */
const listed: ReadonlySet<CellState> = new Set(["refused", "failed", "overdue", "running"]);
const keyOf = ({ dataset, partition }: CellPlace) => `${dataset}\n${partition}`;

/** The heat map, its legend with the counts, and what part of it is shown. Fires `backfill`, and `rerun-many` for the cells that were chosen. */
export class MapView extends LitElement {
  static override properties = {
    client: { attribute: false },
    rows: { attribute: false },
    now: {},
    filter: { attribute: false },
    canChange: { attribute: false },
    theme: {},
    span: { state: true },
    text: { state: true },
    chosen: { state: true },
    onlyTrouble: { state: true },
    place: { state: true },
    saying: { state: true },
  };
  declare client: Client;
  declare rows: readonly Row[];
  declare now: string;
  declare filter: Filter;
  declare canChange: boolean;
  declare theme: string;
  declare span: Span | undefined;
  /** Of the datasets' names; at first what the address says. */
  declare text: string;
  declare chosen: ReadonlyMap<string, CellPlace>;
  declare onlyTrouble: boolean;
  declare place: CellPlace | undefined;
  /** Why nothing was done. */
  declare saying: string;
  #rows: readonly GridRow[] = [];
  readonly #isNarrow = matchMedia(narrow);

  constructor() {
    super();
    this.text = "";
    this.onlyTrouble = false;
    this.chosen = new Map();
    this.saying = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#isNarrow.addEventListener("change", this.#onWidth);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#isNarrow.removeEventListener("change", this.#onWidth);
  }

  readonly #onWidth = (): void => {
    if (this.span !== undefined) this.span = spanTo(this.span.unit, this.span.end, this.#counts);
  };

  get #counts() {
    return this.#isNarrow.matches ? fewColumns : columnCounts;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("filter")) this.text = this.filter.text;
    if (!["rows", "span", "text", "filter", "onlyTrouble"].some((name) => changed.has(name))) return;
    const fitting = this.#fitting;
    // A dataset whose last load is long ago is shown where it was.
    const span = this.span ?? firstSpan(fitting.length === 0 ? this.rows : fitting, this.now, this.#counts);
    this.span = span;
    this.#rows = fitting.map((row) => gridRow(row, span)).filter((row) => !this.onlyTrouble || hasTrouble(row));
  }

  /** The rows that the filter leaves. */
  get #fitting(): readonly Row[] {
    const { source: ofSource, owner: ofOwner } = this.filter;
    const wanted = this.text.trim().toLowerCase();
    return this.rows.filter(
      ({ dataset, source, owner }) =>
        (ofSource === null || source === ofSource) &&
        (ofOwner === null || owner === ofOwner) &&
        (dataset.includes(wanted) || source.includes(wanted)),
    );
  }

  override render() {
    const { span } = this;
    if (span === undefined) return nothing;
    return html`
      <h1 class="visually-hidden">Partitions</h1>
      ${this.#bar(span)}
      ${
        this.#rows.length === 0
          ? this.#nothing()
          : html`<heat-map
              .rows=${this.#rows}
              .span=${span}
              .now=${this.now}
              .chosen=${this.chosen}
              .theme=${this.theme}
              @cell-active=${(event: CustomEvent<CellPlace>) => {
                this.place = event.detail;
              }}
              @cell-open=${this.#onOpen}
              @cell-choose=${this.#onChoose}
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
              <state-swatch state=${state} theme=${this.theme}></state-swatch>${listed.has(state) ? html`<a href=${addressOf("overview", { ...this.filter, state: listedState(state) })}>${titles[state]} <b>${wholeNumber(counts[state])}</b></a>` : html`<span>${titles[state]} <b>${wholeNumber(counts[state])}</b></span>`}
            </li>`,
          )}
        </ul>
      </div>
      <div class="bar">
        <input
          type="search"
          placeholder="Filter datasets"
          aria-label="Filter datasets"
          .value=${this.text}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLInputElement) this.text = event.target.value;
          }}
        />
        <button aria-pressed=${this.onlyTrouble} class="toggle" @click=${() => {
          this.onlyTrouble = !this.onlyTrouble;
        }}>Only trouble</button>
        ${this.canChange ? html`<button class="backfill" @click=${() => this.dispatchEvent(new CustomEvent("backfill", { detail: this.place }))}>Backfill…</button>` : nothing}
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
    if (this.rows.length === 0) {
      return html`<div class="empty"><h2>No datasets yet</h2><p>Declare one in <code>datasets/</code>, or let Sluice write a first contract from a sample: <code>sluice infer &lt;file&gt;</code></p></div>`;
    }
    return html`<div class="empty"><h2>${this.onlyTrouble && this.text === "" ? "No trouble here" : "No dataset matches"}</h2>
      <p>${this.onlyTrouble ? "Nothing is refused, failed or overdue in this time range." : `No dataset has '${this.text}' in its name.`}</p></div>`;
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
      ${state === undefined ? html`<span class="faint">no data</span>` : html`<span class="state"><state-swatch state=${state} theme=${this.theme}></state-swatch>${titles[state].toLowerCase()}</span>`}
      <span class="space"></span><span role="status">${this.saying}</span>
      ${
        this.chosen.size === 0
          ? nothing
          : html`<button class="primary" @click=${() => void this.#rerunChosen()}>Rerun the failed loads of ${several(this.chosen.size, "cell")}…</button><button class="quiet" @click=${() => {
              this.chosen = new Map();
            }}>Select none</button>`
      }
      <span class="faint keys">${isOpened ? "Enter opens it" : state === "overdue" ? "Its manifest has not arrived: ask the producer" : ""}<kbd>arrow keys</kbd> move${this.canChange ? html`<kbd>X</kbd> selects` : nothing}</span>
    </div>`;
  }

  #move(direction: -1 | 1): void {
    if (this.span !== undefined) this.span = moved(this.span, direction * (this.span.unit === "hour" ? 24 : 7));
  }

  #newest(): void {
    const newest = firstSpan(this.#fitting.length === 0 ? this.rows : this.#fitting, this.now, this.#counts);
    this.#show(this.span?.unit ?? newest.unit, newest.end);
  }

  #show(unit: Unit, end: string): void {
    this.span = spanTo(unit, writtenAs(unit, end, "last"), this.#counts);
  }

  /** A day of an hourly dataset opens into its hours; a partition that was begun opens its loads. */
  #onOpen(event: CustomEvent<CellPlace>): void {
    const { detail } = event;
    const row = this.#rows.find(({ row }) => row.dataset === detail.dataset);
    if (row === undefined || this.span === undefined) return;
    if (this.span.unit === "day" && row.row.granularity === "hour") {
      this.span = moved(spanTo("hour", `${detail.column}T23`, this.#counts), 24);
      return;
    }
    const state = stateOf(row.states[partitionsOf(this.span).indexOf(detail.column)] ?? 0);
    if (state === undefined || state === "expected" || state === "overdue") return;
    location.hash = runAddress(detail.dataset, detail.partition);
  }

  readonly #onChoose = ({ detail }: CustomEvent<CellPlace>): void => {
    if (!this.canChange) return;
    const chosen = new Map(this.chosen);
    if (!chosen.delete(keyOf(detail))) chosen.set(keyOf(detail), detail);
    this.chosen = chosen;
    this.saying = "";
  };

  /** Of each chosen cell the newest load, where it failed or was refused. */
  async #rerunChosen(): Promise<void> {
    const found = await Promise.all(
      [...this.chosen.values()].map(({ dataset, partition }) =>
        this.client.get("/api/attempts", { dataset, partition }, Attempts).catch(() => []),
      ),
    );
    const detail = found.flatMap(([newest]) =>
      newest !== undefined && (newest.outcome === "failed" || newest.outcome === "refused") ? [newest.execution] : [],
    );
    if (detail.length === 0) this.saying = "None of the selected loads failed or was refused.";
    else this.dispatchEvent(new CustomEvent("rerun-many", { detail, bubbles: true, composed: true }));
  }

  static override styles = [controls, mapViewStyles];
}

const listedState = (state: CellState): Filter["state"] => (state === "expected" || state === "loaded" ? null : state);

customElements.define("map-view", MapView);
