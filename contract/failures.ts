/**
 * Failures that no redrive can mend, because the task that would run again would find what it found: what came before it
 * (the Glue run, the inspection, the pinned contract) has to be made anew, or because it is no task that failed. They need
 * a new execution, like a refusal. The runbook has a section for each of them.
 */
export const beyondRedrive: ReadonlySet<string> = new Set([
  "AggregateInvalid",
  "DefinitionOutdated",
  "EncodingUnknown",
  "InspectionInvalid",
  "ReportMissing",
  "RunFileMissing",
  "StatementInvalid",
  "TooManyStatements",
  "WarehouseNotReady",
]);

/** Whether a failed execution must be started anew rather than redriven; refusals always must. */
export const isBeyondRedrive = (error: string): boolean => beyondRedrive.has(error);
