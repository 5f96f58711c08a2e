import { expect } from "@jest/globals";
import { compileContract } from "../../contract/compile.js";
import type { Contract } from "../../contract/contract.js";
import { DatasetFile } from "../../contract/schema.js";
import { consequencesOf, type Execution } from "../../functions/start-load/execution.js";
import { validateManifest } from "../../functions/validate-manifest/validate.js";
import { BatchFile } from "../../run-folder/batch.js";
import { MemoryStore } from "./memory-store.js";
import { errorOf } from "./samples.js";

/** The buckets of a test; a new one for each. */
export const world = { store: new MemoryStore() };
export const renew = (): void => {
  world.store = new MemoryStore();
};

export const contractOf = (more: object, load: object = { mode: "append" }): Contract =>
  compileContract(
    DatasetFile.parse({
      dataset: "sales",
      source: "shop",
      partition: "day",
      format: { type: "csv" },
      columns: [{ name: "id", type: "integer" }],
      table: { name: "shop.sales" },
      load,
      ...more,
    }),
  );

export const at = (time: string, day = "2026-11-22") => new Date(`${day}T${time}:00Z`);
export const put = (key: string, text = "id\n1\n", time = at("06:00")) => world.store.put("landing", key, text, time);
export const buckets = { landing: "landing", processed: "processed" };

/** What start-load starts for the newest version of a key. */
export async function started(contract: Contract, key: string, now = at("07:00")): Promise<readonly Execution[]> {
  const versionId = (await world.store.head("landing", key))?.versionId ?? null;
  world.store.calls.length = 0;
  const landed = { bucket: "landing", key, versionId, version: versionId ?? "sequencer" };
  return (await consequencesOf(world.store, { [contract.dataset]: contract }, landed, now)).executions;
}

export async function validated(
  contract: Contract,
  { name, input }: Pick<Execution, "name" | "input">,
): Promise<BatchFile> {
  const deployment = {
    source: "shop",
    buckets,
    contracts: { [contract.dataset]: contract },
    inspection: (_: Contract, label: string) => ({ statements: [], transaction: true, label, timeoutSeconds: 1 }),
  };
  const request = { versionId: undefined, force: false, ...JSON.parse(input), execution: { id: "arn", name } };
  const { batch } = await validateManifest(world.store, deployment, request);
  return BatchFile.parse(
    JSON.parse(world.store.text("processed", batch.batchFile.replace("s3://processed/", "")) ?? ""),
  );
}

export async function loaded(contract: Contract, key: string): Promise<BatchFile> {
  const [execution, ...more] = await started(contract, key);
  expect(more).toEqual([]);
  if (execution === undefined) throw new Error(`${key} starts nothing`);
  return validated(contract, execution);
}

export const keysOf = ({ files }: BatchFile) => files.map(({ key }) => key);
export const refusal = (contract: Contract, key: string) => errorOf(() => loaded(contract, key));
