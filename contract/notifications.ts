import type { Contract } from "./contract.js";
import { markerOf, pathOf, topFolder } from "./deliveries.js";
import { manifestSuffix } from "./layout.js";

/** Of which objects a bucket must tell: by the beginning and the end of their keys, which is all that S3 filters by (F1.6). */
export interface KeyFilter {
  readonly prefix: string;
  readonly suffix: string;
}

type Known = Pick<Contract, "dataset" | "partition" | "path" | "arrival">;

/** S3 takes no more in one configuration. */
const mostRules = 100;

/**
 * As narrow as S3 lets them be, and no two that one key could fit: S3 refuses those. Where two would overlap, one that is as
 * wide as both takes their place; start-load passes over what belongs to nobody.
 */
export function keyFilters(contracts: readonly Known[]): readonly KeyFilter[] {
  const wanted = contracts.map(filterOf);
  let filters = disjoint(wanted);
  // Others may have rules of their own in the bucket.
  if (filters.length > mostRules / 2) {
    filters = disjoint(
      wanted.map(({ prefix, suffix }) => ({ prefix: prefix.slice(0, prefix.indexOf("/") + 1), suffix })),
    );
  }
  if (filters.length > mostRules / 2) filters = disjoint(wanted.map(({ suffix }) => ({ prefix: "", suffix })));
  return filters;
}

/** Whether all datasets deliver as they did before there was a choice: then one rule without a prefix hears of strays too. */
export const hasOnlyManifests = (contracts: readonly Known[]) =>
  contracts.every(({ path, arrival }) => path === null && arrival.kind === "manifest");

function filterOf(contract: Known): KeyFilter {
  const { dataset, path, arrival } = contract;
  if (arrival.kind === "manifest") {
    return { prefix: path === null ? `${dataset}/` : plainHead(topFolder(contract)), suffix: manifestSuffix };
  }
  if (arrival.kind === "marker") {
    return { prefix: plainHead(topFolder(contract)), suffix: plainTail(markerOf(contract)?.suffix ?? "") };
  }
  const shape = pathOf(contract);
  return { prefix: plainHead(shape.prefix), suffix: plainTail(shape.suffix) };
}

/** Other characters S3 wants encoded (F1.6), and nobody has seen how it compares them: the filter ends before them. */
const plainHead = (text: string) => /^[A-Za-z0-9/_.-]*/.exec(text)?.[0] ?? "";
const plainTail = (text: string) => /[A-Za-z0-9/_.-]*$/.exec(text)?.[0] ?? "";

function disjoint(filters: readonly KeyFilter[]): readonly KeyFilter[] {
  const found: KeyFilter[] = [];
  for (const filter of filters) {
    let merged = filter;
    for (
      let at = found.findIndex((each) => overlap(each, merged));
      at >= 0;
      at = found.findIndex((each) => overlap(each, merged))
    ) {
      const [other] = found.splice(at, 1);
      if (other !== undefined) merged = both(merged, other);
    }
    found.push(merged);
  }
  return found.toSorted((a, b) => (a.prefix + a.suffix < b.prefix + b.suffix ? -1 : 1));
}

const overlap = (a: KeyFilter, b: KeyFilter) =>
  (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)) &&
  (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix));

/** The narrowest filter that takes what either takes. */
function both(a: KeyFilter, b: KeyFilter): KeyFilter {
  let [head, tail] = [0, 0];
  while (head < a.prefix.length && a.prefix[head] === b.prefix[head]) head++;
  while (tail < a.suffix.length && a.suffix.at(-1 - tail) === b.suffix.at(-1 - tail)) tail++;
  return { prefix: a.prefix.slice(0, head), suffix: tail === 0 ? "" : a.suffix.slice(-tail) };
}
