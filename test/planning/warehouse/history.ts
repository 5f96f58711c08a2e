import fc from "fast-check";
import { batchId, placeOf, revisionOf } from "../../../contract/layout.js";
import type { Revision, Row, Rules } from "./model.js";

/** One load of a history: a revision of some batch, perhaps by force. */
export interface Event {
  readonly batch: Revision;
  readonly isForced: boolean;
}

const partitions = ["2026-11-22T03", "2026-11-22T04", "2026-11-22T05"] as const;
const manifests = ["_manifest.json", "late.manifest.json"] as const;

const row: fc.Arbitrary<Row> = fc.record({
  id: fc.constantFrom("a", "b", "c", "d'x"),
  part: fc.integer({ min: 1, max: 2 }),
  version: fc.integer({ min: 1, max: 4 }),
  op: fc.constantFrom("U", "U", "D"),
  note: fc.constantFrom("", "one", "zwölf", "it's"),
});

/** A key stands once in a batch that is to be upserted, in a history once at a time: the job has seen to that. */
const rowsOf = (rules: Rules) =>
  rules.mode === "history"
    ? fc.uniqueArray(row, { maxLength: 8, selector: ({ id, part, version }) => `${id}/${part}/${version}` })
    : rules.mode === "upsert"
      ? fc.uniqueArray(row, { maxLength: 6, selector: ({ id, part }) => `${id}/${part}` })
      : fc.array(row, { maxLength: 4 });

/** The n-th version of a manifest; two of them fall into one second. */
function revisionAt(n: number): string {
  const lastModified = new Date(Date.UTC(2026, 10, 23, 6, 0, Math.floor(n / 2)));
  return revisionOf({ lastModified, etag: `"${n}"`, versionId: `v${n}`, ordinal: n % 2 });
}

/** A revision is what it is: however often it is loaded, its rows are the same. */
export function revisionsOf(rules: Rules): fc.Arbitrary<readonly Revision[]> {
  // A refresh has one manifest a partition.
  const names = ["upsert", "append", "history"].includes(rules.mode) ? manifests : manifests.slice(0, 1);
  const places = partitions.flatMap((partition) =>
    names.flatMap((name) => [0, 1, 2, 3].map((n) => ({ partition, name, n }))),
  );
  return fc.array(rowsOf(rules), { minLength: places.length, maxLength: places.length }).map((contents) =>
    places.map(({ partition, name, n }, index) => {
      const id = batchId("orders", partition, `orders/${partition}/${name}`);
      const revision = revisionAt(n);
      return { partition, batchId: id, revision, place: placeOf(partition, revision, id), rows: contents[index] ?? [] };
    }),
  );
}

/** Late, stale, corrected, repeated and forced loads in any order. */
export const historyOf = (rules: Rules, maxLength = 10): fc.Arbitrary<readonly Event[]> =>
  revisionsOf(rules).chain((revisions) =>
    fc.array(
      fc.record({
        batch: fc.constantFrom(...revisions),
        isForced: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
      }),
      { minLength: 1, maxLength },
    ),
  );
