import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Contract } from "../../contract/contract.js";
import { folderOf, partitionFolder, pathOf } from "../../contract/deliveries.js";
import { partitionAt } from "../../contract/layout.js";
import type { Clients } from "../account/clients.js";
import { checkPartition } from "../arguments/partition-argument.js";
import { UsageWrong } from "../output/exit-codes.js";
import { findContract } from "../project/find-contract.js";
import { checkNames, keysOf, signKey } from "./landing-keys.js";

export interface Landing {
  readonly contract: Contract;
  readonly partition: string;
  readonly files: readonly { readonly path: string; readonly key: string }[];
  /** A manifest or control file made by hand, to be landed as it stands. */
  readonly manifest: string | undefined;
  /** Of what completes the delivery: the manifest or the marker. */
  readonly sign: string | undefined;
}

/** An object that was landed. */
export interface LandedObject {
  readonly url: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/** What lies in the landing bucket now. */
export interface Landed {
  /** s3:// URL that ends in a slash. */
  readonly folder: string;
  /** Null where neither a manifest nor a marker completes a delivery. */
  readonly manifest: LandedObject | null;
  readonly files: readonly LandedObject[];
}

export interface LandingOptions {
  readonly partition?: string | undefined;
  readonly manifest?: string | undefined;
  readonly part?: Readonly<Record<string, string>> | undefined;
  readonly key?: string | undefined;
}

/** Checks what a person asked to land, before anything is sent. @throws UsageWrong */
export async function planLanding(
  contracts: readonly Contract[],
  dataset: string,
  files: readonly string[],
  options: LandingOptions,
  now: Date,
): Promise<Landing> {
  const contract = findContract(contracts, dataset);
  const partition = options.partition ?? partitionAt(now, contract.partition, contract.timezone);
  checkPartition(contract, partition);
  if (options.partition !== undefined && !pathOf(contract).hasPartition) {
    throw new UsageWrong(`Files of ${dataset} belong to the partition in which they land: leave out --partition.`);
  }
  if (files.length === 0 && options.manifest === undefined) {
    throw new UsageWrong("Pass the files to land, or a manifest with --manifest.");
  }
  const names = files.map((file) => basename(file));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new UsageWrong(`Two files are named '${twice}', and one would overwrite the other. Rename one of them.`);
  checkNames(contract, files, options.manifest);
  for (const file of options.manifest === undefined ? files : [...files, options.manifest]) {
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) throw new UsageWrong(`'${file}' is not a file. Pass the files of one delivery.`);
  }
  const keys = keysOf(contract, partition, files, { parts: options.part ?? {}, key: options.key });
  return {
    contract,
    partition,
    files: files.map((path, index) => ({ path, key: keys[index] ?? "" })),
    manifest: options.manifest,
    sign: signKey(contract, partition, keys, options.manifest),
  };
}

/** Uploads the files, then the manifest or marker, where there is one: its arrival starts the load. */
export async function land({ s3 }: Pick<Clients, "s3">, Bucket: string, landing: Landing): Promise<Landed> {
  const { contract, partition, sign } = landing;
  const put = async (key: string, Body: Buffer | string | ReturnType<typeof createReadStream>, more: object = {}) => {
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: key, Body, ...more }));
    return { url: `s3://${Bucket}/${key}`, key, versionId: VersionId };
  };
  const entries = [];
  const files: LandedObject[] = [];
  for (const { path, key } of landing.files) {
    const { size, sha256 } = await measure(path);
    const file = await put(key, createReadStream(path), { ContentLength: size });
    files.push(file);
    entries.push({ url: file.url, mandatory: true, meta: { content_length: size, sha256 } });
  }
  const folder = `s3://${Bucket}/${sign === undefined ? partitionFolder(contract, partition) : folderOf(sign)}`;
  if (sign === undefined) return { folder, manifest: null, files };
  const body =
    landing.manifest !== undefined
      ? fillFolder(await readFile(landing.manifest), folder)
      : contract.arrival.kind === "marker"
        ? ""
        : `${JSON.stringify({ entries }, null, 2)}\n`;
  return { folder, manifest: await put(sign, body, { ContentLength: Buffer.byteLength(body) }), files };
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
