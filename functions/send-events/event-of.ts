import { z } from "zod";
import type { Contract } from "../../contract/contract.js";
import { BatchLoaded, SchemaChanged, type SluiceEvent } from "../../contract/events.js";
import { batchId, guessLandedKey } from "../../contract/layout.js";
import { isRefusalName, refusals } from "../../contract/refusals.js";
import { s3Uri } from "../../run-folder/s3-uri.js";
import { readFailure } from "../shared/cause-text.js";
import { parseText, StatusEvent } from "../shared/status-event.js";

const Input = z.object({
  dataset: z.string(),
  manifest: z.object({ bucket: z.string(), key: z.string() }).optional(),
  partition: z.string().nullish(),
  batch: z.string().nullish(),
});

const { outcome, counts, warnings } = BatchLoaded.shape;
const Output = z.object({
  ...{ outcome, counts, warnings },
  partition: z.string(),
  batchId: z.string(),
  revision: z.string(),
  // Of executions that began before there was such a member: nothing.
  schemaChanges: z.array(SchemaChanged.shape.changes.element).default([]),
});

export interface Surroundings {
  readonly project: string;
  readonly source: string;
  readonly contracts: Readonly<Record<string, Contract>>;
}

/** The events that tell how an execution ended. @throws ZodError when it is no status event of load-partition */
export function eventsOf(event: unknown, around: Surroundings): readonly SluiceEvent[] {
  const parsed = StatusEvent.parse(event);
  const { status, error, cause } = parsed.detail;
  const output = status === "SUCCEEDED" ? Output.safeParse(parseText(parsed.detail.output)).data : undefined;
  const batch = { ...batchOf(parsed, around), ...idsOf(output) };
  if (status === "SUCCEEDED") return loaded(batch, output, around);
  const failure = readFailure(error ?? status, cause);
  return [
    isRefusalName(failure.error)
      ? { type: "BatchRefused", detail: { ...batch, ...failure, acts: refusals[failure.error] } }
      : { type: "BatchFailed", detail: { ...batch, ...failure, status } },
  ];
}

const idsOf = (output: z.infer<typeof Output> | undefined) =>
  output && { partition: output.partition, batch_id: output.batchId, revision: output.revision };

type Batch = ReturnType<typeof batchOf>;

function batchOf({ region, time, detail }: StatusEvent, { project, source, contracts }: Surroundings) {
  const input = Input.safeParse(parseText(detail.input)).data;
  const { manifest } = input ?? {};
  const dataset = input?.dataset ?? detail.name;
  const partition = input?.partition ?? (manifest && guessLandedKey(manifest.key)?.partition) ?? null;
  const named = partition === null || manifest === undefined ? null : batchId(dataset, partition, manifest.key);
  return {
    version: 1 as const,
    ...{ project, source, dataset, partition },
    owner: contracts[dataset]?.owner ?? null,
    batch_id: input?.batch ?? named,
    revision: null as string | null,
    execution: detail.executionArn,
    ended: time,
    links: {
      execution: `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${detail.executionArn}`,
      manifest: manifest === undefined ? null : s3Uri(manifest.bucket, manifest.key),
    },
  };
}

const unknownCounts = {
  ...{ read: null, written: null, deduplicated: null, rejected: null },
  ...{ inserted: null, updated: null, deleted: null, outdated: null, removed: null },
};

function loaded(batch: Batch, output: z.infer<typeof Output> | undefined, around: Surroundings): SluiceEvent[] {
  const { outcome = "loaded", counts = unknownCounts, warnings = [], schemaChanges: changes = [] } = output ?? {};
  const events: SluiceEvent[] = [{ type: "BatchLoaded", detail: { ...batch, outcome, counts, warnings } }];
  const table = around.contracts[batch.dataset]?.table;
  if (changes.length > 0 && outcome === "loaded" && table !== undefined) {
    events.push({ type: "SchemaChanged", detail: { ...batch, table: `${table.schema}.${table.name}`, changes } });
  }
  return events;
}
