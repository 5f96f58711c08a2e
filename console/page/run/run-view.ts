import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { type Attempt, Attempts, type Outcome, Run } from "../../model/api.js";
import { duration, partitionWords, several, wholeNumber } from "../../model/words.js";
import { type Answered, type Client, problemOf } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import { datasetAddress, rejectsAddress, runAddress } from "../shell/route.js";
import { shownTime, zoneWords } from "../shell/zone.js";
import "./machine-drawing.js";
import "./next-step.js";
import "./reconciliation-bars.js";
import "./run-timeline.js";

const outcomeWords: Readonly<Record<Outcome, string>> = {
  loaded: "loaded",
  already_loaded: "already loaded",
  refused: "refused",
  failed: "failed",
  running: "running",
};

/** How a run is shown: in time, or on its state machine. */
const shapeWords = { time: "Timeline", run: "This run", machine: "Whole machine" } as const;

/** The loads of one partition, and one of them in full. Fires `rerun` with the attempt. */
export class RunView extends LitElement {
  static override properties = {
    client: { attribute: false },
    datasetName: {},
    partition: {},
    execution: {},
    canChange: { attribute: false },
    revision: { attribute: false },
    attempts: { state: true },
    run: { state: true },
    problem: { state: true },
    shape: { state: true },
  };
  declare client: Client;
  declare datasetName: string;
  declare partition: string;
  /** Null for the newest. */
  declare execution: string | null;
  declare canChange: boolean;
  /** Another value whenever the load may have gone on: then it is read again. */
  declare revision: unknown;
  declare attempts: readonly Attempt[] | undefined;
  declare run: Run | undefined;
  declare problem: Answered | undefined;
  declare shape: keyof typeof shapeWords;

  constructor() {
    super();
    this.shape = "time";
  }

  protected override willUpdate(changed: PropertyValues): void {
    const isOther = ["datasetName", "partition", "execution"].some((name) => changed.has(name));
    if (isOther) this.run = undefined;
    if (isOther || changed.has("revision")) void this.#read();
  }

  async #read(): Promise<void> {
    const { datasetName: dataset, partition, execution: asked } = this;
    try {
      const attempts = await this.client.get("/api/attempts", { dataset, partition }, Attempts);
      // One that was just begun may not be in the list yet.
      const execution = asked ?? attempts[0]?.execution;
      const run = execution === undefined ? undefined : await this.client.get("/api/run", { execution }, Run);
      if (dataset !== this.datasetName || partition !== this.partition || asked !== this.execution) return;
      this.attempts = attempts;
      this.run = run;
      this.problem = undefined;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  override render() {
    const { run, problem } = this;
    return html`
      <div class="head">
        <a href="#/" class="back">Overview</a>
        <h1><a href=${datasetAddress(this.datasetName)}>${this.datasetName}</a><span>${partitionWords(this.partition)}</span></h1>
        ${run === undefined ? nothing : html`<span class="outcome ${run.attempt.outcome}">${outcomeWords[run.attempt.outcome]}</span>`}
        ${run?.attempt.seconds == null ? nothing : html`<span class="soft">in ${duration(run.attempt.seconds)}</span>`}
        <span class="space"></span>
        ${run === undefined || !this.canChange || run.attempt.outcome === "running" ? nothing : html`<button class=${run.attempt.outcome === "failed" ? "primary" : ""} @click=${() => this.dispatchEvent(new CustomEvent("rerun", { detail: run.attempt, bubbles: true, composed: true }))}>Rerun…</button>`}
      </div>
      ${problem === undefined ? nothing : html`<p class="problem" role="alert"><b>${problem.name}</b> ${problem.message}</p>`}
      ${run === undefined ? html`<p class="wait">${this.attempts?.length === 0 ? html`This partition has no load yet. Land its files: <code>sluice land ${this.datasetName} &lt;file&gt; --partition ${this.partition}${this.client.flags}</code>` : problem === undefined ? "Reading the load…" : ""}</p>` : this.#body(run)}
    `;
  }

  #body(run: Run) {
    return html`<div class="body">
      <section class="drawing" aria-label="The run on its state machine">
        <div class="tools">
          <h2>States</h2>
          <span class="segments" role="group" aria-label="States">
            ${(["time", "run", "machine"] as const).map(
              (shape) =>
                html`<button aria-pressed=${this.shape === shape} @click=${() => {
                  this.shape = shape;
                }}>${shapeWords[shape]}</button>`,
            )}
          </span>
        </div>
        <div class="canvas">${
          this.shape === "time"
            ? html`<run-timeline .client=${this.client} .run=${run.machine} .datasetName=${this.datasetName}></run-timeline>`
            : html`<machine-drawing .run=${run.machine} .isWhole=${this.shape === "machine"}></machine-drawing>`
        }</div>
      </section>
      <div class="side">
        ${run.message === null && run.next === null ? nothing : html`<next-step .run=${run}></next-step>`}
        <section><h2>Where the records went</h2><reconciliation-bars .counts=${run.counts}></reconciliation-bars>${this.#rejected(run)}</section>
        ${run.warnings.length === 0 ? nothing : html`<section><h2>Warnings</h2><ul class="warnings">${run.warnings.map((warning) => html`<li>${warning}</li>`)}</ul></section>`}
        ${this.#attempts()} ${this.#files(run)} ${this.#facts(run)}
      </div>
    </div>`;
  }

  #rejected({ attempt, rejectedByCode, counts }: Run) {
    const codes = Object.entries(rejectedByCode).sort(([, a], [, b]) => b - a);
    if (codes.length === 0 && (counts.rejected ?? 0) === 0) return nothing;
    return html`<p class="rejected">
      <a href=${rejectsAddress(this.datasetName, this.partition, attempt.execution)}>See ${several(counts.rejected ?? 0, "rejected record")}</a>
      ${codes.map(([code, count]) => html`<span><code>${code}</code> ${wholeNumber(count)}</span>`)}
    </p>`;
  }

  #attempts() {
    const attempts = this.attempts ?? [];
    return html`<section>
      <h2>${several(attempts.length, "load")} of this partition</h2>
      <ul class="attempts">
        ${attempts.map(({ execution, outcome, error, startedAt, seconds }) => {
          const isShown = execution === this.run?.attempt.execution;
          return html`<li>
            <a href=${runAddress(this.datasetName, this.partition, execution)} aria-current=${isShown ? "true" : nothing}>
              <span class="outcome ${outcome}">${error ?? outcomeWords[outcome]}</span>
              <time datetime=${startedAt}>${shownTime(startedAt)}</time>
              <span class="soft">${seconds === null ? "" : duration(seconds)}</span>
            </a>
          </li>`;
        })}
      </ul>
    </section>`;
  }

  #files({ files }: Run) {
    if (files.length === 0) return nothing;
    return html`<section>
      <h2>${several(files.length, "file")}</h2>
      <table>
        <thead><tr><th scope="col">name</th><th scope="col">read</th><th scope="col">written</th><th scope="col">dedup.</th><th scope="col">rejected</th></tr></thead>
        <tbody>
          ${files.map(
            ({ key, read, written, deduplicated, rejected }) => html`<tr>
            <th scope="row" title=${key}>${key.slice(key.lastIndexOf("/") + 1)}</th>
            ${[read, written, deduplicated, rejected].map((count) => html`<td>${wholeNumber(count)}</td>`)}
          </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }

  #facts({ attempt, manifest, revision, runFolder }: Run) {
    const facts: readonly (readonly [string, string | null])[] = [
      ["execution", attempt.execution],
      ["batch", attempt.batchId],
      ["revision", revision],
      ["manifest", manifest],
      ["run folder", runFolder],
      ["started", `${shownTime(attempt.startedAt)} ${zoneWords()}`],
    ];
    return html`<section><h2>Location</h2><dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd class="mono">${value ?? "none"}</dd>`)}</dl></section>`;
  }

  static override styles = [
    controls,
    css`
      :host { display: flex; flex-direction: column; height: 100%; }
      .head { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 14px; padding: 8px 20px; min-height: 36px; }
      h1 { margin: 0; padding-left: 14px; border-left: 1px solid var(--line); font-size: 17px; font-weight: 650; letter-spacing: -0.01em; }
      h1 span { margin-left: 10px; font-weight: 400; color: var(--ink-soft); }
      h1 a { color: inherit; text-decoration: none; border-radius: 4px; }
      h1 a:hover { text-decoration: underline; }
      h2 { margin: 0 0 8px; font-size: 13px; font-weight: 650; }
      .space { flex: 1; }
      .soft { color: var(--ink-soft); }
      .problem { margin: 0; padding: 9px 20px; background: var(--failed-soft); }
      .wait { padding: 28px 20px; margin: 0; color: var(--ink-soft); }
      .body { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(430px, 1fr) minmax(400px, 1.15fr); border-top: 1px solid var(--line); }
      .drawing { min-width: 0; min-height: 0; display: flex; flex-direction: column; background: var(--sunken); border-right: 1px solid var(--line); }
      .tools { flex: none; display: flex; align-items: center; justify-content: space-between; padding: 10px 20px 8px; }
      .tools h2 { margin: 0; }
      .canvas { flex: 1; min-height: 0; overflow: auto; padding: 6px 20px 24px; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
      .side { min-height: 0; overflow: auto; padding: 16px 24px 28px; display: flex; flex-direction: column; gap: 24px; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
      .rejected { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 12px 0 0; color: var(--ink-soft); }
      a { color: var(--accent); }
      .warnings { margin: 0; padding-left: 18px; color: var(--ink-soft); }
      .attempts { list-style: none; margin: 0 -8px; padding: 0; }
      .attempts a { display: flex; gap: 16px; padding: 5px 8px; border-radius: 5px; text-decoration: none; color: inherit; }
      .attempts a:hover { background: var(--sunken); }
      .attempts a[aria-current] { background: var(--accent-soft); }
      .attempts .outcome { flex: 1; }
      time, td { font-variant-numeric: tabular-nums; color: var(--ink-soft); }
      table { border-collapse: collapse; width: 100%; }
      th { text-align: left; font-weight: 400; padding: 3px 0; max-width: 220px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      thead th { color: var(--ink-faint); font-size: 12px; }
      td, thead th + th { text-align: right; padding-left: 12px; }
      tbody tr { border-top: 1px solid var(--line-faint); }
      dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 16px; margin: 0; }
      dt { color: var(--ink-faint); }
      dd { margin: 0; overflow-wrap: anywhere; }
      @media (max-width: 900px) { .body { display: block; overflow: auto; } .canvas { max-height: none; } }
    `,
  ];
}

customElements.define("run-view", RunView);
