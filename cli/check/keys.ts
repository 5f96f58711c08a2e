import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Contract } from "../../contract/contract.js";
import { pathOf } from "../../contract/deliveries.js";
import { type ExplainedKey, explainKey } from "../../contract/explain-key.js";
import { type Finding, findingAt } from "../../contract/finding.js";
import { UsageWrong } from "../output/exit-codes.js";
import { columns, terminalWidth } from "../output/terminal.js";
import { locate } from "./engines.js";

export interface CheckedKeys {
  readonly keys: readonly ExplainedKey[];
  /** Datasets with deliveries of their own whose path none of the keys fits. */
  readonly findings: readonly Finding[];
}

/**
 * Says of each key of a file (one a line, or as `aws s3 ls --recursive` prints them) whose it is.
 * @throws UsageWrong
 */
export async function checkKeys(
  { folder, contracts }: { readonly folder: string; readonly contracts: readonly Contract[] },
  file: string,
): Promise<CheckedKeys> {
  const keys: ExplainedKey[] = [];
  const used = new Set<string>();
  try {
    for await (const line of createInterface({
      input: createReadStream(file, "utf8"),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      const key = keyOf(line);
      if (key === "") continue;
      for (const explained of explainKey(contracts, key)) {
        keys.push(explained);
        if (explained.dataset !== null) used.add(explained.dataset);
      }
    }
  } catch (error) {
    throw new UsageWrong(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (keys.length === 0)
    throw new UsageWrong(
      `${file} contains no keys. Write one key per line, as 'aws s3 ls --recursive s3://<bucket>' prints them.`,
    );
  return {
    keys,
    findings: contracts
      .filter(({ dataset, deliveries }) => deliveries === null && !used.has(dataset))
      .map((contract) =>
        findingAt(locate(folder, contract.dataset), ["path"], {
          found: `'${pathOf(contract).shape}', which matches none of these keys`,
          expected: "a path that matches keys of the bucket",
          remedy: remedyFor(contracts, keys),
        }),
      ),
  };
}

/** A key as it stands, as a URL, or behind the time and size that `aws s3 ls` prints. */
function keyOf(line: string): string {
  const [, listed] = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d+ (.+)$/.exec(line) ?? [];
  return (listed ?? line).replace(/^s3:\/\/[^/]+\//, "");
}

/** Shows a key that nobody has and that may be data: names that begin with `_` or `.` are of markers and the like. */
function remedyFor(contracts: readonly Contract[], keys: readonly ExplainedKey[]): string {
  const example = keys.find(({ dataset, key }) => dataset === null && !/(^|\/)[_.]|\/$/.test(key));
  const elsewhere = "its files are in another bucket, add their keys to the list";
  if (example === undefined)
    return `Every file in the list belongs to another dataset: correct the path, or if ${elsewhere}.`;
  const other = new Set(contracts.map(({ source }) => source)).size > 1 ? ` If ${elsewhere}.` : "";
  return `Write it in the form of the keys, such as '${example.key}'.${other}`;
}

export const keyTable = (keys: readonly ExplainedKey[]): string =>
  columns(
    ["key", "dataset", "partition", "batch", "why"],
    keys.map(({ key, dataset, partition, batch_id, why }) => [
      key,
      dataset,
      partition,
      batch_id?.slice(0, 12) ?? null,
      why,
    ]),
    { width: terminalWidth(), cut: ["why", "key"] },
  );
