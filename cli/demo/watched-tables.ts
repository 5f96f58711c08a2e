import type { Expected } from "./expected.js";
import type { WatchedTable } from "./watch.js";

/** What the demo's reader watches of a dataset. Each fingerprint tells a half-filled table from every complete one. */
export function watchedTable(dataset: string, mode: string, { batches, countries }: Expected): WatchedTable {
  if (dataset === "earthquakes") {
    let rows = 0;
    const completeStates = batches.map(({ inserted }) => {
      rows += inserted;
      return `${rows}|${rows}`;
    });
    const name = "seismic.earthquakes";
    return { name, mode, fingerprint: `select count(*), count(distinct id) from ${name}`, completeStates };
  }
  const name = `atlas.${dataset}`;
  return {
    name,
    mode,
    // Every row of a refresh carries the place of one batch.
    fingerprint: `select count(*), sum(area), count(distinct sluice_batch) from ${name}`,
    completeStates: countries.states.map(({ rows, area }) => `${rows}|${area}|1`),
  };
}
