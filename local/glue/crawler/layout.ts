/** An object that a crawl found. */
export interface CrawledObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: number;
}

export interface CrawledPartition {
  readonly values: readonly string[];
  /** Ends in a slash. */
  readonly location: string;
  readonly objects: readonly CrawledObject[];
}

/** A folder that is a table, with what lies below it. */
export interface CrawledTable {
  readonly name: string;
  readonly location: string;
  readonly partitionKeys: readonly string[];
  /** One with no values where the table has no partition keys. */
  readonly partitions: readonly CrawledPartition[];
}

/** Whether a crawler looks at an object: names that begin with `_` or `.` are hidden, in folders and in files. */
export function isVisible(keyBelowTarget: string): boolean {
  return !keyBelowTarget.endsWith("/") && keyBelowTarget.split("/").every((part) => !/^[_.]/.test(part));
}

/** Sorts a target's objects into tables and partitions. `target` is `bucket/folder`, `tableLevel` counts the bucket as 1.
 * @throws Error that names the folder whose partitions do not fit those beside it */
export function tablesOf(
  objects: readonly CrawledObject[],
  target: string,
  options: { readonly tableLevel: number | undefined; readonly tablePrefix: string },
): readonly CrawledTable[] {
  const targetParts = target.split("/").filter((part) => part !== "");
  const level = Math.max(options.tableLevel ?? targetParts.length, 1);
  const byTable = new Map<string, CrawledObject[]>();
  for (const object of objects) {
    const folders = [object.bucket, ...object.key.split("/").slice(0, -1)];
    const root = folders.slice(0, level).join("/");
    byTable.set(root, [...(byTable.get(root) ?? []), object]);
  }
  return [...byTable.entries()].map(([root, own]) => tableOf(root, own, options.tablePrefix));
}

function tableOf(root: string, objects: readonly CrawledObject[], prefix: string): CrawledTable {
  const byFolder = new Map<string, CrawledObject[]>();
  for (const object of objects) {
    const path = `${object.bucket}/${object.key}`;
    const folder = path.slice(0, path.lastIndexOf("/"));
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), object]);
  }
  const location = `s3://${root}/`;
  let partitionKeys: readonly string[] | undefined;
  const partitions: CrawledPartition[] = [];
  for (const [folder, own] of byFolder) {
    const parts = folder
      .slice(root.length)
      .split("/")
      .filter((part) => part !== "");
    const named = parts.map((part, index) => namedValue(part, index));
    const keys = named.map(({ name }) => name);
    partitionKeys ??= keys;
    if (keys.join("/") !== partitionKeys.join("/"))
      throw new Error(
        `s3://${folder}/ has the partition keys (${keys.join(", ")}), other folders of ${location} have (${partitionKeys.join(", ")}); the local crawler makes one table of one folder`,
      );
    partitions.push({ values: named.map(({ value }) => value), location: `s3://${folder}/`, objects: own });
  }
  const name = `${prefix}${root.split("/").at(-1) ?? root}`.toLowerCase().replace(/[^a-z0-9_]/g, "_");
  return { name, location, partitionKeys: partitionKeys ?? [], partitions };
}

/** `year=2026` is Hive's way; a folder without a name gets the name that AWS's crawlers give it. */
function namedValue(part: string, index: number): { readonly name: string; readonly value: string } {
  const at = part.indexOf("=");
  if (at > 0) return { name: part.slice(0, at).toLowerCase(), value: part.slice(at + 1) };
  return { name: `partition_${index}`, value: part };
}
