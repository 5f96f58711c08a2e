import { z } from "zod";
import { FileForm } from "./file-form.js";

const count = z.int().min(0);
const counts = { read: count, written: count, deduplicated: count, rejected: count };
const outputFile = z.object({ key: z.string(), content_length: count, rows: count });

/** What the written records have in the column `_rescued`, in numbers. */
export const RescueCounts = z.object({
  /** With anything in the column; with values that did not fit; with more than it holds. */
  records: count,
  errors: count,
  cut: count,
  /** By column, and by the code of what is wrong. */
  columns: z.record(z.string(), z.record(z.string(), count)),
  /** What a column would have to hold; `others` are not numbers. */
  needs: z.record(z.string(), z.object({ bytes: count, digits: count, scale: count, others: count })),
  /** By the name that no column asks for. */
  unknown: z.record(z.string(), count),
});
export type RescueCounts = z.infer<typeof RescueCounts>;

const Members = z.object({
  version: z.literal(1),
  dataset: z.string(),
  partition: z.string(),
  batch_id: z.string(),
  revision: z.string(),
  place: z.string(),
  run_id: z.string(),
  engine: z.enum(["glue", "lambda"]).default("glue"),
  /** Why the Lambda left the batch to Glue. */
  handed_over: z.string().nullable().default(null),
  verdict: z
    .object({
      error: z.enum(["FileUnreadable", "StructureChanged", "FileMismatch"]),
      message: z.string(),
      file: z.string().nullable(),
    })
    .nullable(),
  counts: z.object(counts),
  rejected_by_code: z.record(z.string(), count),
  files: z.array(z.object({ key: z.string(), ...counts, form: FileForm.default({}) })),
  /** What files look like as a whole, where that is not what the contract says. Also among the warnings. */
  hints: z.array(z.string()).default([]),
  /** Parquet files with their full keys in the processed bucket. */
  output: z.array(outputFile),
  rejects: z.array(outputFile),
  /** Of a replay: the rows that passed. */
  replayed: z.array(outputFile).default([]),
  order_by: z.object({ min: z.unknown(), max: z.unknown() }).nullable(),
  /** Null where the contract rescues nothing, and in reports from before it could. */
  rescued: RescueCounts.nullable().default(null),
  warnings: z.array(z.string()),
  /** What was protected, and by which version of the key. */
  protection: z
    .object({ columns: z.array(z.string()), key_version: z.string().nullable() })
    .nullable()
    .default(null),
  /** What each stage took. */
  seconds: z.looseObject({ total: z.number() }),
  copy_manifest: z.string().nullable(),
});

/** `report.json`, which a conversion writes last. Members that the functions do not need are passed over. */
export const Report = z.preprocess(withRunId, Members);
export type Report = z.infer<typeof Members>;

/** Reports from before there was a choice of engine call the run's id `glue_run_id`. */
function withRunId(report: unknown): unknown {
  const isOld = typeof report === "object" && report !== null && "glue_run_id" in report;
  return isOld ? { run_id: report.glue_run_id, ...report } : report;
}
