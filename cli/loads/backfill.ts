import { z } from "zod";
import type { Contract } from "../../contract/contract.js";
import { partitionsBetween } from "../../contract/layout.js";
import type { Candidate } from "../../functions/list-due-partitions/candidate.js";
import { findCandidates } from "../../functions/list-due-partitions/candidates.js";
import { askLedger } from "../../functions/list-due-partitions/list-due.js";
import { createObjectStore } from "../../functions/shared/object-store.js";
import { howToLogIn, isCredentialError } from "../account/credentials.js";
import type { Session } from "../account/session.js";
import { checkPartition } from "../arguments/partition-argument.js";
import { CommandFailed, UsageWrong } from "../output/exit-codes.js";
import { findContract } from "../project/find-contract.js";
import { runStatements } from "../warehouse/run-statements.js";
import { resultOf } from "./describe.js";
import { follow } from "./follow.js";
import type { LoadResult } from "./load-result.js";
import { startAnew } from "./start.js";

export interface BackfillRequest {
  readonly dataset: string;
  readonly from: string;
  readonly to: string;
  readonly force?: boolean;
}

export interface Backfill {
  readonly source: string;
  /** How many partitions the range has, and how many manifests were found in it. */
  readonly partitions: number;
  readonly found: number;
  readonly due: readonly Candidate[];
  readonly unsettled: readonly string[];
  readonly isForced: boolean;
}

/** Statements have a limit, and so have their results (B1.1). */
const askedAtOnce = 400;
/** Without a schedule nothing is composed, and a manifest counts as soon as it is there. */
const withoutSchedule = { settle_seconds: 0, manifests: "producer" } as const;

/** Finds what landed in a range and is not loaded, oldest first. @throws UsageWrong */
export async function planBackfill(session: Session, request: BackfillRequest, now: Date): Promise<Backfill> {
  const contract = findContract(session.project.contracts, request.dataset);
  const partitions = rangeOf(contract, request);
  const buckets = {
    landing: session.deployment.bucket(contract.source, "landing"),
    processed: session.deployment.bucket(contract.source, "processed"),
  };
  const store = createObjectStore(session.clients.s3);
  const rules = contract.schedule ?? withoutSchedule;
  const { candidates, unsettled } = await findCandidates(store, buckets, contract, rules, partitions, now);
  const isForced = request.force === true;
  const loaded = isForced ? new Set<string>() : await loadedOf(session, contract.dataset, candidates, now);
  return {
    source: contract.source,
    partitions: partitions.length,
    found: candidates.length,
    due: candidates.filter(({ batchId, version }) => !loaded.has(`${batchId}/${version}`)),
    unsettled,
    isForced,
  };
}

/** The partitions of a range, first one first. @throws UsageWrong */
export function rangeOf(contract: Contract, { from, to }: Pick<BackfillRequest, "from" | "to">): readonly string[] {
  for (const partition of [from, to]) checkPartition(contract, partition);
  const partitions = partitionsBetween(from, to, contract.partition);
  if (partitions.length === 0) throw new UsageWrong(`--from ${from} is later than --to ${to}.`);
  return partitions;
}

const Row = z.tuple([z.string()]);
const Results = z.array(z.looseObject({ rows: z.array(Row) }));

async function loadedOf(session: Session, dataset: string, candidates: readonly Candidate[], now: Date) {
  const loaded = new Set<string>();
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  for (let at = 0; at < candidates.length; at += askedAtOnce) {
    const question = askLedger(dataset, candidates.slice(at, at + askedAtOnce));
    const answer = await runStatements(session, `backfill-${stamp}-${dataset.slice(0, 30)}-${at}`, question);
    if (answer.outcome !== "done") throw new CommandFailed(`${question.label}: ended as ${answer.outcome}`);
    for (const { rows } of Results.parse(answer.results)) for (const [revision] of rows) loaded.add(revision);
  }
  return loaded;
}

/**
 * Loads one after the other; one that does not succeed does not keep the others from their turn. Broken off and begun
 * again it takes up the load that runs, and leaves out what was loaded meanwhile.
 */
export async function backfill(
  session: Session,
  { source, due, isForced }: Backfill,
  onProgress: (line: string) => void,
): Promise<readonly LoadResult[]> {
  const { clients, deployment, pollEveryMs } = session;
  const machine = deployment.loadPartition(source);
  const results: LoadResult[] = [];
  const load = async ({ execution, input }: Backfill["due"][number]): Promise<LoadResult> => {
    const text = JSON.stringify(isForced ? { ...input, force: true } : input);
    const executionArn = await startAnew(clients, machine, execution, text, isForced ? 2 : 1);
    return resultOf(
      clients,
      deployment,
      await follow(clients, { source, executionArn, onState: () => {}, pollEveryMs }),
    );
  };
  for (const [index, each] of due.entries()) {
    const { partition } = each;
    const result = await load(each).catch((error: unknown): never => {
      if (!isCredentialError(error)) throw error;
      throw new CommandFailed(
        `The credentials expired at ${index + 1}/${due.length} ${partition} (${error.name}). What was started goes on. Log in again (${howToLogIn}), then run the same backfill: it leaves out what is loaded.`,
      );
    });
    results.push(result);
    const error = result.error === undefined ? "" : ` (${result.error})`;
    const written = result.counts.written === null ? "" : `, ${result.counts.written} written`;
    onProgress(`${index + 1}/${due.length} ${partition}: ${result.outcome}${error}${written}`);
  }
  return results;
}
