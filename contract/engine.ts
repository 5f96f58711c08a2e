import { z } from "zod";

/** What converts a batch: the Glue job, the Lambda convert-batch, or whichever of them fits the batch. */

const mebibyte = 1024 * 1024;
const unitBytes = { KB: 1024, MB: mebibyte, GB: 1024 * mebibyte } as const;

/** `256MB` → bytes, in units of 1,024, as Lambda counts its memory. */
const Size = z
  .string()
  .regex(/^[1-9]\d{0,6}(KB|MB|GB)$/, "a size is written like 256MB, in KB, MB or GB")
  .transform((text) => Number(text.slice(0, -2)) * unitBytes[text.slice(-2) as keyof typeof unitBytes]);

export const engineChoices = ["auto", "glue", "lambda"] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** As a source or a dataset writes it. */
export const EngineFile = z.union([
  z.enum(engineChoices),
  z.strictObject({
    auto: z.strictObject({
      max: Size.optional().describe(
        "The largest batch, by unpacked size, that `auto` gives to the Lambda. Default: 256MB.",
      ),
    }),
  }),
]);
export type EngineFile = z.output<typeof EngineFile>;

/** The Lambda of a source. */
export const LambdaFile = z.strictObject({
  memoryMegabytes: z
    .int()
    .min(1769)
    .max(10240)
    .default(3538)
    .describe("Memory of the converting Lambda. CPU grows with it: two vCPUs at 3538."),
  reservedConcurrency: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe("Concurrency reserved for conversions, which is also the most that run at once."),
});

/** SQL of a contract that the core does not evaluate itself. */
export const SparkSql = z.strictObject({
  kind: z.enum(["check", "expression"]),
  /** The check's name, or the column's. */
  name: z.string(),
  sql: z.string(),
  /** What in it needs Spark, as a part of a sentence. */
  why: z.string(),
});
export type SparkSql = z.infer<typeof SparkSql>;

/** The engine in a compiled contract. */
export const Engine = z.strictObject({
  choice: z.enum(engineChoices),
  /** The largest batch, in bytes unpacked, that goes to the Lambda. */
  max_bytes: z.int(),
  /** Found out when the contracts are deployed; empty where Glue takes every batch anyway. */
  needs_spark: z.array(SparkSql),
});
export type Engine = z.infer<typeof Engine>;

/** Contracts from before there was a choice: every batch is Glue's. */
export const glueOnly: Engine = { choice: "glue", max_bytes: 0, needs_spark: [] };

const defaultMaxBytes = 256 * mebibyte;

/** Bytes of memory for each byte of a batch that repeats every key, the worst that was measured: docs/benchmarks.md, "Memory of
 * the Lambda". */
const memoryPerByte = 12;

/** The largest batch, unpacked, that a Lambda of this memory is trusted with. */
export const lambdaCapacity = (memoryMegabytes: number) => Math.floor((memoryMegabytes * mebibyte) / memoryPerByte);

/** A dataset's engine, or its source's, or Glue. */
export function compileEngine(
  dataset: EngineFile | undefined,
  source: { readonly engine?: EngineFile | undefined; readonly lambda: z.output<typeof LambdaFile> } | undefined,
): Engine {
  const engine = dataset ?? source?.engine ?? "glue";
  const capacity = lambdaCapacity((source?.lambda ?? LambdaFile.parse({})).memoryMegabytes);
  if (engine === "glue") return glueOnly;
  if (engine === "lambda") return { choice: "lambda", max_bytes: capacity, needs_spark: [] };
  const max = engine === "auto" ? undefined : engine.auto.max;
  return { choice: "auto", max_bytes: max ?? Math.min(defaultMaxBytes, capacity), needs_spark: [] };
}

/** `268435456` → `256 MB`. */
export function sizeText(bytes: number): string {
  const [unit, size] =
    bytes >= unitBytes.GB ? ["GB", unitBytes.GB] : bytes >= mebibyte ? ["MB", mebibyte] : ["KB", 1024];
  const value = bytes / Number(size);
  return bytes < 1024 ? `${bytes} bytes` : `${Number.isInteger(value) ? value : value.toFixed(1)} ${unit}`;
}
