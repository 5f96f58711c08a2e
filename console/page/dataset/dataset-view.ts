import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { ScheduleState } from "../../model/api.js";
import { DatasetPage, RowCount } from "../../model/dataset-page.js";
import { percent } from "../../model/measures.js";
import type { Overview } from "../../model/overview.js";
import { several, wholeNumber } from "../../model/words.js";
import { TrendStore } from "../overview/trend-store.js";
import { type Answered, type Client, problemFrom, problemOf } from "../shell/client.js";
import { controls } from "../shell/controls.js";
import { addressOf } from "../shell/route.js";
import { shownTime } from "../shell/zone.js";
import { datasetStyles } from "./dataset-styles.js";
import "./dataset-schedule.js";
import "../overview/dataset-trends.js";
import "../overview/newest-loads.js";
import "../overview/trouble-list.js";

/** A dataset in full: what needs a person, its last loads, its contract and table, its checks, its schedule, and where its data go. */
export class DatasetView extends LitElement {
  static override properties = {
    client: { attribute: false },
    overview: { attribute: false },
    datasetName: {},
    theme: {},
    page: { state: true },
    rows: { state: true },
    problem: { state: true },
  };
  declare client: Client;
  declare overview: Overview;
  declare datasetName: string;
  declare theme: string;
  declare page: DatasetPage | undefined;
  /** Undefined until somebody asks, null while it is counted. */
  declare rows: RowCount | null | undefined;
  declare problem: Answered | undefined;
  #trends: TrendStore | undefined;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("client")) this.#trends = new TrendStore(this.client, () => this.requestUpdate());
    if (!changed.has("datasetName")) return;
    [this.page, this.rows] = [undefined, undefined];
    void this.#read();
    // In the local account it costs nothing, and wakes nothing.
    if (this.overview.isLocal) void this.#count();
  }

  async #read(): Promise<void> {
    const { datasetName: dataset } = this;
    this.problem = await problemFrom(async () => {
      const page = await this.client.get("/api/dataset", { dataset }, DatasetPage);
      if (dataset === this.datasetName) this.page = page;
    });
  }

  async #count(): Promise<void> {
    const { datasetName: dataset } = this;
    this.rows = null;
    try {
      this.rows = await this.client.get("/api/rows", { dataset }, RowCount);
    } catch (error) {
      this.rows = undefined;
      // Before the first load there is no table, and nothing wrong with that.
      if (!this.overview.isLocal) this.problem = problemOf(error);
    }
  }

  readonly #onSchedule = ({ detail }: CustomEvent<ScheduleState>): void => {
    const { page } = this;
    if (page?.schedule == null) return;
    this.page = { ...page, schedule: { ...page.schedule, pause: detail.pause } };
    this.dispatchEvent(new CustomEvent("changed", { bubbles: true, composed: true }));
  };

  override render() {
    const { page, problem, overview, datasetName } = this;
    const summary = overview.rows.find(({ dataset }) => dataset === datasetName);
    const troubles = overview.troubles.filter(({ dataset }) => dataset === datasetName);
    return html`
      <div class="head"><a href="#/" class="back">Overview</a><h1>${datasetName}</h1>
        ${summary?.state == null ? nothing : html`<span class="outcome ${summary.state}">${summary.state}</span>`}
        <span class="space"></span><a href=${addressOf("map", { text: datasetName })}>Partitions</a></div>
      ${problem === undefined ? nothing : html`<p class="problem" role="alert"><b>${problem.name}</b> ${problem.message}</p>`}
      ${page?.description == null ? nothing : html`<p class="description">${page.description}</p>`}
      ${summary === undefined ? nothing : html`<dataset-trends .isAlone=${true} .summary=${summary} .trend=${this.#trends?.of(datasetName, summary.revision)} .now=${overview.now} theme=${this.theme}></dataset-trends>`}
      ${troubles.length === 0 ? nothing : html`<section><h2>What needs a person</h2><trouble-list .troubles=${troubles} .total=${troubles.length} .now=${overview.now} .canChange=${!overview.isReadOnly}></trouble-list></section>`}
      ${page === undefined ? html`<p class="soft">${problem === undefined ? "Reading the contract…" : ""}</p>` : this.#contract(page)}
      ${summary?.loads === 0 ? nothing : html`<section><h2>Newest loads</h2><newest-loads .client=${this.client} .overview=${overview} .filter=${{ dataset: datasetName, source: null, owner: null, state: null, text: "" }}></newest-loads></section>`}
    `;
  }

  #contract(page: DatasetPage) {
    return html`
      <section aria-labelledby="lineage"><h2 id="lineage">From files to views</h2>${this.#lineage(page)}</section>
      <section aria-labelledby="columns"><h2 id="columns">${several(page.columns.length, "column")}</h2>${columnsTable(page)}</section>
      ${page.checks.length === 0 ? nothing : html`<section aria-labelledby="checks"><h2 id="checks">Checks<span>${page.checked.read === 0 ? "no loads yet" : `over the ${wholeNumber(page.checked.read)} records of the newest ${several(page.checked.loads, "load")}; a record that fails several counts for the first`}</span></h2>${checksTable(page)}</section>`}
      ${page.batchChecks.length === 0 ? nothing : html`<section aria-labelledby="batch-checks"><h2 id="batch-checks">Batch checks</h2>${batchChecks(page)}</section>`}
      <div class="two">
        ${page.schedule === null ? nothing : html`<section aria-label="Schedule"><dataset-schedule .client=${this.client} .datasetName=${page.dataset} .schedule=${page.schedule} .canChange=${!this.overview.isReadOnly} @schedule-changed=${this.#onSchedule}></dataset-schedule></section>`}
        <section aria-labelledby="facts"><h2 id="facts">Table, load and delivery</h2><dl>${page.facts.map(({ key, text }) => html`<dt>${key}</dt><dd class="mono">${text}</dd>`)}</dl></section>
      </div>
    `;
  }

  #lineage({ lineage }: DatasetPage) {
    return html`<ol class="lineage">${lineage.map(
      ({ what, names, how }) =>
        html`<li><span>${what}</span>${names.map((name) => html`<code>${name}</code>`)}<small>${how}</small>${what === "Table" ? this.#rowCount() : nothing}</li>`,
    )}</ol>`;
  }

  #rowCount() {
    const { rows } = this;
    if (rows === undefined) return html`<button class="quiet" @click=${() => void this.#count()}>Count rows</button>`;
    return html`<b role="status">${rows === null ? "counting…" : html`${several(rows.rows, "row")}<small> at ${shownTime(rows.at).slice(11)}</small>`}</b>`;
  }

  static override styles = [controls, datasetStyles];
}

function columnsTable({ columns }: DatasetPage) {
  const isDescribed = columns.some(({ description }) => description !== null);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Columns"><table>
    <thead><tr><th scope="col">name</th><th scope="col">type</th><th scope="col">NULL</th>${isDescribed ? html`<th scope="col">description</th>` : nothing}<th scope="col">rules</th></tr></thead>
    <tbody>${columns.map(
      ({ name, type, isKey, isRequired, description, rules }) => html`<tr>
      <th scope="row">${name}${isKey ? html` <span class="key">key</span>` : nothing}</th><td><code>${type}</code></td><td>${isRequired ? "never" : "allowed"}</td>
      ${isDescribed ? html`<td>${description ?? ""}</td>` : nothing}
      <td class="rules">${rules.map((rule) => html`<code>${rule}</code>`)}</td></tr>`,
    )}</tbody></table></div>`;
}

function checksTable({ checks, checked }: DatasetPage) {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Checks"><table>
    <thead><tr><th scope="col">check</th><th scope="col">condition</th><th scope="col" class="number">passed</th><th scope="col" class="number">rejected</th></tr></thead>
    <tbody>${checks.map(
      ({ name, sql, failed }) => html`<tr><th scope="row">${name}</th><td><code>${sql}</code></td>
      <td class="number">${checked.read === 0 ? "–" : percent(1 - failed / checked.read)}</td><td class="number">${wholeNumber(failed)}</td></tr>`,
    )}</tbody></table></div>`;
}

function batchChecks({ batchChecks, batchResults }: DatasetPage) {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Batch checks"><table>
      <thead><tr><th scope="col">check</th><th scope="col">condition</th><th scope="col">if it fails</th></tr></thead>
      <tbody>${batchChecks.map(({ name, text, severity }) => html`<tr><th scope="row">${name}</th><td><code>${text}</code></td><td>${severity}</td></tr>`)}</tbody></table></div>
    ${batchResults === null ? html`<p class="soft">The newest loads have no results.</p>` : html`<p class="soft">Of ${batchResults.partition ?? batchResults.execution}:</p><ul>${batchResults.texts.map((text) => html`<li>${text}</li>`)}</ul>`}`;
}

customElements.define("dataset-view", DatasetView);
