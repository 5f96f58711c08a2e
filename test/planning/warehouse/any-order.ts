import fc from "fast-check";
import type { Contract } from "../../../contract/contract.js";
import type { Inspection } from "../../../planning/inspection.js";
import {
  asOutcome,
  attemptOf,
  contractFor,
  type Difference,
  modelTable,
  reset,
  tableOf,
  type Variant,
} from "./disorder.js";
import { revisionsOf } from "./history.js";
import { HistoryModel } from "./history-model.js";
import type { Revision } from "./model.js";
import type { TestWarehouse } from "./test-warehouse.js";

/** The same batches of a history in one order after another: each must end in the same table. */

/** Revisions of some batches, and orders in which they come: places in the list, some of them twice. */
export interface Disorder {
  readonly revisions: readonly Revision[];
  readonly orders: readonly (readonly number[])[];
}

const again = 4;

export const disorderOf = (variant: Variant, orders: number): fc.Arbitrary<Disorder> =>
  revisionsOf(variant).chain((revisions) => {
    const places = revisions.map((_, at) => at);
    const order = fc
      .tuple(
        fc.shuffledSubarray(places, { minLength: places.length }),
        fc.array(fc.constantFrom(...places), { minLength: again, maxLength: again }),
      )
      .chain(([all, more]) => fc.shuffledSubarray([...all, ...more], { minLength: all.length + again }));
    return fc.record({
      revisions: fc.constant(revisions),
      orders: fc.array(order, { minLength: orders, maxLength: orders }),
    });
  });

/** The contract did not have the column of notes when the batches of the first partition came. */
const withoutNote = (contract: Contract): Contract => ({
  ...contract,
  columns: contract.columns.filter(({ name }) => name !== "note"),
  load: {
    ...contract.load,
    history: contract.load.history && {
      ...contract.load.history,
      track: contract.load.history.track.filter((name) => name !== "note"),
    },
  },
});

/**
 * Loads the batches in each order into an empty warehouse: first those of the earlier contract, then the others.
 * @returns what was different from the table that the newest revisions say, and how many batches were sent
 */
export async function playOrders(warehouse: TestWarehouse, variant: Variant, { revisions, orders }: Disorder) {
  const contract = contractFor(variant);
  const earlier = withoutNote(contract);
  const [{ partition: first } = { partition: "" }] = revisions;
  const isEarly = ({ partition }: Revision) => partition === first;
  const said = revisions.map((revision) =>
    isEarly(revision) ? { ...revision, rows: revision.rows.map((row) => ({ ...row, note: null })) } : revision,
  );
  const expected = modelTable(newestOf(said, variant), false);
  let sent = 0;
  for (const [at, order] of orders.entries()) {
    await reset(warehouse, contract);
    for (const phase of [earlier, contract]) {
      let found: Inspection | undefined;
      for (const place of order) {
        const batch = said[place];
        if (batch === undefined || isEarly(batch) !== (phase === earlier)) continue;
        const attempt = attemptOf({ batch, isForced: false }, `order-${at}-${sent++}`);
        const rows = phase === earlier ? attempt.rows.map((row) => row.slice(0, -1)) : attempt.rows;
        const plan = await warehouse.plan(phase, { ...attempt, rows }, found);
        const { outcome } = asOutcome(await warehouse.follow(plan, { ...attempt, rows }));
        if (!["loaded", "already_loaded", "Superseded"].includes(outcome)) {
          return { sent, difference: { at, found: outcome, expected: "loaded" } satisfies Difference };
        }
        // Once the table is there, nothing that an inspection looks at changes any more.
        found ??= await warehouse.inspect(phase);
      }
    }
    const found = await tableOf(warehouse, contract);
    if (JSON.stringify(found) !== JSON.stringify(expected)) return { sent, difference: { at, found, expected } };
  }
  return { sent, difference: undefined };
}

/** What the newest revision of each batch says, and nothing else. */
function newestOf(revisions: readonly Revision[], variant: Variant): HistoryModel {
  const newest = new Map<string, Revision>();
  for (const batch of revisions) {
    const known = newest.get(batch.batchId);
    if (known === undefined || known.revision < batch.revision) newest.set(batch.batchId, batch);
  }
  const model = new HistoryModel(variant);
  for (const batch of newest.values()) model.load(batch, false);
  return model;
}
