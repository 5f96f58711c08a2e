import { z } from "zod";
import type { Contract } from "../../contract/contract.js";
import { readFailure } from "../shared/cause-text.js";
import { parseText, StatusEvent } from "../shared/status-event.js";

const Input = z.object({ dataset: z.string() });
const Output = z.object({ outcome: z.string(), batchChecks: z.array(z.string()) });

/** What one check found of one batch. */
export interface Answer {
  readonly check: string;
  readonly hasPassed: boolean;
  /** Whether the batch is loaded all the same. */
  readonly isWarning: boolean;
}

export interface Answers {
  readonly dataset: string;
  readonly answers: readonly Answer[];
}

/** The answers of a batch's checks, by how its load ended; none where none was asked. @throws ZodError when it is no status event */
export function answersOf(event: unknown, contracts: Readonly<Record<string, Contract>>): Answers | undefined {
  const { status, input, output, error, cause } = StatusEvent.parse(event).detail;
  const dataset = Input.safeParse(parseText(input)).data?.dataset;
  if (dataset === undefined || !Object.hasOwn(contracts, dataset)) return undefined;
  const checks = contracts[dataset]?.batch_checks ?? [];
  if (status === "SUCCEEDED") {
    const ended = Output.safeParse(parseText(output)).data;
    // Of a batch that was there already they were counted when it was loaded.
    if (ended?.outcome !== "loaded") return undefined;
    return { dataset, answers: ended.batchChecks.flatMap(answerOf) };
  }
  const failure = readFailure(error ?? status, cause);
  if (failure.error !== "BatchCheckFailed") return undefined;
  // The transaction is undone, and with it what the others found: the message names all that refused.
  const refusing = checks.filter(({ severity }) => severity === "refuse");
  const answers = refusing.map(({ name }) => ({
    check: name,
    hasPassed: !new RegExp(`(: |, )${name} \\(`).test(failure.message),
    isWarning: false,
  }));
  return { dataset, answers: answers.some(({ hasPassed }) => !hasPassed) ? answers : [] };
}

/** `total passed: 12 rows`, `total warns: 12 rows` (planning/batch-checks.ts). */
function answerOf(text: string): Answer[] {
  const [, check, verdict] = /^(\w+) (passed|warns): /.exec(text) ?? [];
  if (check === undefined) return [];
  return [{ check, hasPassed: verdict === "passed", isWarning: verdict === "warns" }];
}
