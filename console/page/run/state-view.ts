import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { StateDetail } from "../../model/state-detail.js";
import { duration, several, wholeNumber } from "../../model/words.js";
import { type Answered, type Client, problemFrom } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import { shownTime } from "../shell/zone.js";

/** One state of a run in full: its tries, what it called, its SQL, input, output, and where its log is. */
export class StateView extends LitElement {
  static override properties = {
    client: { attribute: false },
    arn: {},
    state: {},
    detail: { state: true },
    problem: { state: true },
  };
  declare client: Client;
  declare arn: string;
  declare state: string;
  declare detail: StateDetail | undefined;
  declare problem: Answered | undefined;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("arn") || changed.has("state")) void this.#read();
  }

  async #read(): Promise<void> {
    const { arn, state } = this;
    this.detail = undefined;
    this.problem = await problemFrom(async () => {
      this.detail = await this.client.get("/api/state", { arn, state }, StateDetail);
    });
  }

  override render() {
    const { detail, problem } = this;
    if (problem !== undefined)
      return html`<p class="problem" role="alert"><b>${problem.name}</b> ${problem.message}</p>`;
    if (detail === undefined) return html`<p class="soft">Reading its history…</p>`;
    const { tries, calls, runIds, statements, log, input, output } = detail;
    return html`
      ${tries.length < 2 && tries[0]?.error == null ? nothing : this.#tries(tries)}
      <dl>
        ${calls === null ? nothing : html`<dt>calls</dt><dd class="mono">${calls}</dd>`}
        ${runIds.map(({ kind, id }) => html`<dt>${kind}</dt><dd class="mono">${id}</dd>`)}
        ${log === null ? nothing : html`<dt>log</dt><dd class="mono">${log.command}<button class="quiet" aria-label="Copy the command for the log" @click=${() => void navigator.clipboard.writeText(log.command)}>Copy</button></dd>`}
      </dl>
      ${statements.length === 0 ? nothing : this.#statements(statements)}
      ${json("Input", input)}${json("Output", output)}
    `;
  }

  #tries(tries: StateDetail["tries"]) {
    return html`<p class="soft">${several(tries.length, "attempt")}</p>
      <ol>${tries.map(({ startedAt, seconds, error, cause }) => html`<li><time datetime=${startedAt}>${shownTime(startedAt)}</time> ${seconds === null ? "" : duration(seconds)} ${error === null ? nothing : html`<b>${error}</b>`}${cause === null ? nothing : html`<span class="soft">${cause}</span>`}</li>`)}</ol>`;
  }

  #statements(statements: StateDetail["statements"]) {
    return html`<details><summary>${several(statements.length, "SQL statement")}</summary><ol class="sql">${statements.map(
      ({ sql, seconds, rows, status, error }) =>
        html`<li><span class="soft">${[status ?? "status unknown", seconds === null ? "" : duration(seconds), rows === null ? "" : `${wholeNumber(rows)} rows`].filter((part) => part !== "").join(" · ")}</span>${error === null ? nothing : html` <b>${error}</b>`}<pre tabindex="0" role="group" aria-label="SQL">${sql}</pre></li>`,
    )}</ol></details>`;
  }

  static override styles = [
    controls,
    css`
      :host { display: block; padding: 6px 0 12px; }
      .soft { color: var(--ink-soft); margin: 0 0 2px; }
      .problem { margin: 0; }
      ol { margin: 0 0 8px; padding-left: 20px; }
      li b, .problem b { color: var(--failed); }
      li span { overflow-wrap: anywhere; }
      dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 3px 14px; margin: 0 0 6px; }
      dt { color: var(--ink-faint); }
      dd { margin: 0; overflow-wrap: anywhere; }
      summary { cursor: pointer; border-radius: 4px; padding: 3px 0; width: max-content; color: var(--ink-soft); }
      pre { margin: 2px 0 8px; font: 12px / 1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; background: var(--raised); border: 1px solid var(--line-faint); border-radius: 5px; padding: 5px 9px; max-height: 260px; overflow: auto; }
    `,
  ];
}

function json(name: string, text: string | null) {
  if (text === null) return nothing;
  return html`<details><summary>${name}</summary><pre tabindex="0" role="group" aria-label=${name}>${indented(text)}</pre></details>`;
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

customElements.define("state-view", StateView);
