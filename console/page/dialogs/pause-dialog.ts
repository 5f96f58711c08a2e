import { css, html, LitElement, nothing } from "lit";
import { ScheduleState } from "../../model/api.js";
import { type Answered, type Client, problemFrom } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import { dialogStyles } from "./dialog.js";

/** Pauses a schedule when that is confirmed, or resumes it. Fires `done` with how the schedule stands, `closed`. */
export class PauseDialog extends LitElement {
  static override properties = {
    client: { attribute: false },
    datasetName: {},
    isPaused: { attribute: false },
    next: {},
    problem: { state: true },
    isBusy: { state: true },
  };
  declare client: Client;
  declare datasetName: string;
  declare isPaused: boolean;
  /** The next planned time, in words. */
  declare next: string;
  declare problem: Answered | undefined;
  declare isBusy: boolean;

  constructor() {
    super();
    this.isBusy = false;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  async #change(): Promise<void> {
    const { datasetName: dataset } = this;
    const reason = this.renderRoot.querySelector("input")?.value.trim() ?? "";
    const ask = (): [string, unknown] =>
      this.isPaused
        ? ["/api/schedule/resume", { dataset }]
        : ["/api/schedule/pause", { dataset, reason: reason === "" ? null : reason }];
    this.isBusy = true;
    this.problem = await problemFrom(async () => {
      const detail = await this.client.post(...ask(), ScheduleState);
      this.dispatchEvent(new CustomEvent<ScheduleState>("done", { detail }));
    });
    this.isBusy = false;
  }

  override render() {
    const { isPaused, datasetName, next, problem } = this;
    return html`<dialog aria-labelledby="title" @close=${() => this.dispatchEvent(new CustomEvent("closed"))}>
      <form @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        void this.#change();
      }}>
        <h2 id="title">${isPaused ? "Resume" : "Pause"} the schedule of ${datasetName}?</h2>
        ${
          isPaused
            ? html`<p>Its next run is at <b>${next}</b>. A run looks back as far as the schedule's lag; use a backfill for earlier partitions.</p>`
            : html`<p>From the run at <b>${next}</b> on, the schedule starts no loads until it is resumed; a deployment does not resume it. Running loads continue.</p>
              <label>Reason, shown to others <input name="reason" maxlength="300" autocomplete="off" /></label>`
        }
        ${problem === undefined ? nothing : html`<p class="problem" role="alert">${problem.message}</p>`}
        <div class="buttons">
          <button type="button" @click=${() => this.renderRoot.querySelector("dialog")?.close()}>Cancel</button>
          <button class="primary" ?disabled=${this.isBusy}>${isPaused ? "Resume it" : "Pause it"}</button>
        </div>
      </form>
    </dialog>`;
  }

  static override styles = [
    controls,
    dialogStyles,
    css`
      form > label { display: grid; gap: 4px; color: var(--ink-soft); }
      .problem { margin-top: 12px; }
    `,
  ];
}

customElements.define("pause-dialog", PauseDialog);
