import { css, html, LitElement, nothing } from "lit";
import type { ScheduleState } from "../../model/api.js";
import type { DatasetPage } from "../../model/dataset-page.js";
import type { Client } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import { shownTime, zoneWords } from "../shell/zone.js";
import "../dialogs/pause-dialog.js";

type Schedule = NonNullable<DatasetPage["schedule"]>;

/** When a dataset is loaded by time: its next runs, and whether it is paused. Fires `schedule-changed`. */
export class DatasetSchedule extends LitElement {
  static override properties = {
    client: { attribute: false },
    datasetName: {},
    schedule: { attribute: false },
    canChange: { attribute: false },
    isAsking: { state: true },
  };
  declare client: Client;
  declare datasetName: string;
  declare schedule: Schedule;
  declare canChange: boolean;
  declare isAsking: boolean;

  constructor() {
    super();
    this.isAsking = false;
  }

  override render() {
    const { cron, timezone, next, pause } = this.schedule;
    return html`
      <h2 id="schedule">Schedule<span><code>${cron}</code> ${timezone}</span></h2>
      ${
        pause === null
          ? nothing
          : html`<p class="paused" role="status"><b>Paused</b> since ${shownTime(pause.pausedAt)} ${zoneWords()}${pause.reason === null ? "" : `: ${pause.reason}`}</p>`
      }
      <ul class=${pause === null ? "" : "skipped"}>${next.map((time) => html`<li><time datetime=${time}>${shownTime(time)}</time></li>`)}</ul>
      <p class="soft">${pause === null ? "Next runs" : "Skipped while paused"}, ${zoneWords()}</p>
      ${
        this.canChange
          ? html`<button @click=${() => {
              this.isAsking = true;
            }}>${pause === null ? "Pause…" : "Resume…"}</button>`
          : nothing
      }
      ${this.isAsking ? this.#dialog() : nothing}
    `;
  }

  #dialog() {
    const { next, pause } = this.schedule;
    const [first] = next;
    return html`<pause-dialog
      .client=${this.client}
      .datasetName=${this.datasetName}
      .isPaused=${pause !== null}
      next=${first === undefined ? "a later deployment" : `${shownTime(first)} ${zoneWords()}`}
      @closed=${() => {
        this.isAsking = false;
      }}
      @done=${({ detail }: CustomEvent<ScheduleState>) => {
        this.isAsking = false;
        this.dispatchEvent(new CustomEvent<ScheduleState>("schedule-changed", { detail }));
      }}
    ></pause-dialog>`;
  }

  static override styles = [
    controls,
    css`
      :host { display: block; }
      h2 { margin: 0 0 6px; font-size: 14px; font-weight: 650; display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: baseline; }
      h2 span { font-weight: 400; font-size: 12px; color: var(--ink-faint); }
      ul { margin: 0; padding-left: 18px; font-variant-numeric: tabular-nums; }
      .skipped { color: var(--ink-faint); text-decoration: line-through; }
      .soft { color: var(--ink-soft); margin: 4px 0 8px; }
      .paused { margin: 0 0 8px; padding: 6px 10px; border-radius: 6px; background: var(--refused-soft); overflow-wrap: anywhere; }
    `,
  ];
}

customElements.define("dataset-schedule", DatasetSchedule);
