import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { readContracts } from "../shared/contracts.js";
import { requireEnv } from "../shared/require-env.js";
import { logger, metrics } from "../shared/telemetry.js";
import { answersOf } from "./answers.js";

/** The end of a load → a metric a check of its batch: 100 or 0 percent, so that the average over a time is its pass rate. */
export async function handler(event: unknown): Promise<void> {
  const found = answersOf(event, readContracts(requireEnv("CONTRACTS")));
  if (found === undefined) return;
  const { dataset, answers } = found;
  for (const { check, hasPassed } of answers) {
    metrics
      .singleMetric()
      .addDimension("Dataset", dataset)
      .addDimension("Check", check)
      .addMetric("BatchCheckPassed", MetricUnit.Percent, hasPassed ? 100 : 0);
  }
  const warnings = answers.filter(({ isWarning }) => isWarning).length;
  metrics.singleMetric().addMetric("BatchChecksWarned", MetricUnit.Count, warnings);
  logger.info("The checks of the batch are counted", { dataset, answers });
}
