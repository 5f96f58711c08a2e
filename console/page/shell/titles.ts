import type { Overview } from "../../model/overview.js";
import { partitionWords } from "../../model/words.js";
import type { Route } from "./route.js";

/** What a tab is called: what is seen, then whose it is; on the first page, what needs somebody. */
export function titleOf(route: Route, overview: Overview | undefined): string {
  const project = overview === undefined ? "Sluice" : `${overview.project} – Sluice`;
  switch (route.view) {
    case "overview": {
      const { failed = 0, refused = 0, overdue = 0 } = overview?.counts ?? {};
      const urgent = failed + refused + overdue;
      return urgent === 0 ? project : `(${urgent}) ${project}`;
    }
    case "map":
      return `Partitions – ${project}`;
    case "dataset":
      return `${route.dataset} – ${project}`;
    case "run":
      return `${route.dataset}, ${partitionWords(route.partition)} – ${project}`;
    case "rejects":
      return `Rejected records of ${route.dataset}, ${partitionWords(route.partition)} – ${project}`;
    case "search":
      return `${route.text === "" ? "Search" : `Search: ${route.text}`} – ${project}`;
    case "unknown":
      return `Not found – ${project}`;
  }
}
