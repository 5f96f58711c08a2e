import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";

/** Structured logs; POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL come from the function's environment. */
export const logger = new Logger();

/** Metrics in CloudWatch's embedded format, one namespace for all of Sluice. */
export const metrics = new Metrics({ namespace: "Sluice" });
