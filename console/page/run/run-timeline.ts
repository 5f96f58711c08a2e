import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import type { MachineRun } from "../../model/api.js";
import { askAfterSeconds } from "../../model/lock-wait.js";
import { holders, isShown, type TimelineRow, timelineOf } from "../../model/timeline.js";
import { duration } from "../../model/words.js";
import type { Client } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import "./lock-wait.js";
import "./state-view.js";

const outcomeWords = { done: "done", running: "running", failed: "failed here" } as const;

/** A run in time: a bar for each stay in a state, waits hatched, and the executions that states started below them. A state opens in full. */
export class RunTimeline extends LitElement {
  static override properties = {
    client: { attribute: false },
    run: { attribute: false },
    datasetName: {},
    toggled: { state: true },
    opened: { state: true },
  };
  declare client: Client;
  declare run: MachineRun;
  declare datasetName: string;
  /** Paths that a person opened or closed against what is open at first. */
  declare toggled: ReadonlySet<string>;
  /** The rows whose states are shown in full. */
  declare opened: ReadonlySet<string>;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.toggled = new Set();
    this.opened = new Set();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has("run")) return;
    clearInterval(this.#timer);
    const isRunning = this.run.visits.some(({ seconds }) => seconds === null);
    this.#timer = isRunning ? setInterval(() => this.requestUpdate(), 1000) : undefined;
  }

  override render() {
    if (this.run.visits.length === 0) return html`<p class="soft">The states of this run are not known.</p>`;
    const rows = timelineOf(this.run, Date.now());
    const { all, first } = holders(rows);
    const open = new Set([...all].filter((path) => first.has(path) !== this.toggled.has(path)));
    return html`<ol aria-label="States in order of their start">${rows
      .filter((row) => isShown(row, open))
      .map((row) => this.#row(row, all.has(row.path), open.has(row.path)))}</ol>`;
  }

  #row(row: TimelineRow, isHolder: boolean, isOpen: boolean) {
    const { path, depth, state, outcome, error, seconds, from, share, isWait, machine, arn, sqlSince } = row;
    const isLong = sqlSince !== null && Date.now() - Date.parse(sqlSince) > askAfterSeconds * 1000;
    const isFull = this.opened.has(path);
    const words = `${isWait ? "waits" : outcomeWords[outcome]}, ${duration(seconds)}${error === null ? "" : `, ${error}`}`;
    return html`<li class=${outcome}>
      <div class="row" .style=${`--depth:${depth}`}>
        ${isHolder ? html`<button class="quiet fold" aria-expanded=${isOpen} aria-label="What ${state} started" @click=${() => this.#toggle("toggled", path)}><svg viewBox="0 0 12 12" aria-hidden="true"><path d=${isOpen ? "M2 4l4 4 4-4" : "M4 2l4 4-4 4"} /></svg></button>` : html`<span class="fold"></span>`}
        <button class="quiet name" aria-expanded=${isFull} aria-label="${state}: ${words}" title="${state}, of ${machine}" @click=${() => this.#toggle("opened", path)}>${state}</button>
        <span class="track" aria-hidden="true"><i class=${isWait ? "wait" : ""} .style=${`left:${from * 100}%;width:max(2px, ${share * 100}%)`}></i></span>
        <span class="time" aria-hidden="true">${isWait ? "waits " : ""}${duration(seconds)}</span>
        ${error === null ? nothing : html`<b class="error" aria-hidden="true">${error}</b>`}
      </div>
      ${isLong ? html`<lock-wait .client=${this.client} .datasetName=${this.datasetName} since=${sqlSince}></lock-wait>` : nothing}
      ${isFull ? html`<state-view .client=${this.client} arn=${arn} state=${state}></state-view>` : nothing}
    </li>`;
  }

  #toggle(which: "toggled" | "opened", path: string): void {
    const paths = new Set(this[which]);
    if (!paths.delete(path)) paths.add(path);
    this[which] = paths;
  }

  static override styles = [
    controls,
    css`
      ol { list-style: none; margin: 0; padding: 0; }
      li { border-top: 1px solid var(--line-faint); }
      li:first-child { border-top: 0; }
      state-view { padding-left: 26px; }
      .row { display: grid; grid-template-columns: calc(20px + var(--depth) * 16px) calc(210px - var(--depth) * 16px) minmax(60px, 1fr) 88px; align-items: center; gap: 0 8px; min-height: 30px; }
      .fold { justify-self: end; width: 20px; padding: 0; }
      svg { width: 12px; height: 12px; display: block; margin: auto; fill: none; stroke: currentColor; stroke-width: 1.8; }
      .name { text-align: left; overflow: hidden; text-overflow: ellipsis; color: var(--ink); padding: 3px 4px; }
      .track { position: relative; height: 12px; }
      .track i { position: absolute; top: 0; bottom: 0; border-radius: 2px; background: var(--loaded); }
      .track i.wait { background: repeating-linear-gradient(120deg, var(--expected) 0 3px, transparent 3px 6px); }
      .failed .track i { background: var(--failed); }
      .running .track i { background: var(--running); }
      .time { font-variant-numeric: tabular-nums; font-size: 12px; color: var(--ink-soft); text-align: right; }
      .error { grid-column: 2 / -1; color: var(--failed); font-size: 12px; padding: 0 4px 5px; overflow-wrap: anywhere; }
      .soft { color: var(--ink-soft); }
      @media (max-width: 560px) { .row { grid-template-columns: calc(14px + var(--depth) * 8px) minmax(0, 1fr) max-content; } .track { grid-column: 1 / -1; grid-row: 2; margin-bottom: 5px; } }
    `,
  ];
}

customElements.define("run-timeline", RunTimeline);
