import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import type { LoadFilter, Overview, Summary } from "../../model/overview.js";
import { troubleKinds } from "../../model/overview.js";
import { several, wholeNumber } from "../../model/words.js";
import type { Client } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import { addressOf, type Filter } from "../shell/route.js";
import { TrendStore } from "./trend-store.js";
import "./dataset-trends.js";
import "./newest-loads.js";
import "./trouble-list.js";

/** The first page: what needs a person now, the newest loads whatever their partition, and how each dataset does. */
export class OverviewView extends LitElement {
  static override properties = {
    client: { attribute: false },
    overview: { attribute: false },
    filter: { attribute: false },
    theme: {},
    seen: { state: true },
  };
  declare client: Client;
  declare overview: Overview;
  declare filter: Filter;
  declare theme: string;
  /** Datasets whose lines came near the screen. */
  declare seen: ReadonlySet<string>;
  #owners: ReadonlyMap<string, string | null> = new Map();
  #trends: TrendStore | undefined;
  #observer: IntersectionObserver | undefined;

  constructor() {
    super();
    this.seen = new Set();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new IntersectionObserver((entries) => this.#see(entries), { rootMargin: "200px" });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  #see(entries: readonly IntersectionObserverEntry[]): void {
    const near = entries.flatMap(({ isIntersecting, target }) =>
      isIntersecting && target instanceof HTMLElement ? [target.dataset.name ?? ""] : [],
    );
    if (near.some((name) => !this.seen.has(name))) this.seen = new Set([...this.seen, ...near]);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("overview"))
      this.#owners = new Map(this.overview.rows.map(({ dataset, owner }) => [dataset, owner]));
    if (changed.has("client")) this.#trends = new TrendStore(this.client, () => this.requestUpdate());
  }

  protected override updated(): void {
    for (const line of this.renderRoot.querySelectorAll("dataset-trends")) this.#observer?.observe(line);
  }

  /** Whether something of a dataset is what the filter leaves: its owner stands in the dataset's row alone. */
  #fits({ dataset, source }: { readonly dataset: string; readonly source: string }): boolean {
    const { filter } = this;
    if (filter.source !== null && source !== filter.source) return false;
    if (filter.owner !== null && this.#owners.get(dataset) !== filter.owner) return false;
    return dataset.includes(filter.text.trim().toLowerCase());
  }

  override render() {
    const { overview, filter } = this;
    if (overview.rows.length === 0) {
      return html`<div class="empty"><h1>No datasets yet</h1><p>Declare one in <code>datasets/</code>, or let Sluice write a first contract from a sample: <code>sluice infer &lt;file&gt;</code></p></div>`;
    }
    const troubles = overview.troubles.filter(
      (trouble) => this.#fits(trouble) && (filter.state === null || trouble.kind === filter.state),
    );
    const rows = overview.rows.filter((row) => this.#fits(row) && this.#isIn(row));
    const total = troubleKinds.reduce((sum, kind) => sum + overview.counts[kind], 0);
    return html`
      <h1 class="visually-hidden">Overview of ${overview.project}</h1>
      ${this.#counters()}
      <div class="two">
        <section aria-labelledby="needs">
          <h2 id="needs">What needs a person${troubles.length === 0 ? "" : ` · ${wholeNumber(filter.state === null ? total : troubles.length)}`}</h2>
          ${troubles.length === 0 ? html`<p class="calm">Nothing${total === 0 ? ". Everything that arrived is loaded." : " matches the filter."}</p>` : html`<trouble-list .troubles=${troubles} .total=${isWhole(filter) ? total : troubles.length} .now=${overview.now} .canChange=${!overview.isReadOnly}></trouble-list>`}
        </section>
        <section aria-labelledby="newest">
          <h2 id="newest">Newest loads</h2>
          ${isLoadState(filter.state) ? html`<newest-loads .client=${this.client} .overview=${overview} .filter=${{ dataset: null, ...filter }}></newest-loads>` : html`<p class="calm">What is ${filter.state} has no load yet.</p>`}
        </section>
      </div>
      <section aria-labelledby="datasets">
        <h2 id="datasets">${several(rows.length, "dataset")}<span>the last 30 loads of each: one bar per load, newest on the right; a mark below a bar means refused or, if taller, failed</span></h2>
        ${rows.map((summary) => this.#line(summary))}
      </section>
    `;
  }

  #isIn({ state, dataset }: Summary): boolean {
    const { state: wanted } = this.filter;
    if (wanted === null || wanted === "loaded") return true;
    if (wanted === "running") return state === "running";
    return this.overview.troubles.some((trouble) => trouble.dataset === dataset && trouble.kind === wanted);
  }

  #line(summary: Summary) {
    const { dataset, revision } = summary;
    const trend = this.seen.has(dataset) ? this.#trends?.of(dataset, revision) : undefined;
    return html`<dataset-trends data-name=${dataset} .summary=${summary} .trend=${trend} .now=${this.overview.now} .theme=${this.theme}></dataset-trends>`;
  }

  #counters() {
    const { overview, filter } = this;
    const counters = [
      ...troubleKinds.map((kind) => [kind, overview.counts[kind]] as const),
      ["running", overview.running] as const,
    ];
    return html`<div class="bar">
      <nav aria-label="Narrow by state"><ul class="counters">
        <li><a href=${addressOf("overview", { ...filter, state: null })} aria-current=${filter.state === null ? "true" : nothing}>All</a></li>
        ${counters.map(
          ([state, count]) =>
            html`<li><a class=${count === 0 ? "none" : ""} href=${addressOf("overview", { ...filter, state })} aria-current=${filter.state === state ? "true" : nothing}><span class="outcome ${state}">${state}</span> <b>${wholeNumber(count)}</b></a></li>`,
        )}
      </ul></nav>
      <span class="space"></span>
      ${this.#choice(
        "Source",
        "source",
        overview.rows.map(({ source }) => source),
      )}
      ${this.#choice(
        "Owner",
        "owner",
        overview.rows.flatMap(({ owner }) => owner ?? []),
      )}
      <input type="search" placeholder="Filter datasets" aria-label="Filter datasets" .value=${filter.text} @change=${({
        target,
      }: Event) => {
        if (target instanceof HTMLInputElement) this.#narrow({ text: target.value });
      }} />
    </div>`;
  }

  /** A field to narrow by one of several; none where there is nothing to choose. */
  #choice(label: string, name: "source" | "owner", values: readonly string[]) {
    const chosen = this.filter[name];
    const all = [...new Set([...values, ...(chosen === null ? [] : [chosen])])].sort();
    if (all.length < (name === "source" ? 2 : 1)) return nothing;
    return html`<label>${label} <select @change=${({ target }: Event) => {
      if (target instanceof HTMLSelectElement) this.#narrow({ [name]: target.value === "" ? null : target.value });
    }}><option value="">all</option>${all.map((value) => html`<option ?selected=${value === chosen}>${value}</option>`)}</select></label>`;
  }

  #narrow(change: Partial<Filter>): void {
    location.hash = addressOf("overview", { ...this.filter, ...change });
  }

  static override styles = [
    controls,
    css`
      :host { display: block; padding: 12px 20px 40px; }
      h2 { margin: 0 0 6px; font-size: 14px; font-weight: 650; display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: baseline; }
      h2 span { font-weight: 400; font-size: 12px; color: var(--ink-faint); }
      section { margin-top: 16px; min-width: 0; }
      .two { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 40px; }
      .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 14px; }
      .space { flex: 1; }
      .counters { display: flex; flex-wrap: wrap; gap: 4px; list-style: none; margin: 0; padding: 0; }
      .counters a { display: inline-flex; gap: 7px; align-items: center; padding: 3px 10px; border: 1px solid var(--line); border-radius: 6px; text-decoration: none; color: var(--ink); background: var(--raised); min-height: 20px; }
      .counters a[aria-current] { background: var(--accent-soft); border-color: var(--accent); }
      .counters a.none .outcome, .counters a.none b { color: var(--ink-faint); font-weight: 400; }
      .counters b { font-variant-numeric: tabular-nums; }
      .outcome { font-weight: 400; }
      .calm { margin: 0; color: var(--ink-soft); padding: 8px 0; }
      label { color: var(--ink-soft); }
      .empty { padding: 14vh 20px; text-align: center; color: var(--ink-soft); }
      .empty h1 { margin: 0 0 6px; font-size: 18px; color: var(--ink); }
      @media (max-width: 1000px) { .two { grid-template-columns: minmax(0, 1fr); } }
      @media (max-width: 560px) { :host { padding: 10px 12px 32px; } input[type="search"] { width: 100%; } }
    `,
  ];
}

/** What is overdue or unclaimed was not loaded. */
const isLoadState = (state: Filter["state"]): state is LoadFilter["state"] & Filter["state"] =>
  state !== "overdue" && state !== "unclaimed";

const isWhole = ({ state, source, owner, text }: Filter) =>
  state === null && source === null && owner === null && text === "";

customElements.define("overview-view", OverviewView);
