import { html } from "lit";
import type { Row } from "../../model/api.js";
import type { Overview } from "../../model/overview.js";
import type { CellPlace } from "../map/heat-map.js";
import type { Client } from "./client.js";
import type { Route } from "./route.js";
import "../dataset/dataset-view.js";
import "../map/map-view.js";
import "../overview/overview-view.js";
import "../overview/search-view.js";
import "../rejects/rejects-view.js";
import "../run/run-view.js";

/** What every view is made of. */
export interface Surroundings {
  readonly client: Client;
  readonly overview: Overview;
  /** Undefined while it is being read. */
  readonly map: readonly Row[] | undefined;
  readonly theme: string;
  readonly onBackfill: (place: CellPlace | null) => void;
}

/** Changes when a dataset's loads do, and at each refresh while one of them runs. */
function revisionOf({ rows, now }: Overview, dataset: string): string {
  const row = rows.find((each) => each.dataset === dataset);
  return row?.state === "running" ? `running ${now}` : `${row?.revision}`;
}

/** The view that the address names. */
export function viewOf(route: Route, { client, overview, map, theme, onBackfill }: Surroundings) {
  switch (route.view) {
    case "overview":
      return html`<overview-view .client=${client} .overview=${overview} .filter=${route.filter} theme=${theme}></overview-view>`;
    case "dataset":
      return html`<dataset-view .client=${client} .overview=${overview} .datasetName=${route.dataset} theme=${theme}></dataset-view>`;
    case "run":
      return html`<run-view
        .client=${client}
        .revision=${revisionOf(overview, route.dataset)}
        .datasetName=${route.dataset}
        partition=${route.partition}
        .execution=${route.execution}
        .canChange=${!overview.isReadOnly}
      ></run-view>`;
    case "rejects":
      return html`<rejects-view .client=${client} .datasetName=${route.dataset} partition=${route.partition} .execution=${route.execution}></rejects-view>`;
    case "search":
      return html`<search-view .client=${client} text=${route.text}></search-view>`;
    case "map":
      return map === undefined
        ? html`<p class="wait">Reading the partitions…</p>`
        : html`<map-view
            .client=${client}
            .rows=${map}
            .now=${overview.now}
            .filter=${route.filter}
            .canChange=${!overview.isReadOnly}
            theme=${theme}
            @backfill=${({ detail }: CustomEvent<CellPlace | undefined>) => onBackfill(detail ?? null)}
          ></map-view>`;
    case "unknown":
      return html`<div class="unknown"><h1>Page not found</h1><p><code>${route.hash}</code> is not an address of this console. <a href="#/">Back to the overview</a></p></div>`;
  }
}
