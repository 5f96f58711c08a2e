import { html, LitElement, nothing, type PropertyValues } from "lit";
import { type Attempt, RerunDone, RerunPlan } from "../../model/api.js";
import { type Answered, type Client, problemFrom } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import { dialogStyles } from "./dialog.js";

/** Says what a rerun would do and why, and does it when that is confirmed. Fires `done` with the execution that runs, `closed`. */
export class RerunDialog extends LitElement {
  static override properties = {
    client: { attribute: false },
    attempt: { attribute: false },
    isForced: { state: true },
    plan: { state: true },
    problem: { state: true },
    isBusy: { state: true },
  };
  declare client: Client;
  declare attempt: Attempt;
  declare isForced: boolean;
  declare plan: RerunPlan | undefined;
  declare problem: Answered | undefined;
  declare isBusy: boolean;

  constructor() {
    super();
    this.isForced = false;
    this.isBusy = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("attempt") || changed.has("isForced")) void this.#readPlan();
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  get #request() {
    return { execution: this.attempt.execution, force: this.isForced };
  }

  async #readPlan(): Promise<void> {
    this.plan = undefined;
    this.problem = await problemFrom(async () => {
      this.plan = await this.client.post("/api/rerun/plan", this.#request, RerunPlan);
    });
  }

  async #rerun(): Promise<void> {
    this.isBusy = true;
    this.problem = await problemFrom(async () => {
      const detail = await this.client.post("/api/rerun", this.#request, RerunDone);
      this.dispatchEvent(new CustomEvent<RerunDone>("done", { detail }));
    });
    this.isBusy = false;
  }

  override render() {
    const { plan, problem, attempt } = this;
    return html`<dialog aria-labelledby="title" @close=${() => this.dispatchEvent(new CustomEvent("closed"))}>
      <h2 id="title">Rerun this load?</h2>
      <p><code>${attempt.execution}</code></p>
      ${plan === undefined ? html`<p>${problem === undefined ? "Looking at what a rerun would do…" : ""}</p>` : html`<p>It will be <b>${plan.way === "redrive" ? "redriven" : "started as a new execution"}</b>: ${plan.why}.</p>`}
      ${problem === undefined ? nothing : html`<p class="problem" role="alert">${problem.message}</p>`}
      <label class="check"><input type="checkbox" .checked=${this.isForced} @change=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) this.isForced = event.target.checked;
      }} /><span>Force: also load what is already loaded, or older than what is loaded</span></label>
      <div class="buttons">
        <button @click=${() => this.renderRoot.querySelector("dialog")?.close()}>Cancel</button>
        <button class="primary" ?disabled=${plan === undefined || this.isBusy} @click=${() => void this.#rerun()}>${plan?.way === "redrive" ? "Redrive it" : "Start a new execution"}</button>
      </div>
    </dialog>`;
  }

  static override styles = [controls, dialogStyles];
}

customElements.define("rerun-dialog", RerunDialog);
