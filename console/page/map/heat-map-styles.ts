import { css } from "lit";
import { rowHeight } from "./heat-map-canvas.js";

/** Screens on which the names are short, and the columns few. */
export const narrow = "(max-width: 560px)";

/** CSS pixels of the column with the datasets' names, on a map of that width. */
export const labelWidthOf = (width: number): number => (width <= 560 ? 138 : 268);

export const heatMapStyles = css`
  :host { display: block; min-height: 0; position: relative; }
  .grid { height: 100%; display: flex; flex-direction: column; outline: none; }
  .head { position: relative; flex: none; height: 34px; border-bottom: 1px solid var(--line); font-size: 11px; color: var(--ink-faint); }
  .corner { position: absolute; left: 20px; bottom: 7px; width: calc(var(--label) - 36px); display: flex; justify-content: space-between; }
  .corner small { font-size: 11px; }
  .ticks b { position: absolute; bottom: 7px; padding-left: 5px; font-weight: 400; white-space: nowrap; }
  .ticks b.strong { font-weight: 600; color: var(--ink-soft); }
  .ticks b::before { content: ""; position: absolute; left: 0; bottom: -7px; height: 9px; border-left: 1px solid var(--line); }
  .scroller { flex: 1; min-height: 0; overflow-y: auto; overflow-x: hidden; scrollbar-gutter: stable; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
  .all { position: relative; overflow: hidden; }
  .near { position: absolute; inset: 0 0 auto 0; will-change: transform; }
  canvas { position: absolute; left: var(--label); top: 0; cursor: pointer; }
  .row { position: absolute; left: 0; right: 0; height: ${rowHeight}px; pointer-events: none; }
  .name { position: absolute; left: 8px; width: calc(var(--label) - 24px); box-sizing: border-box; padding: 0 12px; height: ${rowHeight}px; line-height: ${rowHeight}px; border-radius: 5px; display: flex; gap: 10px; justify-content: space-between; pointer-events: auto; cursor: default; }
  .name span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .name small { font-size: 11px; color: var(--ink-faint); font-variant-numeric: tabular-nums; white-space: nowrap; }
  .row.active .name { background: var(--line-faint); }
  .grid:focus-visible .row.active .name { background: var(--accent-soft); }
  .cursor, .hover, .chosen { position: absolute; box-sizing: border-box; pointer-events: none; border-radius: 3px; }
  .cursor { outline: 1.5px solid var(--ink-faint); outline-offset: 0; }
  .grid:focus-visible .cursor { outline: 2px solid var(--accent); outline-offset: 1.5px; }
  .chosen { outline: 2px solid var(--accent); background: color-mix(in srgb, var(--accent) 18%, transparent); }
  .hover { outline: 1.5px solid var(--ink-soft); }
  @media (max-width: 560px) { .corner small, .name small { display: none; } .name { padding: 0 4px; left: 12px; width: calc(var(--label) - 16px); } .corner { left: 16px; } }
`;
