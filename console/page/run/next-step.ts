import { css, html, LitElement, nothing } from "lit";
import type { Run } from "../../model/api.js";
import { controls } from "../shell/controls.js";

/** Why a load did not succeed, who acts, and what to type. */
export class NextStep extends LitElement {
  static override properties = { run: { attribute: false } };
  declare run: Run;

  override render() {
    const { attempt, message, next } = this.run;
    return html`<section class=${attempt.outcome} aria-label="What to do">
      <h2>${attempt.error ?? "What to do"}</h2>
      ${message === null ? nothing : html`<p class="message">${message}</p>`}
      ${
        next === null
          ? nothing
          : html`<p>${next.who}</p>
            ${next.commands.map((command) => html`<p class="command"><code>${command}</code><button class="quiet" aria-label="Copy ${command}" @click=${() => void navigator.clipboard.writeText(command)}>Copy</button></p>`)}
            <p class="soft">More in the runbook: <code>${next.runbook}</code></p>`
      }
    </section>`;
  }

  static override styles = [
    controls,
    css`
      section { border-radius: 8px; padding: 13px 16px 14px; background: var(--sunken); }
      section.failed { background: var(--failed-soft); }
      section.refused { background: var(--refused-soft); }
      h2 { margin: 0 0 4px; font-size: 14px; }
      .failed h2 { color: var(--failed); }
      .refused h2 { color: var(--refused-ink); }
      p { margin: 6px 0 0; max-width: 68ch; }
      .message { overflow-wrap: anywhere; }
      .command { display: flex; align-items: center; gap: 8px; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 3px 4px 3px 11px; }
      .command code { flex: 1; overflow-wrap: anywhere; }
      .soft { color: var(--ink-soft); }
    `,
  ];
}

customElements.define("next-step", NextStep);
