import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Contract } from "../../contract/contract.js";
import { landingFolder, manifestSuffix, partitionAt } from "../../contract/layout.js";
import type { Clients } from "../account/clients.js";
import { checkPartition } from "../arguments/partition-argument.js";
import { UsageWrong } from "../output/exit-codes.js";
import { findContract } from "../project/find-contract.js";

export interface Landing {
  readonly contract: Contract;
  readonly partition: string;
  readonly files: readonly string[];
  /** A manifest made by hand, to be landed as it stands. */
  readonly manifest: string | undefined;
}

/** What lies in the landing bucket now. */
export interface Landed {
  /** s3:// URL that ends in a slash. */
  readonly folder: string;
  readonly manifest: { readonly url: string; readonly key: string; readonly versionId: string | undefined };
  readonly files: readonly string[];
}

/** Checks what a person asked to land, before anything is sent. @throws UsageWrong */
export async function planLanding(
  contracts: readonly Contract[],
  dataset: string,
  files: readonly string[],
  options: { readonly partition?: string | undefined; readonly manifest?: string | undefined },
  now: Date,
): Promise<Landing> {
  const contract = findContract(contracts, dataset);
  const partition = options.partition ?? partitionAt(now, contract.partition);
  checkPartition(contract, partition);
  if (files.length === 0 && options.manifest === undefined) {
    throw new UsageWrong("Name the files to land, or a manifest with --manifest.");
  }
  const names = files.map((file) => basename(file));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageWrong(`Two files are named '${twice}'; in the folder they would be one.`);
  const manifestAsData = names.find((name) => name.endsWith(manifestSuffix));
  if (manifestAsData !== undefined) {
    throw new UsageWrong(`'${manifestAsData}' has the name of a manifest. Land it with --manifest.`);
  }
  if (options.manifest !== undefined && !options.manifest.endsWith(manifestSuffix)) {
    throw new UsageWrong(
      `The name of a manifest ends in ${manifestSuffix}; '${basename(options.manifest)}' would start no load.`,
    );
  }
  for (const file of options.manifest === undefined ? files : [...files, options.manifest]) {
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) throw new UsageWrong(`'${file}' is no file.`);
  }
  return { contract, partition, files, manifest: options.manifest };
}

/** Uploads the files, then the manifest: its arrival starts the load. */
export async function land({ s3 }: Pick<Clients, "s3">, Bucket: string, landing: Landing): Promise<Landed> {
  const folder = landingFolder(landing.contract.dataset, landing.partition);
  const url = `s3://${Bucket}/${folder}`;
  const entries = [];
  for (const file of landing.files) {
    const Key = `${folder}${basename(file)}`;
    const { size, sha256 } = await measure(file);
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: createReadStream(file), ContentLength: size }));
    entries.push({ url: `s3://${Bucket}/${Key}`, mandatory: true, meta: { content_length: size, sha256 } });
  }
  const manifestName = landing.manifest === undefined ? "_manifest.json" : basename(landing.manifest);
  const Body =
    landing.manifest === undefined
      ? `${JSON.stringify({ entries }, null, 2)}\n`
      : fillFolder(await readFile(landing.manifest), url);
  const key = `${folder}${manifestName}`;
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: key, Body }));
  return {
    folder: url,
    manifest: { url: `s3://${Bucket}/${key}`, key, versionId: VersionId },
    files: entries.map((entry) => entry.url),
  };
}

async function measure(file: string): Promise<{ readonly size: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest("hex") };
}

/** Byte for byte but for the placeholder, whatever the file's encoding (a broken manifest is to be landed as broken). */
const fillFolder = (content: Buffer, url: string) =>
  Buffer.from(content.toString("latin1").replaceAll("{folder}", url), "latin1");
