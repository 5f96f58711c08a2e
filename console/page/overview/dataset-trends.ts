import { css, html, LitElement, nothing } from "lit";
import { longDuration, measures } from "../../model/measures.js";
import type { Summary, Trend, TrendPoint } from "../../model/overview.js";
import { age, partitionWords, several } from "../../model/words.js";
import { controls } from "../shell/controls.js";
import { datasetAddress, runAddress } from "../shell/route.js";
import { shownTime } from "../shell/zone.js";
import type { Bar } from "./spark-plot.js";
import "./spark-plot.js";

/** A dataset in one line: its name, how fresh it is, and a small plot of each measure; the numbers as a table below. */
export class DatasetTrends extends LitElement {
  static override properties = {
    summary: { attribute: false },
    trend: { attribute: false },
    now: {},
    theme: {},
    isAlone: { attribute: false },
    isOpen: { state: true },
  };
  declare summary: Summary;
  /** Undefined until the line is seen, and its loads are read. */
  declare trend: Trend | undefined;
  declare now: string;
  declare theme: string;
  /** On the dataset's own page, which has its name already. */
  declare isAlone: boolean;
  declare isOpen: boolean;

  constructor() {
    super();
    this.isAlone = false;
    this.isOpen = false;
  }

  override render() {
    const { summary, trend } = this;
    const { dataset, freshness, state, source, owner, loads, pausedAt } = summary;
    const ago = freshness === null ? "never loaded" : `loaded ${agoWords(freshness.loadedAt, this.now)}`;
    return html`
      <div class="line">
        <div class="name">
          ${this.isAlone ? nothing : html`<h3><a href=${datasetAddress(dataset)}>${dataset}</a></h3>`}
          <p>${state === null ? nothing : html`<span class="outcome ${state}">${state}</span>`}<span title=${freshness === null ? "" : `${partitionWords(freshness.partition)}, at ${shownTime(freshness.loadedAt)}`}>${ago}</span></p>
          <p class="faint">${[source, owner, several(loads, "load")].filter((part) => part !== null).join(" · ")}</p>
          ${pausedAt === null ? nothing : html`<p class="paused" title="since ${shownTime(pausedAt)}">schedule paused ${agoWords(pausedAt, this.now)}</p>`}
        </div>
        ${
          trend === undefined
            ? html`<p class="wait">${loads === 0 ? "No loads yet." : ""}</p>`
            : trend.points.length === 0
              ? html`<p class="wait">No load has finished yet.</p>`
              : measures.map((measure, index) => {
                  const within = index === 0 ? (summary.expect?.within ?? null) : null;
                  return html`<spark-plot
                  .name=${measure.name}
                  .meaning=${measure.meaning}
                  .bars=${trend.points.map((point): Bar => barOf(measure, point))}
                  .limit=${within}
                  .limitWords=${within === null ? "" : `Expected within ${longDuration(within)}.`}
                  .theme=${this.theme}
                ></spark-plot>`;
                })
        }
      </div>
      ${trend === undefined || trend.points.length === 0 ? nothing : this.#numbers(trend.points)}
    `;
  }

  #numbers(points: readonly TrendPoint[]) {
    return html`<details @toggle=${({ target }: Event) => {
      if (target instanceof HTMLDetailsElement) this.isOpen = target.open;
    }}>
      <summary>Numbers<span class="visually-hidden"> of ${this.summary.dataset}</span></summary>
      ${
        this.isOpen
          ? html`<div class="scroll" tabindex="0" role="region" aria-label="The last loads of ${this.summary.dataset}"><table>
              <thead><tr><th scope="col">partition</th><th scope="col">state</th>${measures.map(({ name, meaning }) => html`<th scope="col" title=${meaning}>${name.toLowerCase()}</th>`)}<th scope="col">ended</th></tr></thead>
              <tbody>${points.toReversed().map((point) => this.#row(point))}</tbody>
            </table></div>`
          : nothing
      }
    </details>`;
  }

  #row(point: TrendPoint) {
    const { partition, execution, state, endedAt } = point;
    const { dataset } = this.summary;
    return html`<tr>
      <th scope="row">${partition === null ? execution : html`<a href=${runAddress(dataset, partition, execution)}>${partition}</a>`}</th>
      <td class="text"><span class="outcome ${state}">${state}</span></td>
      ${measures.map((measure) => html`<td>${wordsOf(measure, point) ?? "–"}</td>`)}
      <td>${shownTime(endedAt)}</td>
    </tr>`;
  }

  static override styles = [
    controls,
    css`
      :host { display: block; border-top: 1px solid var(--line-faint); padding: 10px 0 6px; content-visibility: auto; contain-intrinsic-size: auto 92px; }
      .line { display: grid; grid-template-columns: minmax(150px, 220px) repeat(5, minmax(0, 1fr)); gap: 4px 22px; align-items: start; }
      h3 { margin: 0; font-size: 14px; font-weight: 650; overflow-wrap: anywhere; }
      h3 a { color: inherit; text-decoration: none; border-radius: 4px; }
      h3 a:hover { text-decoration: underline; }
      p { margin: 1px 0 0; color: var(--ink-soft); display: flex; gap: 10px; flex-wrap: wrap; }
      .faint { color: var(--ink-faint); font-size: 12px; }
      .paused { color: var(--refused-ink); font-size: 12px; }
      .wait { grid-column: 2 / -1; color: var(--ink-faint); min-height: 58px; align-content: center; }
      details { margin-top: 2px; }
      summary { cursor: pointer; font-size: 12px; color: var(--ink-faint); width: max-content; border-radius: 4px; padding: 2px 4px; margin-left: -4px; }
      .scroll { overflow: auto; max-height: 340px; margin: 6px 0 8px; border: 1px solid var(--line-faint); border-radius: 6px; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      thead th { position: sticky; top: 0; background: var(--paper); font-weight: 400; color: var(--ink-faint); font-size: 12px; }
      th, td { padding: 4px 12px; text-align: right; white-space: nowrap; }
      th:first-child, td.text { text-align: left; }
      tbody th { font-weight: 400; }
      tbody tr { border-top: 1px solid var(--line-faint); }
      a { color: var(--accent); }
      @media (max-width: 900px) {
        .line { grid-template-columns: repeat(2, minmax(0, 1fr)); }
        .name { grid-column: 1 / -1; }
        .wait { grid-column: 1 / -1; }
      }
    `,
  ];
}

const agoWords = (time: string, now: string) => {
  const words = age(time, now);
  return words === "just now" ? words : `${words} ago`;
};

type Measure = (typeof measures)[number];

function wordsOf(measure: Measure, point: TrendPoint): string | null {
  const value = measure.of(point);
  return value === null ? null : measure.words(value);
}

function barOf(measure: Measure, point: TrendPoint): Bar {
  const place = point.partition ?? point.execution;
  const words = wordsOf(measure, point) ?? "unknown";
  return {
    value: measure.of(point),
    state: point.state,
    words,
    place: point.state === "loaded" ? place : `${place}, ${point.state}`,
  };
}

customElements.define("dataset-trends", DatasetTrends);
