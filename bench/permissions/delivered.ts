import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { executionName, landingFolder, partitionAt } from "../../contract/layout.js";
import { baseRows, fileOf } from "../faults/variants.js";
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
  await world.put("landing", `${folder}rows.json`, fileOf(baseRows));
  return { partition, delivered: await announce(world, dataset, partition, ["rows.json", ...more]) };
}

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
  const [key, versionId] = [`${folder}_manifest.json`, String(VersionId)];
  return { name: executionName(dataset, partition, key, versionId), key, versionId };
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
