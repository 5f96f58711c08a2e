import { css, html, LitElement, nothing } from "lit";
import { RerunDone, RerunPlan } from "../../model/api.js";
import { several } from "../../model/words.js";
import { type Client, problemOf } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import { dialogStyles } from "./dialog.js";

/** How far one of the loads is. */
interface Line {
  readonly execution: string;
  readonly plan: RerunPlan | null;
  /** What was said about it: why it cannot be rerun, or that it began. */
  readonly said: string | null;
  readonly isWrong: boolean;
}

/** Reruns several loads: first what would be done with each, then, when it is confirmed, one after the other. Fires `done`, `closed`. */
export class RerunManyDialog extends LitElement {
  static override properties = {
    client: { attribute: false },
    executions: { attribute: false },
    lines: { state: true },
    isBusy: { state: true },
    isDone: { state: true },
  };
  declare client: Client;
  declare executions: readonly string[];
  declare lines: readonly Line[];
  declare isBusy: boolean;
  declare isDone: boolean;

  constructor() {
    super();
    this.lines = [];
    this.isBusy = true;
    this.isDone = false;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("dialog")?.showModal();
    this.lines = this.executions.map((execution) => ({ execution, plan: null, said: null, isWrong: false }));
    void this.#each(async (execution) => ({
      plan: await this.client.post("/api/rerun/plan", { execution, force: false }, RerunPlan),
    }));
  }

  /** Those that can be rerun. */
  get #ready(): readonly Line[] {
    return this.lines.filter(({ plan, isWrong }) => plan !== null && !isWrong);
  }

  async #each(work: (execution: string) => Promise<Partial<Line>>): Promise<void> {
    this.isBusy = true;
    for (const { execution, isWrong } of this.lines) {
      if (isWrong) continue;
      try {
        this.#change(execution, await work(execution));
      } catch (error) {
        this.#change(execution, { said: problemOf(error).message, isWrong: true });
      }
    }
    this.isBusy = false;
  }

  #change(execution: string, news: Partial<Line>): void {
    this.lines = this.lines.map((line) => (line.execution === execution ? { ...line, ...news } : line));
  }

  async #rerun(): Promise<void> {
    await this.#each(async (execution) => {
      const done = await this.client.post("/api/rerun", { execution, force: false }, RerunDone);
      return { said: done.way === "redrive" ? "redriven" : `started as ${done.execution}` };
    });
    this.isDone = true;
    this.dispatchEvent(new CustomEvent("done"));
  }

  override render() {
    const ready = this.#ready.length;
    return html`<dialog aria-labelledby="title" @close=${() => this.dispatchEvent(new CustomEvent("closed"))}>
      <h2 id="title">${this.isDone ? "Rerun" : `Rerun ${several(this.executions.length, "load")}?`}</h2>
      <ul aria-live="polite">${this.lines.map((line) => this.#line(line))}</ul>
      <div class="buttons">
        <button @click=${() => this.renderRoot.querySelector("dialog")?.close()}>${this.isDone ? "Close" : "Cancel"}</button>
        ${this.isDone ? nothing : html`<button class="primary" ?disabled=${this.isBusy || ready === 0} @click=${() => void this.#rerun()}>${this.isBusy ? "Looking…" : `Rerun ${several(ready, "load")}`}</button>`}
      </div>
    </dialog>`;
  }

  #line({ execution, plan, said, isWrong }: Line) {
    const way = plan === null ? "" : plan.way === "redrive" ? "redrive" : "new execution";
    return html`<li class=${isWrong ? "wrong" : ""}><code>${execution}</code><span>${said ?? (plan === null ? "…" : `${way}: ${plan.why}`)}</span></li>`;
  }

  static override styles = [
    controls,
    dialogStyles,
    css`
      ul { list-style: none; margin: 0; padding: 0; max-height: 50vh; overflow: auto; }
      li { padding: 5px 0; border-top: 1px solid var(--line-faint); }
      li code { overflow-wrap: anywhere; }
      li span { display: block; color: var(--ink-soft); }
      li.wrong span { color: var(--failed); }
    `,
  ];
}

customElements.define("rerun-many-dialog", RerunManyDialog);
