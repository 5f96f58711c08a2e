import { basename } from "node:path";
import type { Contract } from "../../contract/contract.js";
import { dataOf, folderOf, markerOf, partitionFolder, pathOf } from "../../contract/deliveries.js";
import { manifestSuffix } from "../../contract/layout.js";
import { UsageWrong } from "../output/exit-codes.js";

export interface KeyOptions {
  /** Values of the path's named parts. */
  readonly parts: Readonly<Record<string, string>>;
  /** The key in full, of one file. */
  readonly key: string | undefined;
}

/** Under which keys files are landed: by the contract's path, or as a person says. @throws UsageWrong */
export function keysOf(
  contract: Contract,
  partition: string,
  files: readonly string[],
  { parts, key }: KeyOptions,
): readonly string[] {
  if (key !== undefined) {
    if (files.length !== 1) throw new UsageWrong(`--key is the key of one file, but ${files.length} files are given.`);
    checkFits(contract, key);
    return [key];
  }
  const unknown = Object.keys(parts).find((name) => !pathOf(contract).names.includes(name));
  if (unknown !== undefined) {
    throw new UsageWrong(`The path ${pathOf(contract).shape} has no part {${unknown}}.`);
  }
  const keys = files.map((file) => keyOf(contract, partition, basename(file), parts));
  const twice = keys.find((each, index) => keys.indexOf(each) !== index);
  if (twice !== undefined) {
    throw new UsageWrong(
      `Two of the files would get the key '${twice}': the path ${pathOf(contract).shape} has no place for their names. Land one at a time, or use --key.`,
    );
  }
  return keys;
}

function keyOf(contract: Contract, partition: string, name: string, parts: KeyOptions["parts"]): string {
  if (contract.path === null) return `${partitionFolder(contract, partition)}${name}`;
  const path = pathOf(contract);
  const key = path.keyOf(partition, name, parts);
  if (key === undefined) {
    const missing = path.names.filter((each) => parts[each] === undefined);
    throw new UsageWrong(
      missing.length > 0
        ? `The path ${path.shape} needs ${missing.map((each) => `--part ${each}=<value>`).join(" ")}, or --key with the whole key.`
        : `The first * of ${path.shape} could stand for anything. Give the whole key with --key.`,
    );
  }
  checkFits(contract, key);
  return key;
}

function checkFits(contract: Contract, key: string): void {
  if (contract.path === null || dataOf(contract, key) !== undefined) return;
  throw new UsageWrong(
    `'${key}' does not fit the path ${pathOf(contract).shape} of ${contract.dataset}. Name the file as its producer does, or use --key.`,
  );
}

/** The key of what completes a delivery: its manifest or marker; undefined where nothing does. @throws UsageWrong */
export function signKey(
  contract: Contract,
  partition: string,
  keys: readonly string[],
  own: string | undefined,
): string | undefined {
  const { arrival } = contract;
  const folder =
    contract.path === null
      ? partitionFolder(contract, partition)
      : (commonFolder(keys) ?? partitionFolder(contract, partition));
  if (arrival.kind === "manifest") return `${folder}${own === undefined ? "_manifest.json" : basename(own)}`;
  if (arrival.kind !== "marker") {
    if (own !== undefined)
      throw new UsageWrong(
        `${contract.dataset} needs no manifest: ${arrival.kind === "quiet" ? "it waits until no more files come" : "each file is a batch"}.`,
      );
    return undefined;
  }
  if (own !== undefined) {
    if (markerOf(contract)?.fit(basename(own)) !== undefined) return `${folder}${basename(own)}`;
    throw new UsageWrong(
      `'${basename(own)}' does not match the marker '${arrival.marker}', so it would not start a load.`,
    );
  }
  if (arrival.control !== null) {
    throw new UsageWrong(`${contract.dataset} needs a control file '${arrival.marker}'. Pass it with --manifest.`);
  }
  return `${folder}${markerOf(contract)?.keyOf(partition, "delivery", {}) ?? arrival.marker}`;
}

function commonFolder(keys: readonly string[]): string | undefined {
  return keys.map(folderOf).reduce<string | undefined>((common, folder) => {
    if (common === undefined) return folder;
    let end = common.length;
    while (!folder.startsWith(common.slice(0, end))) end = common.lastIndexOf("/", end - 2) + 1;
    return common.slice(0, end);
  }, undefined);
}

/** A manifest's name says that it is one. @throws UsageWrong */
export function checkNames({ arrival }: Contract, files: readonly string[], manifest: string | undefined): void {
  if (arrival.kind !== "manifest") return;
  const asData = files.map((file) => basename(file)).find((name) => name.endsWith(manifestSuffix));
  if (asData !== undefined) throw new UsageWrong(`'${asData}' has the name of a manifest. Land it with --manifest.`);
  if (manifest !== undefined && !manifest.endsWith(manifestSuffix)) {
    throw new UsageWrong(
      `The name of a manifest ends in ${manifestSuffix}; '${basename(manifest)}' would not start a load.`,
    );
  }
}
