import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { conversionRunFolder } from "../../contract/layout.js";
import { Batch } from "../../run-folder/batch.js";
import { Report } from "../../run-folder/report.js";
import { readBatchFile, readContract, readJson } from "../../run-folder/run-files.js";
import { createObjectStore } from "../shared/object-store.js";
import { refusable } from "../shared/refusable.js";
import { logger, metrics } from "../shared/telemetry.js";
import { checkReport } from "./check-report.js";

const store = createObjectStore(new S3Client({}));
/** The batch, and what convert-partition answered. */
const Input = z.object({ batch: Batch, run: z.object({ runId: z.string().min(1) }) });

/** The warnings travel through the state machine, whose payloads must stay small (A2.2); the report has them all. */
const warningsPassedOn = 20;
const warningLength = 500;

/** A conversion ended well but left no report: it counts as not having happened. A failure, not a refusal. */
export class ReportMissing extends Error {
  override readonly name = "ReportMissing";

  constructor(reportFile: string) {
    super(
      `The conversion did not write a report to ${reportFile}. Look at its log, then start a new execution: a redrive would only look for the report again.`,
    );
  }
}

const rejectedPercent = ({ counts: { read, rejected } }: Report) => (read === 0 ? 0 : (100 * rejected) / read);

/** A conversion's report → its counts, when it may be loaded. @throws Refusal, ReportMissing */
export const handler = refusable(async (event) => {
  const { batch, run } = Input.parse(event);
  const { runId } = run;
  const reportFile = `${conversionRunFolder(batch.runFolder, runId)}report.json`;
  const [found, batchFile, contract] = await Promise.all([
    readJson(store, reportFile),
    readBatchFile(store, batch),
    readContract(store, batch),
  ]);
  if (found === undefined) throw new ReportMissing(reportFile);
  const report = Report.parse(found);
  // Also of a batch that is about to be refused.
  if (batchFile.replay === undefined)
    metrics.singleMetric().addMetric("RejectedPercent", MetricUnit.Percent, rejectedPercent(report));
  metrics.singleMetric().addMetric("ConversionSeconds", MetricUnit.Seconds, report.seconds.total);
  const { counts, warnings } = checkReport({ report, batchFile, contract, runId, reportFile });
  logger.info("The report is in order", { dataset: batch.dataset, partition: batch.partition, counts });
  metrics.addDimension("Dataset", batch.dataset);
  metrics.addMetric("RecordsRead", MetricUnit.Count, counts.read);
  metrics.addMetric("RecordsWritten", MetricUnit.Count, counts.written);
  metrics.addMetric("RecordsDeduplicated", MetricUnit.Count, counts.deduplicated);
  metrics.addMetric("RecordsRejected", MetricUnit.Count, counts.rejected);
  metrics.publishStoredMetrics();
  return {
    reportFile,
    counts,
    copyManifest: report.copy_manifest,
    warnings: warnings.slice(0, warningsPassedOn).map((warning) => warning.slice(0, warningLength)),
  };
});
