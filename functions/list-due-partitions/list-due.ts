import { z } from "zod";
import type { Contract } from "../../contract/contract.js";
import { type Statements, type StatementsInput, startedBy, statementsInput } from "../../contract/definition.js";
import { ledgerTable } from "../../contract/layout.js";
import { list, literal, render, table } from "../../sql/render.js";
import type { Buckets, Candidate, Store } from "./candidate.js";
import { findCandidates } from "./candidates.js";
import { partitionsInLag } from "./window.js";

const Time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** The execution's input, and the moment at which it folders. */
export const ListInput = z.object({
  dataset: z.string(),
  scheduledTime: Time,
  now: Time,
  /** The ARN of the execution that asks; one of an older definition does not say. */
  execution: z.string().optional(),
});
export type ListInput = z.infer<typeof ListInput>;

/** The execution names a dataset that has no schedule (any more). */
export class NotScheduled extends Error {
  override readonly name = "NotScheduled";
}

export interface DueList {
  readonly candidates: readonly Candidate[];
  /** The input of run-statements that says which of them are loaded; null when there is none. */
  readonly ledger: StatementsInput | null;
  readonly unsettled: readonly string[];
  /** How many older candidates were left for `sluice backfill`, because a state's result is limited (A2.2). */
  readonly leftOut: number;
}

/** Some 300 bytes each, and the SQL with two of their texts: well below 256 KiB together. */
const mostCandidates = 400;
const ledgerTimeoutSeconds = 900;

/**
 * What a scheduled run may have to load: the manifests of the partitions within its lag that are still, oldest first,
 * and the question to the ledger which of them are loaded.
 * @throws NotScheduled, ManifestContested
 */
export async function listDuePartitions(
  store: Store,
  buckets: Buckets,
  contracts: Readonly<Record<string, Contract>>,
  { dataset, scheduledTime, now, execution }: ListInput,
): Promise<DueList> {
  const contract = Object.hasOwn(contracts, dataset) ? contracts[dataset] : undefined;
  if (contract?.schedule == null) {
    throw new NotScheduled(
      `The dataset '${dataset}' has no schedule in the deployed project. Add one, or load by hand.`,
    );
  }
  const { schedule } = contract;
  const partitions = partitionsInLag({ ...contract, schedule }, scheduledTime);
  const { candidates, unsettled } = await findCandidates(store, buckets, contract, schedule, partitions, now);
  const kept = candidates.slice(-mostCandidates);
  return {
    candidates: kept,
    ledger:
      kept.length === 0
        ? null
        : { ...statementsInput(askLedger(dataset, kept)), ...(execution === undefined ? {} : startedBy(execution)) },
    unsettled,
    leftOut: candidates.length - kept.length,
  };
}

/** The question which of the candidates are loaded; a row of the answer is one text: batch id, slash, version. */
export function askLedger(dataset: string, candidates: readonly Candidate[]): Statements {
  const { sql } = render("load/select_loaded", {
    ledger: table(ledgerTable(dataset)),
    batches: list(candidates.map(({ batchId }) => literal(batchId))),
    versions: list(candidates.map(({ version }) => literal(version))),
  });
  return {
    statements: [sql],
    transaction: true,
    label: `${dataset}: which partitions are loaded`,
    timeoutSeconds: ledgerTimeoutSeconds,
  };
}
