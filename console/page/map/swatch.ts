import { css, html, LitElement } from "lit";
import type { CellState } from "../../model/api.js";
import { paintCell, paletteOf } from "./paint.js";

const [width, height] = [9, 16];

/** A cell as the heat map paints it, for the legend. */
export class StateSwatch extends LitElement {
  static override properties = { state: {}, theme: {} };
  declare state: CellState;
  declare theme: string;

  protected override updated(): void {
    const canvas = this.renderRoot.querySelector("canvas");
    const context = canvas?.getContext("2d");
    if (canvas === null || context === null || context === undefined) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintCell(context, this.state, { x: 0, y: 0, width, height }, paletteOf(this));
  }

  override render() {
    return html`<canvas aria-hidden="true"></canvas>`;
  }

  static override styles = css`
    canvas { width: ${width}px; height: ${height}px; display: block; }
  `;
}

customElements.define("state-swatch", StateSwatch);
