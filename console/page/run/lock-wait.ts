import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { LockWait, lockWaitWords } from "../../model/lock-wait.js";
import type { Client } from "../shell/client.js";
import { shownTime } from "../shell/zone.js";

const againMs = 4000;

/** Whether SQL that runs waits for a lock, and who holds it: asked while it is seen, and runs. */
export class LockWaitLine extends LitElement {
  static override properties = {
    client: { attribute: false },
    datasetName: {},
    since: {},
    wait: { state: true },
  };
  declare client: Client;
  declare datasetName: string;
  /** When the SQL was submitted, ISO. */
  declare since: string;
  declare wait: LockWait | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.wait = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) void this.#ask();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("since") || changed.has("datasetName")) void this.#ask();
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    const { datasetName: dataset, since } = this;
    if (!document.hidden) {
      try {
        const wait = await this.client.get("/api/lock-wait", { dataset, since }, LockWait);
        if (dataset !== this.datasetName || since !== this.since) return;
        this.wait = wait;
      } catch {
        // The page's own look says what is wrong.
        this.wait = undefined;
      }
    }
    clearTimeout(this.#timer);
    // Who may not ask is told once.
    if (this.isConnected && this.wait?.problem == null) this.#timer = setTimeout(() => void this.#ask(), againMs);
  }

  override render() {
    const words = this.wait === undefined ? null : lockWaitWords(this.wait, (time) => shownTime(time).slice(11));
    return html`<p role="status">${words === null ? nothing : words}</p>`;
  }

  static override styles = css`
    p { margin: 0 0 6px; padding-left: 30px; font-size: 12px; color: var(--refused-ink); overflow-wrap: anywhere; }
    p:empty { margin: 0; }
  `;
}

customElements.define("lock-wait", LockWaitLine);
