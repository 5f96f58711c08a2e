import { css, html, LitElement, nothing } from "lit";
import { type Actor, isRefusalName, refusals } from "../../../contract/refusals.js";
import type { Trouble } from "../../model/overview.js";
import { placeOf } from "../../model/trouble.js";
import { age, several } from "../../model/words.js";
import { controls } from "../shell/controls.js";
import { shownTime } from "../shell/zone.js";

const actors: Readonly<Record<Actor, string>> = {
  producer: "the producer has to correct the delivery",
  "contract owner": "the contract's owner has to correct the contract",
  operator: "you decide",
  ours: "a bug in Sluice: keep the files and report it",
};

const keyOf = ({ dataset, kind, partition, execution }: Trouble) => [dataset, kind, partition, execution].join("\n");

/** What a person has to act on; failed and refused loads can be chosen, to be rerun together. Fires `rerun-many`. */
export class TroubleList extends LitElement {
  static override properties = {
    troubles: { attribute: false },
    total: { attribute: false },
    now: {},
    canChange: { attribute: false },
    chosen: { state: true },
    shown: { state: true },
  };
  declare troubles: readonly Trouble[];
  /** There may be more than are sent. */
  declare total: number;
  declare now: string;
  declare canChange: boolean;
  declare chosen: ReadonlySet<string>;
  declare shown: number;

  constructor() {
    super();
    this.chosen = new Set();
    this.shown = 8;
  }

  override render() {
    const { troubles } = this;
    const shown = troubles.slice(0, this.shown);
    const chosen = troubles.filter((trouble) => this.chosen.has(keyOf(trouble)));
    const runnable = troubles.filter(({ execution }) => execution !== null);
    const areAll = chosen.length === runnable.length;
    return html`
      <ul>${shown.map((trouble) => this.#item(trouble))}</ul>
      <p class="foot">
        ${
          troubles.length > shown.length
            ? html`<button class="quiet" @click=${() => {
                this.shown = troubles.length;
              }}>Show all ${troubles.length}</button>`
            : nothing
        }
        ${this.total > troubles.length ? html`<span>The ${troubles.length} most urgent of ${this.total}.</span>` : nothing}
        ${
          !this.canChange || runnable.length < 2
            ? nothing
            : html`<button class="quiet" @click=${() => {
                this.chosen = areAll ? new Set() : new Set(runnable.map(keyOf));
              }}>${areAll ? "Select none" : `Select all ${runnable.length} loads`}</button>`
        }
        ${
          chosen.length === 0
            ? nothing
            : html`<button class="primary" @click=${() => {
                const detail = chosen.flatMap(({ execution }) => execution ?? []);
                this.dispatchEvent(new CustomEvent("rerun-many", { detail, bubbles: true, composed: true }));
              }}>Rerun ${several(chosen.length, "load")}…</button>`
        }
      </p>
    `;
  }

  #item(trouble: Trouble) {
    const { dataset, kind, partition, error, since, execution, files } = trouble;
    const what = kind === "unclaimed" ? `${several(files ?? 0, "file")} without a marker` : (partition ?? "");
    const who = error !== null && isRefusalName(error) ? actors[refusals[error]] : whoOf(kind);
    return html`<li>
      ${
        this.canChange && execution !== null
          ? html`<input type="checkbox" aria-label="Select ${dataset} ${what}" .checked=${this.chosen.has(keyOf(trouble))} @change=${() => this.#choose(trouble)} />`
          : html`<span class="no-box"></span>`
      }
      <a href=${placeOf(trouble)} class="trouble">
        <span class="outcome ${kind}">${error ?? kind}</span>
        <b>${dataset}</b> <span class="what">${what}</span>
        <span class="who">${who}</span>
      </a>
      ${since === null ? nothing : html`<time datetime=${since} title=${shownTime(since)}>${age(since, this.now)}</time>`}
    </li>`;
  }

  #choose(trouble: Trouble): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(keyOf(trouble))) chosen.add(keyOf(trouble));
    this.chosen = chosen;
  }

  static override styles = [
    controls,
    css`
      ul { list-style: none; margin: 0; padding: 0; }
      li { display: flex; align-items: center; gap: 8px; border-top: 1px solid var(--line-faint); }
      li:first-child { border-top: 0; }
      input { width: 16px; height: 16px; margin: 4px; accent-color: var(--accent); flex: none; }
      .no-box { width: 24px; flex: none; }
      .trouble { flex: 1; min-width: 0; display: grid; grid-template-columns: minmax(120px, 170px) auto 1fr; gap: 0 12px; align-items: baseline; padding: 6px 6px; border-radius: 5px; color: inherit; text-decoration: none; }
      .trouble:hover { background: var(--sunken); }
      .trouble .outcome { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; align-self: center; }
      .what { color: var(--ink-soft); font-variant-numeric: tabular-nums; }
      .who { grid-column: 2 / -1; color: var(--ink-faint); font-size: 12px; }
      time { color: var(--ink-faint); font-variant-numeric: tabular-nums; white-space: nowrap; }
      .foot { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin: 6px 0 0; color: var(--ink-faint); }
      .foot:not(:has(*)) { display: none; }
      @media (max-width: 560px) { .trouble { grid-template-columns: auto 1fr; } .trouble .outcome { grid-column: 1 / -1; } .who { grid-column: 1 / -1; } }
    `,
  ];
}

const whoOf = (kind: Trouble["kind"]) =>
  ({
    failed: "the infrastructure failed: rerun it",
    refused: "",
    overdue: "ask the producer",
    unclaimed: "ask the producer for the marker",
  })[kind];

customElements.define("trouble-list", TroubleList);
