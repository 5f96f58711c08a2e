import { html, LitElement, nothing, type PropertyValues } from "lit";
import { type GridRow, partitionAtColumn, partitionsOf, type Span } from "../../model/grid.js";
import { cellBox } from "./heat-map-box.js";
import { dayTicks, drawCells, rowHeight } from "./heat-map-canvas.js";
import { placeAfter } from "./heat-map-keys.js";
import { heatMapStyles, labelWidthOf } from "./heat-map-styles.js";
import { cellWords, freshnessWords } from "./heat-map-words.js";
import { paletteOf } from "./paint.js";

export interface CellPlace {
  readonly dataset: string;
  readonly partition: string;
  readonly column: string;
}

/** Rows drawn beyond what is seen, so that scrolling needs no drawing. */
const beyond = 24;

/**
 * Datasets × hours or days. The cells are one canvas of the rows near what is seen; the row names and the active cell are
 * elements, so that a keyboard and a screen reader have a grid. Fires `cell-active`, `cell-open` and `cell-choose` with a CellPlace.
 */
export class HeatMap extends LitElement {
  static override properties = {
    rows: { attribute: false },
    span: { attribute: false },
    now: { attribute: false },
    chosen: { attribute: false },
    theme: { attribute: false },
    activeRow: { state: true },
    activeColumn: { state: true },
    hover: { state: true },
    firstRow: { state: true },
    size: { state: true },
  };
  declare rows: readonly GridRow[];
  declare span: Span;
  declare now: string;
  /** Cells that are outlined, by dataset and partition. */
  declare chosen: ReadonlyMap<string, CellPlace>;
  /** Only so that a change of it draws anew. */
  declare theme: string;
  declare activeRow: number;
  declare activeColumn: number;
  declare hover: { readonly row: number; readonly column: number } | undefined;
  declare firstRow: number;
  declare size: { readonly width: number; readonly height: number };
  /** Milliseconds that the last drawing took; read by the measurement of frames. */
  drawnMs = 0;
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.rows = [];
    this.chosen = new Map();
    this.activeRow = 0;
    this.activeColumn = -1;
    this.firstRow = 0;
    this.size = { width: 0, height: 0 };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      const height = Math.floor(entry?.contentRect.height ?? 0);
      this.size = { width, height };
    });
    void this.updateComplete.then(() => {
      const scroller = this.#scroller;
      if (scroller !== null) this.#observer?.observe(scroller);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".scroller");
  }

  get #plotWidth(): number {
    return Math.max(200, this.size.width - labelWidthOf(this.size.width) - 14);
  }

  get #shownRows(): readonly GridRow[] {
    const seen = Math.ceil(this.size.height / rowHeight);
    return this.rows.slice(this.firstRow, this.firstRow + seen + 2 * beyond);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("span") || this.activeColumn < 0) this.activeColumn = this.span.count - 1;
    if (this.activeRow >= this.rows.length) this.activeRow = Math.max(0, this.rows.length - 1);
    if (this.firstRow >= this.rows.length) this.firstRow = 0;
  }

  protected override updated(changed: PropertyValues): void {
    const isDrawn = ["rows", "span", "theme", "firstRow", "size"].some((name) => changed.has(name));
    if (isDrawn) this.#draw();
    if (changed.has("activeRow") || changed.has("activeColumn") || changed.has("rows")) {
      this.#tell("cell-active");
    }
  }

  #draw(): void {
    const canvas = this.renderRoot.querySelector("canvas");
    if (canvas === null || this.size.width === 0) return;
    const begin = performance.now();
    const columns = partitionsOf(this.span);
    drawCells(canvas, this.#shownRows, {
      columns,
      unit: this.span.unit,
      width: this.#plotWidth,
      palette: paletteOf(this),
    });
    this.drawnMs = performance.now() - begin;
  }

  override render() {
    const columns = partitionsOf(this.span);
    const shown = this.#shownRows;
    return html`
      <div
        class="grid"
        .style=${`--label:${labelWidthOf(this.size.width)}px`}
        role="grid"
        tabindex="0"
        aria-label="Loads by dataset and ${this.span.unit}"
        aria-rowcount=${this.rows.length + 1}
        aria-colcount=${columns.length + 1}
        aria-activedescendant=${this.rows.length === 0 ? nothing : "active"}
        @keydown=${this.#onKey}
      >
        ${this.#head(columns)}
        <div class="scroller" role="rowgroup" @scroll=${this.#onScroll} tabindex="-1">
          <div class="all" .style=${`height:${this.rows.length * rowHeight}px`}>
            <div class="near" .style=${`transform:translateY(${this.firstRow * rowHeight}px)`}>
              <canvas
                aria-hidden="true"
                @pointermove=${this.#onPointer}
                @pointerleave=${() => {
                  this.hover = undefined;
                }}
                @click=${this.#onClick}
              ></canvas>
              ${shown.map((gridRow, index) => this.#row(gridRow, this.firstRow + index, columns))}
              ${this.#chosenBoxes(columns)}
              ${this.hover === undefined ? nothing : html`<i class="hover" .style=${this.#boxOf(this.hover.row, this.hover.column)}></i>`}
            </div>
          </div>
        </div>
      </div>
    `;
  }

  #head(columns: readonly string[]) {
    const width = this.#plotWidth;
    return html`
      <div class="head" role="row" aria-rowindex="1">
        <span class="corner" role="columnheader">Dataset<small>last load</small></span>
        <span class="ticks" role="presentation">
          ${dayTicks(columns, this.span.unit, width).map(
            ({ x, text, isStrong }) =>
              html`<b class=${isStrong ? "strong" : ""} .style=${`left:${labelWidthOf(this.size.width) + x}px`}>${text}</b>`,
          )}
        </span>
      </div>
    `;
  }

  #row(gridRow: GridRow, index: number, columns: readonly string[]) {
    const { row } = gridRow;
    const isActive = index === this.activeRow;
    const { short, full } = freshnessWords(row, this.now);
    return html`
      <div
        class="row ${isActive ? "active" : ""}"
        role="row"
        aria-rowindex=${index + 2}
        .style=${`top:${(index - this.firstRow) * rowHeight}px`}
      >
        <span class="name" role="rowheader" title="${row.description}&#10;${full}" @click=${() => this.#activate(index, this.activeColumn)}
          ><span>${row.dataset}</span><small aria-label=${full}>${short}</small></span
        >
        ${
          isActive
            ? html`<span
                id="active"
                class="cursor"
                role="gridcell"
                aria-colindex=${this.activeColumn + 2}
                aria-selected="true"
                aria-label=${cellWords(gridRow, columns[this.activeColumn] ?? "", this.activeColumn, this.chosen)}
                .style=${this.#boxOf(index, this.activeColumn, 0)}
              ></span>`
            : nothing
        }
      </div>
    `;
  }

  #chosenBoxes(columns: readonly string[]) {
    return [...this.chosen.values()].map(({ dataset, partition }) => {
      const row = this.rows.findIndex((gridRow) => gridRow.row.dataset === dataset);
      const gridRow = this.rows[row];
      const column =
        gridRow === undefined ? -1 : columns.findIndex((name) => partitionAtColumn(gridRow, name) === partition);
      return column < 0 ? nothing : html`<i class="chosen" .style=${this.#boxOf(row, column)}></i>`;
    });
  }

  /** Where a cell is; over all of its day, when the row's cells are days. */
  #boxOf(row: number, column: number, top?: number): string {
    const gridRow = this.rows[row];
    if (gridRow === undefined) return "display:none";
    return cellBox(gridRow, partitionsOf(this.span), column, {
      label: labelWidthOf(this.size.width),
      width: this.#plotWidth,
      top: top ?? (row - this.firstRow) * rowHeight,
    });
  }

  #onScroll(): void {
    const top = Math.floor((this.#scroller?.scrollTop ?? 0) / rowHeight);
    const seen = Math.ceil(this.size.height / rowHeight);
    // Near the edge of what is drawn, not at every step.
    const isOutside = top < this.firstRow + 4 || top + seen > this.firstRow + seen + 2 * beyond - 4;
    const first = Math.max(0, top - beyond);
    if (isOutside && first !== this.firstRow) this.firstRow = first;
  }

  #placeAt(event: PointerEvent | MouseEvent): { row: number; column: number } {
    const step = this.#plotWidth / this.span.count;
    const column = Math.min(this.span.count - 1, Math.max(0, Math.floor(event.offsetX / step)));
    return { row: this.firstRow + Math.floor(event.offsetY / rowHeight), column };
  }

  #onPointer(event: PointerEvent): void {
    const place = this.#placeAt(event);
    if (place.row === this.hover?.row && place.column === this.hover.column) return;
    this.hover = place.row < this.rows.length ? place : undefined;
    this.#tell("cell-active");
  }

  #onClick(event: MouseEvent): void {
    const { row, column } = this.#placeAt(event);
    this.#activate(row, column);
    this.#tell(event.shiftKey || event.ctrlKey || event.metaKey ? "cell-choose" : "cell-open");
  }

  #activate(row: number, column: number): void {
    this.hover = undefined;
    this.activeRow = Math.min(this.rows.length - 1, Math.max(0, row));
    this.activeColumn = Math.min(this.span.count - 1, Math.max(0, column));
    this.#reveal();
  }

  #reveal(): void {
    const scroller = this.#scroller;
    if (scroller === null) return;
    const top = this.activeRow * rowHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    const bottom = top + rowHeight - this.size.height;
    if (bottom > scroller.scrollTop) scroller.scrollTop = bottom;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const gridRow = this.rows[this.activeRow];
    if (gridRow === undefined || event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.size.height / rowHeight) - 1);
    const at = { row: this.activeRow, column: this.activeColumn, rows: this.rows.length, page };
    const target = placeAfter(event, at, gridRow, this.span);
    if (target !== undefined) this.#activate(...target);
    else if (event.key === "Enter" || event.key === " ") this.#tell("cell-open");
    else if (event.key === "x" && !event.ctrlKey) this.#tell("cell-choose");
    else return;
    event.preventDefault();
  };

  #tell(type: "cell-active" | "cell-open" | "cell-choose"): void {
    const row = type === "cell-active" ? (this.hover?.row ?? this.activeRow) : this.activeRow;
    const column = type === "cell-active" ? (this.hover?.column ?? this.activeColumn) : this.activeColumn;
    const gridRow = this.rows[row];
    const name = partitionsOf(this.span)[column];
    if (gridRow === undefined || name === undefined) return;
    const detail: CellPlace = {
      dataset: gridRow.row.dataset,
      partition: partitionAtColumn(gridRow, name),
      column: name,
    };
    this.dispatchEvent(new CustomEvent<CellPlace>(type, { detail }));
  }

  static override styles = heatMapStyles;
}

customElements.define("heat-map", HeatMap);
