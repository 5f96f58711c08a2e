import { Contract } from "../contract/contract.js";
import { type Batch, BatchFile } from "./batch.js";
import { Report } from "./report.js";
import { parseS3Uri } from "./s3-uri.js";

/** Where the files of a run are read from. */
export interface ReadableStore {
  /** @returns undefined when there is no such object. */
  read(bucket: string, key: string): Promise<{ readonly content: Uint8Array } | undefined>;
}

/** A file of the run that must be there is not. */
export class RunFileMissing extends Error {
  override readonly name = "RunFileMissing";

  constructor(uri: string) {
    super(`${uri} does not exist. Start a new execution of the manifest.`);
  }
}

/** Reads a JSON object of a run. @returns undefined when there is none. */
export async function readJson(store: ReadableStore, uri: string): Promise<unknown> {
  const { bucket, key } = parseS3Uri(uri);
  const found = await store.read(bucket, key);
  return found === undefined ? undefined : JSON.parse(new TextDecoder().decode(found.content));
}

async function readRequired(store: ReadableStore, uri: string): Promise<unknown> {
  const value = await readJson(store, uri);
  if (value === undefined) throw new RunFileMissing(uri);
  return value;
}

/** The contract as it was pinned for this execution. @throws RunFileMissing */
export const readContract = async (store: ReadableStore, batch: Pick<Batch, "contractFile">) =>
  Contract.parse(await readRequired(store, batch.contractFile));

/** @throws RunFileMissing */
export const readBatchFile = async (store: ReadableStore, batch: Pick<Batch, "batchFile">) =>
  BatchFile.parse(await readRequired(store, batch.batchFile));

/** @throws RunFileMissing */
export const readReport = async (store: ReadableStore, reportFile: string) =>
  Report.parse(await readRequired(store, reportFile));
