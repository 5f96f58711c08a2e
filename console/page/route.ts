/** What the address names: the map, a partition's load (the newest, or one execution), or its rejected records. */
export type Route =
  | { readonly view: "map" }
  | { readonly view: "run"; readonly dataset: string; readonly partition: string; readonly execution: string | null }
  | { readonly view: "rejects"; readonly dataset: string; readonly partition: string };

/** @param hash as `location.hash` has it; what is not understood is the map. */
export function readRoute(hash: string): Route {
  const [view, dataset, partition, execution] = hash.replace(/^#\//, "").split("/").map(decodeURIComponent);
  if (dataset === undefined || partition === undefined) return { view: "map" };
  if (view === "run") return { view, dataset, partition, execution: execution ?? null };
  if (view === "rejects") return { view, dataset, partition };
  return { view: "map" };
}
