import { css, html, LitElement, nothing } from "lit";
import type { LoadLine } from "../../model/overview.js";
import { duration } from "../../model/words.js";
import { controls } from "../shell/controls.js";
import { runAddress } from "../shell/route.js";
import { shownTime, zoneWords } from "../shell/zone.js";

/** Loads in the order in which they began, the newest first. Fires `whole` when all of them were asked for. */
export class LoadTable extends LitElement {
  static override properties = {
    loads: { attribute: false },
    label: {},
    first: { attribute: false },
    isWhole: { state: true },
  };
  declare loads: readonly LoadLine[];
  declare label: string;
  /** How many are shown until more are asked for. */
  declare first: number;
  declare isWhole: boolean;

  constructor() {
    super();
    this.first = 8;
    this.isWhole = false;
  }

  override render() {
    const shown = this.isWhole ? this.loads : this.loads.slice(0, this.first);
    return html`<div class="scroll"><table aria-label=${this.label}>
        <thead><tr><th scope="col">started, ${zoneWords()}</th><th scope="col">dataset</th><th scope="col">partition</th><th scope="col">outcome</th><th scope="col" class="number">took</th></tr></thead>
        <tbody>${shown.map((load) => this.#row(load))}</tbody>
      </table></div>
      ${
        shown.length < this.loads.length
          ? html`<p><button class="quiet" @click=${() => {
              this.isWhole = true;
              this.dispatchEvent(new CustomEvent("whole"));
            }}>Show ${this.loads.length}</button></p>`
          : nothing
      }`;
  }

  #row({ dataset, partition, execution, state, error, startedAt, seconds }: LoadLine) {
    const began = shownTime(startedAt);
    return html`<tr>
      <td><time datetime=${startedAt}><span class="year">${began.slice(0, 5)}</span>${began.slice(5, 16)}<span class="seconds">${began.slice(16)}</span></time></td>
      <th scope="row">${partition === null ? dataset : html`<a href=${runAddress(dataset, partition, execution)}>${dataset}</a>`}</th>
      <td class="soft">${partition ?? execution}</td>
      <td><span class="outcome ${state}">${error ?? state}</span></td>
      <td class="number soft">${seconds === null ? "" : duration(seconds)}</td>
    </tr>`;
  }

  static override styles = [
    controls,
    css`
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      thead th { font-weight: 400; font-size: 12px; color: var(--ink-faint); }
      th, td { text-align: left; padding: 6px 14px 6px 0; white-space: nowrap; }
      tbody th { font-weight: 600; }
      tbody tr { border-top: 1px solid var(--line-faint); }
      tbody tr:hover { background: var(--sunken); }
      th a { color: inherit; text-decoration: none; border-radius: 4px; }
      th a:hover { text-decoration: underline; }
      .number { text-align: right; padding-right: 4px; }
      .soft, time { color: var(--ink-soft); }
      p { margin: 6px 0 0; }
      @media (max-width: 560px) { .year, .seconds { display: none; } th, td { padding-right: 9px; } td:nth-child(4) { white-space: normal; } }
    `,
  ];
}

customElements.define("load-table", LoadTable);
