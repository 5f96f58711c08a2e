import { z } from "zod";
import type { Contract } from "../../contract/contract.js";
import { CommandFailed } from "../output/exit-codes.js";
import { CoreService } from "./core.js";

const Counts = z.object({ read: z.int(), written: z.int(), deduplicated: z.int(), rejected: z.int() });

const Reject = z.object({
  reason: z.string(),
  column: z.string().nullable(),
  rule: z.string().nullable(),
  message: z.string(),
  source_file: z.string(),
  record_number: z.int(),
  line_number: z.int().nullable().optional(),
  raw: z.string().nullable(),
});
export type Reject = z.infer<typeof Reject>;

const Answer = z.object({
  report: z.object({
    verdict: z.object({ error: z.string(), message: z.string(), file: z.string().nullable() }).nullable(),
    counts: Counts,
    rejected_by_code: z.record(z.string(), z.int()),
    files: z.array(z.looseObject({ key: z.string(), bytes: z.int(), form: z.record(z.string(), z.unknown()) })),
    warnings: z.array(z.string()),
    seconds: z.record(z.string(), z.number()),
  }),
  rows: z.array(z.record(z.string(), z.unknown())),
  rejects: z.array(Reject),
});
export type Preview = z.infer<typeof Answer>;

const reader = new CoreService("preview");

const Failed = z.object({ error: z.object({ name: z.string(), message: z.string() }) });

/** What a replay would make of rejected records. @param asked the batch, where its files lie here, and what was rejected @throws CommandFailed */
export async function previewReplay(contract: Contract, asked: object): Promise<unknown> {
  const answer = await reader.ask({ contract, replay: asked });
  const failed = Failed.safeParse(answer);
  if (failed.success) throw new CommandFailed(`${failed.data.error.name}: ${failed.data.error.message}`);
  return answer;
}

/**
 * What a load would make of local files: counts, the first rows as they are typed, the first rejects. Nothing is loaded, and neither
 * an account nor Spark is needed.
 * @throws CommandFailed where the contract has SQL that needs Spark, or Python fails
 */
export async function previewFiles(contract: Contract, files: readonly string[], limit: number): Promise<Preview> {
  const answer = await reader.ask({ contract, files, limit });
  const failed = Failed.safeParse(answer);
  if (failed.success) throw new CommandFailed(`${failed.data.error.name}: ${failed.data.error.message}`);
  return Answer.parse(answer);
}
