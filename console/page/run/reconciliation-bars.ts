import { css, html, LitElement, nothing } from "lit";
import type { Counts } from "../../model/api.js";
import { type Bar, reconciliation } from "../../model/reconciliation.js";
import { wholeNumber } from "../../model/words.js";

/** Where the records went: one bar an equation, with its numbers in words below. */
export class ReconciliationBars extends LitElement {
  static override properties = { counts: { attribute: false } };
  declare counts: Counts;

  override render() {
    const bars = reconciliation(this.counts);
    const { removed } = this.counts;
    if (bars.length === 0) return html`<p class="none">No counts yet: the job has not reported.</p>`;
    return html`${bars.map((bar) => this.#bar(bar))}
      ${removed === null || removed === 0 ? nothing : html`<p class="none">${wholeNumber(removed)} rows of an earlier load were removed.</p>`}`;
  }

  #bar({ whole, total, parts, difference }: Bar) {
    const words = parts.map(({ name, count }) => `${wholeNumber(count)} ${name}`).join(", ");
    return html`<figure>
      <figcaption><b>${wholeNumber(total)}</b> ${whole}${difference === 0 ? nothing : html`<strong> — ${wholeNumber(Math.abs(difference))} unaccounted for</strong>`}</figcaption>
      <div class="bar" role="img" aria-label="${wholeNumber(total)} ${whole}: ${words}">
        ${parts.map(({ name, share }) => (share === 0 ? nothing : html`<i class=${name} .style=${`flex:${share} 0 2px`}></i>`))}
      </div>
      <ul aria-hidden="true">
        ${parts.map(({ name, count }) => html`<li class=${count === 0 ? "zero" : ""}><i class=${name}></i>${name} <b>${wholeNumber(count)}</b></li>`)}
      </ul>
    </figure>`;
  }

  static override styles = css`
    :host { display: grid; gap: 14px; }
    figure { margin: 0; }
    figcaption { color: var(--ink-soft); margin-bottom: 5px; }
    figcaption b { color: var(--ink); font-size: 15px; font-variant-numeric: tabular-nums; }
    figcaption strong { color: var(--failed); }
    .bar { display: flex; gap: 1px; height: 14px; border-radius: 3px; overflow: hidden; background: var(--sunken); }
    ul { display: flex; flex-wrap: wrap; gap: 2px 16px; list-style: none; margin: 6px 0 0; padding: 0; font-size: 12px; color: var(--ink-soft); }
    li { display: inline-flex; align-items: center; gap: 6px; }
    li b { color: var(--ink); font-variant-numeric: tabular-nums; font-weight: 600; }
    li.zero, li.zero b { color: var(--ink-faint); font-weight: 400; }
    li i { width: 9px; height: 9px; border-radius: 2px; }
    .written, .inserted { background: var(--loaded); }
    .updated { background: light-dark(#4f928c, #7fc4bf); }
    .deduplicated, .outdated { background: var(--expected); }
    .deleted { background: var(--overdue); }
    .rejected { background: var(--refused); }
    .none { margin: 0; color: var(--ink-soft); }
  `;
}

customElements.define("reconciliation-bars", ReconciliationBars);
