import { type TroubleKind, troubleKinds } from "../../model/overview.js";

/** What an overview or a list is narrowed to. */
export interface Filter {
  readonly source: string | null;
  readonly owner: string | null;
  readonly state: TroubleKind | "running" | "loaded" | null;
  /** A part of a dataset's name. */
  readonly text: string;
}

/** What the address names. */
export type Route =
  | { readonly view: "overview"; readonly filter: Filter }
  | { readonly view: "map"; readonly filter: Filter }
  | { readonly view: "dataset"; readonly dataset: string }
  | { readonly view: "run"; readonly dataset: string; readonly partition: string; readonly execution: string | null }
  | {
      readonly view: "rejects";
      readonly dataset: string;
      readonly partition: string;
      readonly execution: string | null;
    }
  | { readonly view: "search"; readonly text: string }
  | { readonly view: "unknown"; readonly hash: string };

const states = [...troubleKinds, "running", "loaded"] as const;

/** @param hash as `location.hash` has it */
export function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const asked = new URLSearchParams(query);
  const [view = "", ...names] = path.split("/").map(decoded);
  const [dataset, partition, execution] = names;
  if (names.some((name) => name === undefined)) return { view: "unknown", hash };
  const isAlone = dataset === undefined;
  if (view === "" && isAlone) return { view: "overview", filter: filterOf(asked) };
  if (view === "map" && isAlone) return { view: "map", filter: filterOf(asked) };
  if (view === "search" && isAlone) return { view: "search", text: asked.get("text") ?? "" };
  if (dataset === undefined || dataset === "") return { view: "unknown", hash };
  if (view === "dataset" && partition === undefined) return { view, dataset };
  if (partition === undefined || partition === "" || names.length > 3) return { view: "unknown", hash };
  if (view === "run" || view === "rejects") return { view, dataset, partition, execution: execution ?? null };
  return { view: "unknown", hash };
}

/** @returns undefined where a percent sign is not followed by what makes it a character */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const filterOf = (asked: URLSearchParams): Filter => ({
  source: asked.get("source"),
  owner: asked.get("owner"),
  state: states.find((state) => state === asked.get("state")) ?? null,
  text: asked.get("text") ?? "",
});

/** The address of an overview or map with that filter; what is not filtered by is left out. */
export function addressOf(view: "overview" | "map", filter: Partial<Filter>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== null && value !== "") query.set(name, value);
  const text = query.toString();
  return `#/${view === "map" ? "map" : ""}${text === "" ? "" : `?${text}`}`;
}

const encoded = (names: readonly (string | null)[]) =>
  names.flatMap((name) => (name === null ? [] : [encodeURIComponent(name)])).join("/");

export const runAddress = (dataset: string, partition: string, execution: string | null = null) =>
  `#/run/${encoded([dataset, partition, execution])}`;
export const rejectsAddress = (dataset: string, partition: string, execution: string | null = null) =>
  `#/rejects/${encoded([dataset, partition, execution])}`;
export const datasetAddress = (dataset: string) => `#/dataset/${encoded([dataset])}`;
