import { type Granularity, isPartition, partitionPath } from "./partition.js";

/** Keys of datasets without `path`: `earthquakes/2026/11/22/05/<file>`. */

/** `earthquakes/2026/11/22/05/`, where a producer puts the files and the manifest of a batch. */
export const landingFolder = (dataset: string, partition: string) => `${dataset}/${partitionPath(partition)}/`;

export interface LandedKey {
  readonly dataset: string;
  readonly partition: string;
  /** The folder of the partition, ends in a slash. */
  readonly folder: string;
  /** The rest of the key below the folder. */
  readonly name: string;
}

const folders = {
  hour: /^([^/]+)\/(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\/(.+)$/s,
  day: /^([^/]+)\/(\d{4})\/(\d{2})\/(\d{2})\/(.+)$/s,
  month: /^([^/]+)\/(\d{4})\/(\d{2})\/(.+)$/s,
} as const;

/**
 * Reads a key of a dataset without `path` in the landing bucket (or of `manifests/` in the processed bucket).
 * @returns undefined when the key is not `<dataset>/<year>/<month>[/<day>[/<hour>]]/<name>`.
 */
export function readLandedKey(key: string, granularity: Granularity): LandedKey | undefined {
  const bare = key.startsWith("manifests/") ? key.slice("manifests/".length) : key;
  const parts = folders[granularity].exec(bare)?.slice(1);
  const [dataset, name] = [parts?.at(0), parts?.at(-1)];
  if (parts === undefined || dataset === undefined || name === undefined) return undefined;
  const [year, month, day, hour] = parts.slice(1, -1);
  const partition =
    [year, month, day].filter((part) => part !== undefined).join("-") + (hour === undefined ? "" : `T${hour}`);
  if (!isPartition(partition, granularity)) return undefined;
  return { dataset, partition, folder: landingFolder(dataset, partition), name };
}

/** Of a key whose dataset's contract is not at hand: by its longest run of folders that are a date. */
export const guessLandedKey = (key: string): LandedKey | undefined =>
  readLandedKey(key, "hour") ?? readLandedKey(key, "day") ?? readLandedKey(key, "month");
