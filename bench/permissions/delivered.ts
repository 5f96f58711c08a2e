import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { executionName, landingFolder, partitionAt } from "../../contract/layout.js";
import { baseRows, fileOf, signOf, variants } from "../faults/variants.js";
import type { World } from "./world.js";

/** Something small that a deployment does. @returns what did not happen; undefined when all did */
export type MinimalRun = (world: World) => Promise<string | undefined>;

export const hour = 3_600_000;
const firstPartition = Date.UTC(2026, 0, 1);
let next = 0;

export interface Delivered {
  /** Of its execution. */
  readonly name: string;
  readonly key: string;
  readonly versionId: string;
}

export async function deliver(world: World, dataset: string, more: readonly string[] = []) {
  const partition = partitionAt(new Date(firstPartition + next++ * hour), "hour");
  const folder = landingFolder(dataset, partition);
  const name = "rows.json";
  const body = fileOf(baseRows);
  const { VersionId } = await world.put("landing", `${folder}${name}`, body);
  const arrival = variants.find((variant) => variant.dataset === dataset)?.arrival;
  if (arrival === undefined) {
    return { partition, delivered: await announce(world, dataset, partition, [name, ...more]) };
  }
  const url = `s3://${world.bucket("landing")}/${folder}${name}`;
  const sign = signOf({ arrival }, { url, folder, name, bytes: Buffer.byteLength(body), rows: baseRows.length });
  const last = sign === undefined ? VersionId : (await world.put("landing", sign.key, sign.body)).VersionId;
  return { partition, delivered: named(dataset, partition, sign?.key ?? `${folder}${name}`, String(last)) };
}

const named = (dataset: string, partition: string, key: string, versionId: string): Delivered => ({
  ...{ key, versionId },
  name: executionName(dataset, partition, key, versionId),
});

export async function announce(
  world: World,
  dataset: string,
  partition: string,
  files: readonly string[],
): Promise<Delivered> {
  const folder = landingFolder(dataset, partition);
  const url = (file: string) => `s3://${world.bucket("landing")}/${folder}${file}`;
  const manifest = { entries: files.map((file) => ({ url: url(file), mandatory: true })) };
  const { VersionId } = await world.put("landing", `${folder}_manifest.json`, JSON.stringify(manifest));
  return named(dataset, partition, `${folder}_manifest.json`, String(VersionId));
}

export async function statusOf(world: World, { name }: Delivered): Promise<string> {
  const ended = await world.ended("load-partition", name);
  await world.settled();
  return ended === undefined ? "not started" : [ended.status, ended.error].filter(Boolean).join(" ");
}

export const expectEnd = async (world: World, delivered: Delivered, expected: string) => {
  const status = await statusOf(world, delivered);
  return status === expected ? undefined : `ended ${status}, expected ${expected}`;
};

export function messages(world: World): number {
  const file = join(world.account.stateFolder, "sns", "messages.jsonl");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").length : 0;
}
