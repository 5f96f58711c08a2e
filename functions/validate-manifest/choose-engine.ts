import type { Contract, Format } from "../../contract/contract.js";
import { sizeText } from "../../contract/engine.js";
import { Refusal } from "../../contract/refusals.js";
import type { BatchFile } from "../../run-folder/batch.js";

/** What packed text may come to, where its format does not say: log and table data packs up to tenfold. */
const gzipFactor = 10;

type File = Pick<BatchFile["files"][number], "key" | "content_length">;

export interface ChosenEngine {
  readonly engine: BatchFile["engine"];
  /** For a person: by which rule. */
  readonly why: string;
}

/**
 * Chooses what converts a batch.
 * @throws Refusal BatchTooLarge when the contract wants the Lambda, and the batch is above its limit.
 */
export function chooseEngine(
  { engine, format, dataset }: Pick<Contract, "engine" | "format" | "dataset">,
  files: readonly File[],
): ChosenEngine {
  const { choice, max_bytes, needs_spark } = engine;
  if (choice === "glue") return { engine: "glue", why: "the contract says so" };
  const bytes = files.reduce((sum, file) => sum + unpackedBytes(format, file), 0);
  const isWithin = bytes <= max_bytes;
  const size = `${bytes} bytes unpacked, and the Lambda takes up to ${max_bytes} (${sizeText(max_bytes)})`;
  if (choice === "lambda") {
    if (isWithin) return { engine: "lambda", why: `the contract says so; ${size}` };
    throw new Refusal(
      "BatchTooLarge",
      `The files of this batch of ${dataset} have ${bytes} bytes unpacked, and the Lambda takes at most ${max_bytes} (${sizeText(max_bytes)}). Say 'engine: auto', so that a batch like this goes to Glue, or give the source's Lambda more memory (lambda.memoryMegabytes), deploy, and load it again; or deliver it in smaller batches.`,
    );
  }
  const [sql] = needs_spark;
  if (sql !== undefined) return { engine: "glue", why: `the ${sql.kind} '${sql.name}' needs Spark` };
  return { engine: isWithin ? "lambda" : "glue", why: size };
}

function unpackedBytes({ compression }: Pick<Format, "compression">, { key, content_length }: File): number {
  const isPacked = compression === "auto" ? /\.(gz|gzip|zst|zstd|bz2|zip)$/i.test(key) : compression !== "none";
  return isPacked ? content_length * gzipFactor : content_length;
}
