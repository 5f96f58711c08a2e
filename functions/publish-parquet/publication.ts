import { createHash } from "node:crypto";
import { z } from "zod";
import { dataFolder, readReplayRevision, rejectedFolder } from "../../contract/layout.js";
import type { Batch, BatchFile } from "../../run-folder/batch.js";
import type { Report } from "../../run-folder/report.js";

/** `_revision.json` in a batch's folder of the lake: which run's files belong there. Athena passes over names with `_`. */
export const Marker = z.object({
  revision: z.string(),
  run: z.string(),
  execution: z.string(),
  /** How often what the revision rejected was replayed since. */
  replays: z.int().default(0),
});
export type Marker = z.infer<typeof Marker>;

export interface Copy {
  readonly from: string;
  readonly to: string;
}

/** What one Glue run of a batch puts into the lake; all keys are of the processed bucket. */
export interface Publication {
  readonly marker: Marker;
  readonly markerKey: string;
  /** Both end in a slash. */
  readonly dataFolder: string;
  readonly rejectedFolder: string;
  readonly data: readonly Copy[];
  readonly rejects: readonly Copy[];
  /** Whether a file that is there already stays: a replay adds to what was published. */
  readonly keeps: (key: string) => boolean;
}

/**
 * Every file gets the run's own mark before its name, so that two runs never write the same key and each knows which
 * files are its own.
 */
export function publicationOf(
  batch: Pick<Batch, "dataset" | "partition" | "batchId" | "revision">,
  report: Pick<Report, "run_id" | "output" | "rejects" | "replayed">,
  execution: string,
): Publication {
  const data = dataFolder(batch.dataset, batch.partition, batch.batchId);
  const rejected = rejectedFolder(batch.dataset, batch.partition, batch.batchId);
  const run = `${execution}/${report.run_id}`;
  const mark = createHash("sha256").update(run).digest("hex").slice(0, 12);
  const copyTo =
    (folder: string) =>
    ({ key }: { readonly key: string }): Copy => ({
      from: key,
      to: `${folder}${mark}-${key.slice(key.lastIndexOf("/") + 1)}`,
    });
  const { loaded, number } = readReplayRevision(batch.revision);
  return {
    marker: { revision: loaded, run, execution, replays: number },
    markerKey: `${data}_revision.json`,
    dataFolder: data,
    rejectedFolder: rejected,
    data: report.output.map(copyTo(data)),
    rejects: [...report.rejects, ...report.replayed].map(copyTo(rejected)),
    keeps: (key) => number > 0 && (key.startsWith(data) || key.endsWith(replayedEnding)),
  };
}

/** Rows that passed when they were replayed stay listed when others are replayed after them. */
const replayedEnding = "-replayed.json";

/**
 * True when the lake has a newer revision and must keep it. A forced refresh or append goes back on purpose, as its
 * table does; a forced upsert does not, since its table keeps the newer rows.
 */
export function isOutdated(
  published: Marker | undefined,
  ours: Marker,
  batch: Pick<BatchFile, "force">,
  mode: string,
): boolean {
  if (published === undefined || published.revision < ours.revision) return false;
  // A revision whose rejects were replayed is loaded: only by force is it ever loaded again.
  if (published.revision === ours.revision)
    return ours.replays > 0 ? published.replays > ours.replays : published.replays > 0 && !batch.force;
  return !batch.force || mode === "upsert";
}
