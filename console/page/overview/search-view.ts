import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { Found } from "../../model/overview.js";
import { several } from "../../model/words.js";
import { type Answered, type Client, problemOf } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import "./load-table.js";

/** The loads that a text names. */
export class SearchView extends LitElement {
  static override properties = {
    client: { attribute: false },
    text: {},
    found: { state: true },
    problem: { state: true },
  };
  declare client: Client;
  declare text: string;
  declare found: Found | undefined;
  declare problem: Answered | undefined;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("text")) void this.#search();
  }

  async #search(): Promise<void> {
    const { text } = this;
    this.found = undefined;
    try {
      const found = await this.client.get("/api/search", { text }, Found);
      if (text !== this.text) return;
      this.found = found;
      this.problem = undefined;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  override render() {
    const { found, problem, text } = this;
    return html`
      <h1>Search: <q>${text}</q></h1>
      ${problem === undefined ? nothing : html`<p class="problem" role="alert"><b>${problem.name}</b> ${problem.message}</p>`}
      ${
        found === undefined
          ? html`<p class="soft">${problem === undefined ? "Looking…" : ""}</p>`
          : html`<p class="soft" role="status">${several(found.loads.length, "load")}. ${found.looked}</p>
            ${found.loads.length === 0 ? html`<p class="soft">Search by part of an execution's name, the first characters of a batch id, or the key or URL of a file.</p>` : html`<load-table label="Loads found" .first=${200} .loads=${found.loads}></load-table>`}`
      }
    `;
  }

  static override styles = [
    controls,
    css`
      :host { display: block; padding: 14px 20px 40px; }
      h1 { margin: 0 0 8px; font-size: 17px; font-weight: 650; overflow-wrap: anywhere; }
      .soft { color: var(--ink-soft); }
      .problem { padding: 9px 20px; margin: 0 -20px; background: var(--failed-soft); }
    `,
  ];
}

customElements.define("search-view", SearchView);
