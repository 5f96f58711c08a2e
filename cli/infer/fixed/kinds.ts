import { InferenceRefused } from "../refusal.js";
import type { Line } from "./lines.js";
import { placesOf } from "./places.js";

/** Files with records of several layouts, told apart by their first character: a dataset reads one layout. */

const mostKinds = 12;
const leastOfKind = 2;
const leastLength = 20;
/** Of the places, so many hold letters in one kind where another has digits. */
const differingShare = 0.2;

/** @throws InferenceRefused naming the kinds */
export function refuseSeveralKinds(name: string, records: readonly Line[]): void {
  const lengths = new Set(records.map(({ cells }) => cells.length));
  if (lengths.size > 1 || Math.max(...lengths) < leastLength) return;
  const kinds = new Map<string, Line[]>();
  for (const line of records) {
    const [mark = ""] = line.cells;
    kinds.set(mark, [...(kinds.get(mark) ?? []), line]);
  }
  const [first, ...others] = [...kinds].sort(([, a], [, b]) => b.length - a.length);
  if (first === undefined || kinds.size > mostKinds) return;
  const other = others.find(([, lines]) => lines.length >= leastOfKind && differ(first[1], lines));
  if (other === undefined) return;
  const found = [...kinds].map(([mark, lines]) => `'${mark}' (${lines.length})`).join(", ");
  throw new InferenceRefused(
    "RecordsUnknown",
    `'${name}' has records of several layouts; their lines begin with ${found}. A dataset reads one layout: split the file by its first character, and infer a dataset from each part.`,
  );
}

function differ(some: readonly Line[], others: readonly Line[]): boolean {
  const [a, b] = [placesOf(some), placesOf(others)];
  const differing = a.filter((place, at) => {
    const other = b[at];
    return (
      other !== undefined && ((place.digits === 1 && other.digits === 0) || (place.digits === 0 && other.digits === 1))
    );
  });
  return differing.length >= a.length * differingShare;
}
