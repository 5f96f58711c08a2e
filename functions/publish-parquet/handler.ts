import { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { startedBy } from "../../contract/definition.js";
import { Batch } from "../../run-folder/batch.js";
import { readBatchFile, readContract, readReport } from "../../run-folder/run-files.js";
import { parseS3Uri, s3Uri } from "../../run-folder/s3-uri.js";
import { createObjectStore } from "../shared/object-store.js";
import { refusable } from "../shared/refusable.js";
import { logger } from "../shared/telemetry.js";
import { isOutdated, publicationOf } from "./publication.js";
import { publish } from "./publish.js";

const store = createObjectStore(new S3Client({}));
const Input = z.object({
  batch: Batch,
  reportFile: z.string(),
  /** Whether the rows are loaded already: what is replayed is published only then, since its records are not rejected any more. */
  isLoaded: z.boolean().default(false),
});

/** A checked report → its Parquet and rejected rows in the lake, in place of an earlier revision's; the input of update-catalogue. */
export const handler = refusable(async (event) => {
  const { batch, reportFile, isLoaded } = Input.parse(event);
  const [report, batchFile, contract] = await Promise.all([
    readReport(store, reportFile),
    readBatchFile(store, batch),
    readContract(store, batch),
  ]);
  const { bucket } = parseS3Uri(batch.runFolder);
  const publication = publicationOf(batch, report, batchFile.execution);
  const catalogue = {
    ...{ mode: contract.catalogue, dataset: batch.dataset, folder: s3Uri(bucket, publication.dataFolder) },
    ...startedBy(batch.execution),
  };
  if (batchFile.replay !== undefined && !isLoaded) return { published: 0, removed: 0, catalogue };
  const { outcome, published, removed } = await publish(store, bucket, publication, (found) =>
    isOutdated(found, publication.marker, batchFile, contract.load.mode),
  );
  logger.info(outcome === "published" ? "The files were published" : "A newer revision stays in the lake", {
    dataset: batch.dataset,
    partition: batch.partition,
    published,
    removed,
  });
  return { published, removed, catalogue };
});
