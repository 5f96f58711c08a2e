import { css, html, LitElement, nothing } from "lit";
import { BackfillPlan, Started } from "../../model/api.js";
import { writtenAs } from "../../model/grid.js";
import type { Summary } from "../../model/overview.js";
import { several } from "../../model/words.js";
import { type Answered, type Client, problemFrom } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import { dialogStyles } from "./dialog.js";

const shownPartitions = 12;

/** Asks which partitions of a dataset to load, shows what is due, and begins it when that is confirmed. Fires `done`, `closed`. */
export class BackfillDialog extends LitElement {
  static override properties = {
    client: { attribute: false },
    rows: { attribute: false },
    datasetName: {},
    from: {},
    to: {},
    isForced: { state: true },
    plan: { state: true },
    problem: { state: true },
    isBusy: { state: true },
  };
  declare client: Client;
  declare rows: readonly Summary[];
  declare datasetName: string;
  declare from: string;
  declare to: string;
  declare isForced: boolean;
  declare plan: BackfillPlan | undefined;
  declare problem: Answered | undefined;
  declare isBusy: boolean;

  constructor() {
    super();
    this.isForced = false;
    this.isBusy = false;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  async #plan(): Promise<void> {
    const { datasetName: dataset, from, to, isForced: force } = this;
    await this.#try(async () => {
      this.plan = await this.client.post("/api/backfill/plan", { dataset, from, to, force }, BackfillPlan);
    });
  }

  async #start(id: string): Promise<void> {
    await this.#try(async () => {
      await this.client.post("/api/backfill", { id }, Started);
      this.dispatchEvent(new CustomEvent("done"));
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    this.problem = await problemFrom(work);
    this.isBusy = false;
  }

  override render() {
    const { plan, problem } = this;
    return html`<dialog aria-labelledby="title" @close=${() => this.dispatchEvent(new CustomEvent("closed"))}>
      <h2 id="title">Backfill</h2>
      <p>Loads what landed in a range of partitions and is not loaded, oldest first, one after the other.</p>
      <form @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        void this.#plan();
      }}>
        <label>Dataset<select @change=${this.#changes("datasetName")}>${this.rows.map(({ dataset }) => html`<option ?selected=${dataset === this.datasetName}>${dataset}</option>`)}</select></label>
        <label>From<input class="mono" required .value=${this.from} @input=${this.#changes("from")} /></label>
        <label>To<input class="mono" required .value=${this.to} @input=${this.#changes("to")} /></label>
        <label class="check"><input type="checkbox" .checked=${this.isForced} @change=${this.#changes("isForced")} /><span>Force: also load what is already loaded</span></label>
        ${plan === undefined ? nothing : this.#due(plan)}
        ${problem === undefined ? nothing : html`<p class="problem" role="alert">${problem.message}</p>`}
        <div class="buttons">
          <button type="button" @click=${() => this.renderRoot.querySelector("dialog")?.close()}>Cancel</button>
          ${
            plan === undefined || plan.due.length === 0
              ? html`<button class="primary" ?disabled=${this.isBusy}>${this.isBusy ? "Looking…" : "Show what is due"}</button>`
              : html`<button type="button" class="primary" ?disabled=${this.isBusy} @click=${() => void this.#start(plan.id)}>Load ${several(plan.due.length, "batch", "batches")}</button>`
          }
        </div>
      </form>
    </dialog>`;
  }

  #due({ partitions, found, due, unsettled }: BackfillPlan) {
    const more = due.length - shownPartitions;
    return html`<p class="due" role="status">
      ${several(partitions, "partition")}, ${several(found, "manifest")}: ${due.length === 0 ? html`<b>nothing is due</b>, everything that landed is loaded.` : html`<b>${several(due.length, "batch", "batches")} to load</b>.`}
      ${due.length === 0 ? nothing : html`<span class="mono">${due.slice(0, shownPartitions).join(" ")}${more > 0 ? ` and ${more} more` : ""}</span>`}
      ${unsettled.length === 0 ? nothing : html`<span>Skipped, because files are still arriving: ${unsettled.join(", ")}.</span>`}
    </p>`;
  }

  /** What was planned holds no more. */
  #changes(name: "datasetName" | "from" | "to" | "isForced") {
    return ({ target }: Event) => {
      if (target instanceof HTMLInputElement && name === "isForced") this.isForced = target.checked;
      else if (target instanceof HTMLInputElement && name !== "isForced") this[name] = target.value;
      else if (target instanceof HTMLSelectElement && name === "datasetName") this.#choose(target.value);
      this.plan = undefined;
    };
  }

  /** Hours, days and months are written differently. */
  #choose(dataset: string): void {
    this.datasetName = dataset;
    const granularity = this.rows.find((row) => row.dataset === dataset)?.granularity ?? "hour";
    [this.from, this.to] = [writtenAs(granularity, this.from, "first"), writtenAs(granularity, this.to, "last")];
  }

  static override styles = [
    controls,
    dialogStyles,
    css`
      form { display: grid; grid-template-columns: 1fr 1fr; gap: 10px 12px; }
      label { display: grid; gap: 3px; color: var(--ink-soft); }
      label:first-child, .check, .due, .buttons, .problem { grid-column: 1 / -1; }
      .due { margin: 4px 0 0; padding: 10px 12px; border-radius: 6px; background: var(--sunken); }
      .due span { display: block; margin-top: 4px; overflow-wrap: anywhere; }
      .buttons { margin-top: 8px; }
    `,
  ];
}

customElements.define("backfill-dialog", BackfillDialog);
