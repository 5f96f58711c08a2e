import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import uPlot from "uplot";
import type { CellState } from "../../model/api.js";
import { paletteOf } from "../map/paint.js";

/** One load in a plot. */
export interface Bar {
  readonly value: number | null;
  readonly state: CellState;
  /** The number in words. */
  readonly words: string;
  /** The load that it is of. */
  readonly place: string;
}

const height = 40;
/** The places of a plot, whether there are so many loads or not: the newest is always at the right. */
const places = 30;

/**
 * A small plot of the last loads: a bar each, a mark below those that were refused or failed, a dashed line for a limit.
 * The number under the pointer stands above; a reader of the screen hears the newest, and has a table elsewhere.
 */
export class SparkPlot extends LitElement {
  static override properties = {
    name: {},
    meaning: {},
    bars: { attribute: false },
    limit: { attribute: false },
    limitWords: {},
    theme: {},
    hovered: { state: true },
  };
  declare name: string;
  declare meaning: string;
  declare bars: readonly Bar[];
  declare limit: number | null;
  declare limitWords: string;
  /** Only so that a change of it draws anew. */
  declare theme: string;
  declare hovered: number | null;
  #plot: uPlot | undefined;
  #drawnWidth = 0;
  readonly #observer = new ResizeObserver(() => {
    if (Math.floor(this.clientWidth) !== this.#drawnWidth) this.#draw();
  });

  constructor() {
    super();
    this.bars = [];
    this.limit = null;
    this.limitWords = "";
    this.hovered = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  protected override updated(changed: PropertyValues): void {
    if (["bars", "limit", "theme"].some((name) => changed.has(name))) this.#draw();
  }

  get #newest(): Bar | undefined {
    return this.bars.findLast(({ value }) => value !== null);
  }

  override render() {
    const shown = this.hovered === null ? this.#newest : this.bars[this.hovered];
    const known = this.bars.filter(({ value }) => value !== null).length;
    const label = `${this.name}, ${this.meaning}: ${this.#newest?.words ?? "not known"}. Bars: ${known} loads. ${this.limitWords}`;
    return html`<p title="${this.name}: ${this.meaning}"><span>${this.hovered === null ? this.name : shown?.place}</span> <b>${shown?.words ?? "–"}</b></p>
      <div class="plot" role="img" aria-label=${label}></div>
      ${this.limitWords === "" ? nothing : html`<span class="visually-hidden">${this.limitWords}</span>`}`;
  }

  #draw(): void {
    const target = this.renderRoot.querySelector<HTMLElement>(".plot");
    const width = Math.floor(this.clientWidth);
    if (target === null || width === 0) return;
    this.#drawnWidth = width;
    this.#plot?.destroy();
    const palette = paletteOf(this);
    const first = places - this.bars.length;
    const values = Array.from({ length: places }, (_, place) => this.bars[place - first]?.value ?? null);
    const highest = Math.max(...values.map((value) => value ?? 0), this.limit ?? 0) || 1;
    this.#plot = new uPlot(
      {
        width,
        height,
        padding: [4, 0, 0, 0],
        legend: { show: false },
        cursor: { x: false, y: false, points: { show: false }, drag: { setScale: false, x: false, y: false } },
        scales: { x: { time: false, range: [-0.5, places - 0.5] }, y: { range: [0, highest] } },
        axes: [{ show: false }, { show: false }],
        series: [
          {},
          {
            fill: palette.loaded,
            stroke: palette.loaded,
            width: 0,
            points: { show: false },
            paths: uPlot.paths.bars?.({ size: [0.72, 14], align: 0 }),
          },
        ],
        hooks: {
          draw: [(plot) => this.#marks(plot, first, palette)],
          setCursor: [
            ({ cursor }) => {
              const at = cursor.idx == null ? -1 : cursor.idx - first;
              this.hovered = at >= 0 && cursor.left !== undefined && cursor.left >= 0 ? at : null;
            },
          ],
        },
      },
      [values.map((_, place) => place), values],
      target,
    );
  }

  #marks({ ctx, bbox, valToPos }: uPlot, first: number, palette: ReturnType<typeof paletteOf>): void {
    const ratio = window.devicePixelRatio || 1;
    const step = bbox.width / places;
    for (const [index, { state }] of this.bars.entries()) {
      if (state !== "refused" && state !== "failed") continue;
      ctx.fillStyle = palette[state];
      const left = bbox.left + (first + index) * step;
      // A failure is taller than a refusal, so that it is not the colour alone.
      const tall = (state === "failed" ? 6 : 3) * ratio;
      ctx.fillRect(left + step * 0.14, bbox.top + bbox.height - tall, step * 0.72, tall);
    }
    ctx.fillStyle = palette.line;
    ctx.fillRect(bbox.left, bbox.top + bbox.height - ratio, bbox.width, ratio);
    if (this.limit === null) return;
    const y = Math.round(valToPos(this.limit, "y", true));
    ctx.fillStyle = palette.overdue;
    for (let x = 0; x < bbox.width; x += 6 * ratio) ctx.fillRect(bbox.left + x, y, 3 * ratio, ratio);
  }

  static override styles = css`
    :host { display: block; min-width: 0; }
    p span { overflow: hidden; text-overflow: ellipsis; }
    p { margin: 0 0 2px; display: flex; gap: 6px; justify-content: space-between; font-size: 12px; color: var(--ink-faint); white-space: nowrap; overflow: hidden; }
    b { color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums; flex: none; }
    .plot { height: ${height}px; overflow: hidden; }
    .uplot, .uplot * { box-sizing: border-box; }
    .u-wrap { position: relative; user-select: none; }
    .u-over, .u-under { position: absolute; overflow: hidden; }
    .uplot canvas { display: block; position: relative; width: 100%; height: 100%; }
    .u-cursor-x, .u-cursor-y, .u-cursor-pt, .u-select { display: none; }
    .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  `;
}

customElements.define("spark-plot", SparkPlot);
