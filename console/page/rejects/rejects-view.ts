import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { type RejectedRow, Rejects } from "../../model/api.js";
import { partitionWords, several, wholeNumber } from "../../model/words.js";
import { type Answered, type Client, problemFrom } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import { rejectsAddress, runAddress } from "../shell/route.js";

/** The rejected records of a load, whatever became of it, or of a partition as it stands: why, where they stood, and their raw text. */
export class RejectsView extends LitElement {
  static override properties = {
    client: { attribute: false },
    datasetName: {},
    partition: {},
    execution: {},
    rejects: { state: true },
    reason: { state: true },
    problem: { state: true },
  };
  declare client: Client;
  declare datasetName: string;
  declare partition: string;
  /** Null for what the partition has rejected as it is now. */
  declare execution: string | null;
  declare rejects: Rejects | undefined;
  declare reason: string | undefined;
  declare problem: Answered | undefined;

  protected override willUpdate(changed: PropertyValues): void {
    if (["datasetName", "partition", "execution"].some((name) => changed.has(name))) void this.#read();
  }

  async #read(): Promise<void> {
    const { datasetName: dataset, partition, execution } = this;
    const asked: Record<string, string> = { dataset, partition, ...(execution === null ? {} : { execution }) };
    this.rejects = undefined;
    this.problem = await problemFrom(async () => {
      this.rejects = await this.client.get("/api/rejects", asked, Rejects);
    });
  }

  override render() {
    const { rejects, problem } = this;
    return html`
      <div class="head">
        <a href=${runAddress(this.datasetName, this.partition, this.execution)} class="back">The load</a>
        <h1>Rejected records<span>${this.datasetName}, ${partitionWords(this.partition)}</span></h1>
        ${this.execution === null ? nothing : html`<span class="soft">by the load <code>${this.execution}</code> · <a href=${rejectsAddress(this.datasetName, this.partition)}>current rejects of the partition</a></span>`}
      </div>
      ${problem === undefined ? nothing : html`<p class="problem" role="alert"><b>${problem.name}</b> ${problem.message}</p>`}
      ${rejects === undefined ? html`<p class="wait">${problem === undefined ? "Reading the records…" : ""}</p>` : this.#table(rejects)}
    `;
  }

  #table({ rows, total }: Rejects) {
    if (total === 0)
      return html`<p class="wait">${this.execution === null ? "This partition has no rejected records." : "This load rejected no records, or its run folder has expired."}</p>`;
    const reasons = new Map<string, number>();
    for (const { reason } of rows) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    const shown = rows.filter(({ reason }) => this.reason === undefined || reason === this.reason);
    return html`
      <div class="tools">
        <span class="segments" role="group" aria-label="Reason">
          <button aria-pressed=${this.reason === undefined} @click=${() => {
            this.reason = undefined;
          }}>All ${wholeNumber(rows.length)}</button>
          ${[...reasons].map(
            ([reason, count]) =>
              html`<button aria-pressed=${this.reason === reason} @click=${() => {
                this.reason = reason;
              }}>${reason} ${wholeNumber(count)}</button>`,
          )}
        </span>
        ${total > rows.length ? html`<span class="soft">The first ${wholeNumber(rows.length)} of ${several(total, "record")}. All: <code>sluice rejects ${this.execution === null ? `${this.datasetName} --partition ${this.partition}` : `--execution ${this.execution}`} --json${this.client.flags}</code></span>` : nothing}
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="Rejected records">
        <table>
          <thead><tr><th scope="col" class="number">record</th><th scope="col">file</th><th scope="col">why</th><th scope="col">raw text</th></tr></thead>
          <tbody>${shown.map((row) => this.#row(row))}</tbody>
        </table>
      </div>
    `;
  }

  #row({ record_number, source_file, reason, column, rule, message, raw, raw_truncated }: RejectedRow) {
    return html`<tr>
      <td class="number">${wholeNumber(record_number)}</td>
      <td title=${source_file}>${source_file.slice(source_file.lastIndexOf("/") + 1)}</td>
      <td class="why"><b>${reason}</b>${column === null ? nothing : html` <code>${column}</code>`}${rule === null ? nothing : html` <code>${rule}</code>`}<span>${message}</span></td>
      <td>${raw === null ? html`<span class="soft">not kept, because columns are protected</span>` : html`<pre tabindex="0" role="group" aria-label="Raw text of record ${record_number}">${raw}</pre>`}${raw_truncated ? html`<span class="soft">cut at 1 MB</span>` : nothing}</td>
    </tr>`;
  }

  static override styles = [
    controls,
    css`
      :host { display: flex; flex-direction: column; height: 100%; }
      .head { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 14px; padding: 8px 20px; min-height: 36px; }
      .head a { color: var(--accent); }
      code { overflow-wrap: anywhere; }
      h1 { margin: 0; padding-left: 14px; border-left: 1px solid var(--line); font-size: 17px; font-weight: 650; letter-spacing: -0.01em; }
      h1 span { margin-left: 10px; font-weight: 400; color: var(--ink-soft); }
      .tools { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: 16px; padding: 0 20px 12px; }
      .soft { color: var(--ink-soft); }
      .problem { margin: 0; padding: 9px 20px; background: var(--failed-soft); }
      .wait { padding: 28px 20px; margin: 0; color: var(--ink-soft); }
      .scroll { flex: 1; min-height: 0; overflow: auto; border-top: 1px solid var(--line); scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
      .scroll:focus-visible { outline-offset: -2px; }
      table { border-collapse: collapse; width: 100%; }
      th { position: sticky; top: 0; background: var(--paper); box-shadow: 0 1px var(--line); text-align: left; font-weight: 400; font-size: 12px; color: var(--ink-faint); padding: 7px 12px; }
      td { vertical-align: top; padding: 9px 12px; border-top: 1px solid var(--line-faint); }
      th:first-child, td:first-child { padding-left: 20px; }
      th:last-child, td:last-child { padding-right: 20px; }
      .number { text-align: right; font-variant-numeric: tabular-nums; width: 1%; white-space: nowrap; }
      .why { min-width: 250px; }
      .why b { color: var(--refused-ink); font-weight: 600; }
      .why span { display: block; color: var(--ink-soft); }
      @media (max-width: 560px) {
        thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        tr { display: grid; grid-template-columns: auto minmax(0, 1fr); padding: 9px 12px; border-top: 1px solid var(--line-faint); }
        td, td:first-child, td:last-child { border: 0; padding: 2px 0; }
        td.number { width: auto; padding-right: 12px; color: var(--ink-faint); }
        .why, td:last-child { grid-column: 1 / -1; }
        .head, .tools { padding-left: 12px; padding-right: 12px; }
      }
      pre { margin: 0; font: 12px / 1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; background: var(--sunken); border-radius: 5px; padding: 4px 9px; max-height: 160px; overflow: auto; }
    `,
  ];
}

customElements.define("rejects-view", RejectsView);
