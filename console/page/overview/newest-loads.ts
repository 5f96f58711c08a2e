import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import {
  fitsDataset,
  type LoadFilter,
  loadsOfPage,
  mostListed,
  NewestLoads,
  type Overview,
} from "../../model/overview.js";
import { type Client, problemFrom } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import "./load-table.js";

/** Of a list, until more are asked for. */
const firstShown = 8;

/**
 * The newest loads that fit a filter. Without one they come with the overview; otherwise, and for older ones, the server is
 * asked, and again only when a load began or ended.
 */
export class NewestLoadsList extends LitElement {
  static override properties = {
    client: { attribute: false },
    overview: { attribute: false },
    filter: { attribute: false },
    count: { state: true },
    answer: { state: true },
    hasFailed: { state: true },
    isWhole: { state: true },
  };
  declare client: Client;
  declare overview: Overview;
  declare filter: LoadFilter;
  /** How many are asked for. */
  declare count: number;
  /** What was answered to this filter; undefined until then. */
  declare answer: NewestLoads | undefined;
  declare hasFailed: boolean;
  /** Whether all that were read are shown: only then older ones are offered. */
  declare isWhole: boolean;
  #filterKey = "";
  #asked = "";

  constructor() {
    super();
    this.count = loadsOfPage;
    this.hasFailed = false;
    this.isWhole = false;
  }

  protected override willUpdate(_: PropertyValues): void {
    const filterKey = JSON.stringify(this.filter);
    if (filterKey !== this.#filterKey) [this.#filterKey, this.answer, this.count] = [filterKey, undefined, loadsOfPage];
    const { newest, loads, revision } = this.overview;
    const { dataset, source, owner, state, text } = this.filter;
    const isWhole = [dataset, source, owner, state].every((part) => part === null) && text === "";
    const key = isWhole && this.count === loadsOfPage ? "" : `${filterKey} ${this.count} ${revision}`;
    if (key === "") this.answer = { loads: newest, hasMore: loads > newest.length };
    else if (key !== this.#asked) void this.#ask(key);
    this.#asked = key;
  }

  async #ask(key: string): Promise<void> {
    const { count, filter } = this;
    const given = Object.entries(filter).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
    const query = { ...Object.fromEntries(given), count: String(count) };
    const problem = await problemFrom(async () => {
      const answer = await this.client.get("/api/newest", query, NewestLoads);
      if (key === this.#asked) this.answer = answer;
    });
    // The page's own look says what is wrong; it is asked again with the next one.
    this.hasFailed = problem !== undefined;
    if (problem !== undefined && key === this.#asked) this.#asked = "failed";
  }

  /** Until the server has answered: those of the overview's that fit. */
  #atOnce(): NewestLoads {
    const owners = new Map(this.overview.rows.map(({ dataset, owner }) => [dataset, owner]));
    const loads = this.overview.newest.filter(
      (load) =>
        fitsDataset(this.filter, { ...load, owner: owners.get(load.dataset) ?? null }) &&
        (this.filter.state === null || load.state === this.filter.state),
    );
    return { loads, hasMore: false };
  }

  override render() {
    const { overview, answer, count } = this;
    if (overview.loads === 0)
      return html`<p>None. Start one: <code>sluice load &lt;dataset&gt; &lt;file&gt;${overview.flags}</code></p>`;
    const { loads, hasMore } = answer ?? this.#atOnce();
    if (loads.length === 0) {
      if (answer === undefined && !this.hasFailed) return html`<p>Looking for older ones…</p>`;
      return html`<p>No load matches.${overview.isComplete ? "" : " Older loads are still being read."}</p>`;
    }
    return html`<load-table label="Newest loads" .loads=${loads} .first=${this.isWhole ? count : firstShown} @whole=${() => {
      this.isWhole = true;
    }}></load-table>
      ${
        hasMore && count < mostListed && (this.isWhole || loads.length <= firstShown)
          ? html`<button class="quiet" @click=${() => {
              this.count = Math.min(mostListed, count + loadsOfPage);
            }}>Show older loads</button>`
          : nothing
      }
      ${hasMore && count >= mostListed ? html`<p>The newest ${mostListed}. Narrow the filter, or search by name.</p>` : nothing}`;
  }

  static override styles = [
    controls,
    css`
      :host { display: block; }
      p { margin: 0; color: var(--ink-soft); padding: 8px 0; }
    `,
  ];
}

customElements.define("newest-loads", NewestLoadsList);
