import type { Contract } from "../../contract/contract.js";
import { sizeText } from "../../contract/engine.js";
import { Refusal } from "../../contract/refusals.js";
import type { BatchFile } from "../../run-folder/batch.js";
import { inParallel } from "../shared/in-parallel.js";
import type { ObjectStore } from "../shared/object-store.js";
import { type SizedFile, unpackedSize } from "./unpacked-size.js";

const readsAtOnce = 32;

export interface ChosenEngine {
  readonly engine: BatchFile["engine"];
  /** For a person: by which rule. */
  readonly why: string;
}

/**
 * Chooses what converts a batch.
 * @throws Refusal BatchTooLarge when the contract wants the Lambda, and the batch is above its limit.
 */
export async function chooseEngine(
  store: Pick<ObjectStore, "readPart">,
  { engine, format, dataset }: Pick<Contract, "engine" | "format" | "dataset">,
  files: readonly SizedFile[],
): Promise<ChosenEngine> {
  const { choice, max_bytes, needs_spark } = engine;
  if (choice === "glue") return { engine: "glue", why: "the contract says so" };
  const [sql] = needs_spark;
  if (choice === "auto" && sql !== undefined)
    return { engine: "glue", why: `the ${sql.kind} '${sql.name}' needs Spark` };
  const sizes = await inParallel(files, readsAtOnce, (file) => unpackedSize(store, format, file));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const isWithin = bytes <= max_bytes;
  const size = `${bytes} bytes unpacked; the Lambda's limit is ${max_bytes} (${sizeText(max_bytes)})`;
  if (choice === "lambda") {
    if (isWithin) return { engine: "lambda", why: `the contract says so; ${size}` };
    throw new Refusal(
      "BatchTooLarge",
      `The files of this batch of ${dataset} have ${bytes} bytes unpacked; the Lambda's limit is ${max_bytes} (${sizeText(max_bytes)}). Set 'engine: auto', so that such batches go to Glue, or give the source's Lambda more memory (lambda.memoryMegabytes), then deploy and load the batch again; or deliver it in smaller batches.`,
    );
  }
  return { engine: isWithin ? "lambda" : "glue", why: size };
}
