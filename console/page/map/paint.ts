import { type CellState, cellStates } from "../../model/api.js";

/** The colours of the states and lines, as the theme has them now. */
export type Palette = Readonly<Record<CellState | "line" | "line-faint", string>>;

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`);
  const states = Object.fromEntries(cellStates.map((state) => [state, colour(state)]));
  return { ...emptyPalette, ...states, line: colour("line"), "line-faint": colour("line-faint") };
}

const emptyPalette: Palette = {
  loaded: "",
  refused: "",
  failed: "",
  running: "",
  overdue: "",
  expected: "",
  line: "",
  "line-faint": "",
};

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Paints a state so that its shape tells it, too: loaded is calm and whole, failed stands out at full height, refused is
 * hollow below, overdue hollow above, running is striped, expected a low mark.
 */
export function paintCell(context: CanvasRenderingContext2D, state: CellState, box: Box, palette: Palette): void {
  const { x, y, width, height } = box;
  context.fillStyle = palette[state];
  const inset = Math.round(height * 0.14);
  const top = y + inset;
  const tall = height - 2 * inset;
  const edge = Math.max(1, Math.min(2, width / 4));
  switch (state) {
    case "loaded":
      context.fillRect(x, top, width, tall);
      return;
    case "failed":
      context.fillRect(x, y, width, height);
      return;
    case "refused":
      hollow(context, { x, y: top, width, height: tall }, edge);
      context.fillRect(x, top, width, Math.round(tall / 2));
      return;
    case "overdue":
      hollow(context, { x, y: top, width, height: tall }, edge);
      context.fillRect(x, top + Math.round(tall * 0.6), width, tall - Math.round(tall * 0.6));
      return;
    case "running":
      for (let at = 0; at < tall; at += 4) context.fillRect(x, top + at, width, Math.min(2, tall - at));
      return;
    case "expected":
      context.fillRect(x, top + tall - 2, width, 2);
      return;
  }
}

function hollow(context: CanvasRenderingContext2D, { x, y, width, height }: Box, edge: number): void {
  context.fillRect(x, y, width, edge);
  context.fillRect(x, y + height - edge, width, edge);
  context.fillRect(x, y, edge, height);
  context.fillRect(x + width - edge, y, edge, height);
}
