import { css, html, LitElement, nothing, type PropertyValues, svg } from "lit";
import type { MachineRun } from "../../model/api.js";
import {
  type DrawnMachine,
  type DrawnState,
  drawMachine,
  openAtFirst,
  type StateSummary,
  secondsOf,
  stateHeight,
} from "../../model/layout.js";
import { duration } from "../../model/words.js";

const outcomeWords = { done: "done", running: "running", failed: "failed here" } as const;

/** A run on its state machine: time in each state, where it stands or failed, and the executions that states started. */
export class MachineDrawing extends LitElement {
  static override properties = { run: { attribute: false }, isWhole: { attribute: false }, toggled: { state: true } };
  declare run: MachineRun;
  declare isWhole: boolean;
  /** Paths that a person opened or closed against what is open at first. */
  declare toggled: ReadonlySet<string>;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.isWhole = false;
    this.toggled = new Set();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override updated(changed: PropertyValues): void {
    // The whole machine is wider than its place: where this run stands is what is looked for.
    if (changed.has("isWhole") && this.isWhole) {
      const standing = this.renderRoot.querySelector(".failed, .running") ?? this.renderRoot.querySelector(".done");
      standing?.scrollIntoView({ block: "center", inline: "center" });
    }
    if (!changed.has("run")) return;
    clearInterval(this.#timer);
    // The time of a state that lasts is seen to grow.
    const isRunning = this.run.visits.some(({ seconds }) => seconds === null);
    this.#timer = isRunning ? setInterval(() => this.requestUpdate(), 1000) : undefined;
  }

  override render() {
    // Children are shut in the whole machine, or it is too large to be seen as one.
    const open = new Set(this.isWhole ? [] : openAtFirst(this.run));
    const isOpen = (path: string) => open.has(path) !== this.toggled.has(path);
    const drawn = drawMachine(this.run, { isWhole: this.isWhole, isOpen });
    const now = Date.now();
    return html`<svg
      role="group"
      aria-label="States of ${this.run.machine}, in the order they were drawn"
      width=${drawn.width}
      height=${drawn.height + 2}
      viewBox="0 0 ${drawn.width} ${drawn.height + 2}"
    >
      <defs>
        <marker id="tip" viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M1 1l6 3-6 3" class="tip" /></marker>
      </defs>
      ${this.#machine(drawn, now, longestOf(drawn, now))}
    </svg>`;
  }

  #machine({ states, edges }: DrawnMachine, now: number, longest: number): unknown {
    return [
      ...edges.map(
        ({ line, kind, isTaken }) =>
          svg`<path class="edge ${kind} ${isTaken ? "taken" : ""}" d=${line} marker-end=${isTaken ? "url(#tip)" : nothing} />`,
      ),
      ...states.map((state) => this.#state(state, now, longest)),
    ];
  }

  #state(state: DrawnState, now: number, longest: number) {
    const { name, summary, child, inside, path, width, height, x, y } = state;
    const seconds = summary === null ? null : secondsOf(summary, now);
    const times = summary !== null && summary.times > 1 ? ` ×${summary.times}` : "";
    const isStep = state.type === "Task" || state.type === "Wait" || state.type === "Map" || state.type === "Parallel";
    const time = seconds === null || (!isStep && seconds < 0.5) ? "" : `${duration(seconds)}${times}`;
    const bar = seconds === null ? 0 : Math.max(2, (seconds / longest) * (width - 24));
    const content = svg`
      <rect class="box" width=${width} height=${height} rx=${state.type === "Choice" ? 19 : 7} />
      ${child === null ? mark(state) : svg`<path class="fold" d=${inside === null ? "M13 14.5l5 4.5-5 4.5" : "M11 16.5l4.5 5 4.5-5"} />`}
      <text x="32" y="23" aria-hidden="true">${name}</text>
      <text class="time" aria-hidden="true" x=${width - 13} y="23">${[summary?.error, time].filter((part) => part != null && part !== "").join(" · ")}</text>
      ${isStep && summary !== null ? svg`<rect class="bar" x="12" y=${stateHeight - 5} width=${Math.min(width - 24, bar)} height="2" rx="1" />` : nothing}
    `;
    const label = labelOf(state, summary, time);
    const toggle = () => this.#toggle(path);
    // What is read aloud stands on a surface without text, since it says more, and in another order, than the drawing.
    const surface =
      child === null
        ? svg`<rect class="surface" role="img" aria-label=${label} width=${width} height=${height} rx="7" />`
        : svg`<rect class="surface opens" role="button" tabindex="0" width=${width} height=${stateHeight} rx="7" aria-expanded=${inside !== null} aria-label=${`${label}; started ${child.machine}`} @click=${toggle} @keydown=${(
            event: KeyboardEvent,
          ) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            toggle();
          }}></rect>`;
    const box = svg`<g>${content}${surface}</g>`;
    return svg`<g transform="translate(${x} ${y})" class="state ${summary?.outcome ?? "never"} ${state.type.toLowerCase()}">
      ${box}
      ${inside === null ? nothing : svg`<g transform="translate(${(width - inside.width) / 2} ${stateHeight})">${this.#machine(inside, now, longestOf(inside, now))}</g>`}
    </g>`;
  }

  #toggle(path: string): void {
    const toggled = new Set(this.toggled);
    if (!toggled.delete(path)) toggled.add(path);
    this.toggled = toggled;
  }

  static override styles = css`
    :host { display: block; }
    svg { display: block; margin: 0 auto; font: 12.5px var(--sans); overflow: visible; }
    .edge { fill: none; stroke: var(--line); stroke-width: 1.25; }
    .edge.taken { stroke: var(--ink-faint); }
    .edge.catch { stroke-dasharray: 3 3; }
    .tip { fill: none; stroke: var(--ink-faint); stroke-width: 1.2; }
    .box { fill: var(--raised); stroke: var(--line); }
    text { fill: var(--ink); }
    .time { text-anchor: end; fill: var(--ink-soft); font-size: 11.5px; font-variant-numeric: tabular-nums; }
    .bar { fill: var(--loaded); }
    .mark, .fold { fill: none; stroke: var(--ink-faint); stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
    .done > g > .mark { stroke: light-dark(#2c7a73, #6cc0ba); }
    .never > g > .box { stroke-dasharray: 3 3; fill: none; }
    .never > g > text { fill: var(--ink-faint); }
    .failed > g > .box { fill: var(--failed-soft); stroke: var(--failed); }
    .failed > g > .mark, .failed > g > .fold { stroke: var(--failed); }
    .failed > g > .time { fill: var(--failed); font-weight: 600; }
    .failed > g > .bar { fill: var(--failed); }
    .running > g > .box { fill: var(--running-soft); stroke: var(--running); }
    .running > g > .mark, .running > g > .fold { stroke: var(--running); }
    .running > g > .bar { fill: var(--running); }
    .surface { fill: transparent; stroke: none; }
    .opens { cursor: pointer; outline: none; }
    .opens:hover { stroke: var(--ink-faint); }
    .opens:focus-visible { stroke: var(--accent); stroke-width: 2; }
    @media (prefers-reduced-motion: no-preference) {
      .running > g > .box { stroke-dasharray: 6 4; animation: flow 0.9s linear infinite; }
      @keyframes flow { to { stroke-dashoffset: -10; } }
    }
  `;
}

/** A tick, a cross, a dot: what became of the state, without colour. */
function mark({ summary, type }: DrawnState) {
  if (summary === null) return svg`<circle class="mark" cx="16" cy="19" r="3" />`;
  if (summary.outcome === "failed" || (type === "Fail" && summary.outcome === "done")) {
    return svg`<path class="mark" d="M12 15l8 8M20 15l-8 8" />`;
  }
  if (summary.outcome === "running") return svg`<path class="mark" d="M13 14.5l7 4.5-7 4.5z" />`;
  return svg`<path class="mark" d="M11.5 19.5l3 3.5 6-8" />`;
}

function labelOf({ name, type }: DrawnState, summary: StateSummary | null, time: string): string {
  const what = type === "Task" ? "" : `, ${type.toLowerCase()}`;
  if (summary === null) return `${name}${what}: not entered`;
  const error = summary.error === null ? "" : `, ${summary.error}`;
  return `${name}${what}: ${outcomeWords[summary.outcome]}${time === "" ? "" : `, ${time}`}${error}`;
}

const longestOf = ({ states }: DrawnMachine, now: number) =>
  Math.max(0.001, ...states.map(({ summary }) => (summary === null ? 0 : secondsOf(summary, now))));

customElements.define("machine-drawing", MachineDrawing);
