import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { packageFolder } from "../package-folder.js";

/**
 * The state machines: file, substitutions and input of each.
 *
 * Retry policies, and what they wait in all. The names are used in comments and tests; ASL knows only the numbers. All of
 * them double, which is what a retrier does that has no BackoffRate (A4.2).
 * - `service trouble`: 2 s, doubling, 6 retries: 2+4+8+16+32+64 = 126 s. Errors of an AWS service that pass by
 *   themselves; `<Prefix>.<Prefix>Exception` is what throttling arrives as (A7.8, A7.9).
 * - `lost Lambda`: 5 s, doubling, 2 retries: 15 s. Timed out or out of memory; every function may be called again.
 * - `Lambda full`: 5 s, doubling, at most 60 s, 8 retries: 5+10+20+40+4×60 = 315 s. Then Glue converts, or it is a failure.
 * - `start a child`: 5 s, doubling, 6 retries: 5+10+20+40+80+160 = 315 s. Only the start: a child that failed is not
 *   started again, that is what redrive is for.
 * - `wait your turn` (Glue): 30 s, doubling, at most 5 min, 75 retries: 30+60+120+240+71×300 = 21,750 s, 6 h 2 min.
 * - `warehouse busy` (Data API): 5 s, doubling, at most 5 min, 12 retries: 5+10+20+40+80+160+6×300 = 2,115 s, 35 min.
 * - `wait for the cluster`: 60 s, not doubling, 60 retries: 1 h. Snapshots are refused while it is resizing or in maintenance (D2.1).
 *
 * Loops of our own are documented at their Wait states; what run-statements sends again, and when, in passing-errors.ts.
 */

const startedBy = { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional() };

const Snapshot = z.object({
  identifier: z.string(),
  /** 1 to 3,653; -1 keeps it for ever (D1.6). */
  retentionDays: z.int(),
  minimumDistanceSeconds: z.int().optional(),
  ...startedBy,
});

export const definitions = {
  "load-partition": {
    file: "load-partition.asl.json",
    substitutions: [
      "validateManifest",
      "checkReport",
      "publishParquet",
      "planLoad",
      "recordRefusal",
      "convertPartition",
      "updateCatalogue",
      "runStatements",
      "takeSnapshot",
    ],
    input: z.object({
      dataset: z.string(),
      manifest: z.object({ bucket: z.string(), key: z.string(), versionId: z.string().optional() }),
      force: z.boolean().optional(),
    }),
  },
  "scheduled-load": {
    file: "scheduled-load.asl.json",
    substitutions: ["listDuePartitions", "loadPartition", "runStatements"],
    input: z.object({
      dataset: z.string(),
      /** The planned time, ISO; without one the execution's own start. */
      scheduledTime: z.string().optional(),
    }),
  },
  "convert-partition": {
    file: "convert-partition.asl.json",
    substitutions: ["convertBatch", "glueJob"],
    input: z.object({
      engine: z.enum(["glue", "lambda"]),
      /** Whether Glue takes the batch when the Lambda runs out of time or memory. */
      mayHandOver: z.boolean(),
      /** What a Glue run of this dataset has in place of the job's settings. */
      run: z
        .object({ options: z.record(z.string(), z.unknown()), arguments: z.record(z.string(), z.string()) })
        .optional(),
      batchFile: z.string(),
      outputFolder: z.string(),
      partitionFolder: z.string(),
      ...startedBy,
    }),
  },
  "update-catalogue": {
    file: "update-catalogue.asl.json",
    substitutions: ["crawler", "database"],
    input: z.object({
      mode: z.enum(["crawler", "partition"]),
      dataset: z.string(),
      /** The published folder, `s3://…/data/<dataset>/year=…/batch=<id>/`; its `name=value` steps are the partition. */
      folder: z.string(),
      ...startedBy,
    }),
  },
  "run-statements": {
    file: "run-statements.asl.json",
    /**
     * `warehouseMember` is how the Data API calls what it runs on: ClusterIdentifier or WorkgroupName (B6.1, B6.4);
     * `schema` is Sluice's own; `passingErrors` and `rotationErrors` are regular expressions of passing-errors.ts.
     */
    substitutions: [
      "warehouseMember",
      "warehouse",
      "database",
      "secretArn",
      "schema",
      "passingErrors",
      "rotationErrors",
    ],
    /** As contract/definition.ts makes it. */
    input: z.object({
      definition: z.literal(3),
      statements: z.array(z.string().min(1)),
      transaction: z.boolean(),
      results: z.boolean(),
      label: z.string(),
      timeoutSeconds: z.int().min(1),
      /** How long to trust the event before asking. */
      heartbeatSeconds: z.int().min(1),
      diagnosis: z.object({ lock: z.string().nullable(), copy: z.string().nullable() }),
      ...startedBy,
    }),
  },
  "take-snapshot": { file: "take-snapshot.asl.json", substitutions: ["clusterIdentifier"], input: Snapshot },
  /** Stands for take-snapshot where the warehouse is Serverless: another API, whose answers are other words (D5.5). */
  "take-serverless-snapshot": {
    file: "take-serverless-snapshot.asl.json",
    substitutions: ["namespace"],
    input: Snapshot,
  },
} as const;

export type MachineName = keyof typeof definitions;
export type Substitutions<M extends MachineName> = Readonly<
  Record<(typeof definitions)[M]["substitutions"][number], string>
>;

export const machineNames = Object.keys(definitions) as readonly MachineName[];

/** The text of a machine's definition, with its `${placeholders}`. */
export function definitionText(machine: MachineName): string {
  return readFileSync(join(packageFolder, "state-machines", definitions[machine].file), "utf8");
}

/** The names that stand as `${name}` in a definition, sorted, each once. */
export function placeholdersOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\$\{([A-Za-z]+)\}/g)].map(([, name]) => name ?? ""))].sort();
}
