import { z } from "zod";
import { isBeyondRedrive } from "../../contract/failures.js";
import { guessLandedKey } from "../../contract/layout.js";
import { isRefusalName, refusals } from "../../contract/refusals.js";
import { readFailure } from "../shared/cause-text.js";
import { parseText, StatusEvent } from "../shared/status-event.js";

/** Of load-partition with its manifest, or of scheduled-load without. */
const Input = z.object({
  dataset: z.string(),
  manifest: z.object({ bucket: z.string(), key: z.string() }).optional(),
  partition: z.string().nullish(),
  scheduledTime: z.string().optional(),
});

/** The metrics that count bad ends, by what kind of end it was. */
export type Ending = "LoadsFailed" | "LoadsRefused" | "LoadsTimedOut" | "LoadsStopped";

export interface Alert {
  readonly subject: string;
  readonly message: string;
  readonly ending: Ending;
  /** The name of the state machine. */
  readonly machine: string;
}

/** SNS takes fewer than 100 characters and no line breaks (A8.5). */
const subjectLength = 99;
const causeLength = 4000;

/** The text that a person gets for an execution that did not succeed. @throws ZodError when it is no status event. */
export function alertOf(event: unknown): Alert {
  const { region, time, detail } = StatusEvent.parse(event);
  const input = Input.safeParse(parseText(detail.input)).data;
  const { manifest } = input ?? {};
  const partition = input?.partition ?? (manifest && partitionOf(manifest.key));
  const what = `${input?.dataset ?? detail.name} ${partition ?? manifest?.key ?? input?.scheduledTime ?? ""}`.trim();
  const { error, message } = readFailure(detail.error ?? detail.status, detail.cause);
  const lines = [
    `Dataset:    ${input?.dataset ?? "unknown"}`,
    `Partition:  ${partition ?? "unknown"}`,
    input?.scheduledTime === undefined
      ? `Manifest:   ${manifest === undefined ? "unknown" : `s3://${manifest.bucket}/${manifest.key}`}`
      : `Planned:    ${input.scheduledTime}`,
    `Ended:      ${detail.status} at ${time}`,
    `Error:      ${error}`,
    `Execution:  ${detail.name}`,
    "",
    shorten(message),
    "",
    remedyOf(error),
    "",
    `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${detail.executionArn}`,
  ];
  return {
    subject: subjectOf(`Sluice: ${what}: ${error}`),
    message: lines.join("\n"),
    ending: endingOf(detail.status, error),
    machine: detail.executionArn.split(":").at(-2) ?? "unknown",
  };
}

function endingOf(status: string, error: string): Ending {
  if (status === "TIMED_OUT") return "LoadsTimedOut";
  if (status === "ABORTED") return "LoadsStopped";
  return isRefusalName(error) ? "LoadsRefused" : "LoadsFailed";
}

function remedyOf(error: string): string {
  if (isRefusalName(error)) {
    return `To do: this is a refusal, nothing was changed. The ${refusals[error] === "ours" ? "team that runs Sluice" : refusals[error]} acts; the runbook has a section "${error}". After the fix a new execution is needed (a new manifest starts one).`;
  }
  if (error === "ScheduledLoadIncomplete") {
    return "To do: look at the named loads. Each has its own alert; redrive or rerun each one individually. Redriving this execution does not help.";
  }
  if (isBeyondRedrive(error)) {
    return `To do: the runbook has a section "${error}". When the cause is removed, start a new execution with the same input under another name, since a redrive would only fail in the same way.`;
  }
  return "To do: this is a failure of the infrastructure. When the cause is removed, redrive the execution: it resumes at the task that failed.";
}

const partitionOf = (key: string) => guessLandedKey(key)?.partition;

const shorten = (text: string) => (text.length > causeLength ? `${text.slice(0, causeLength)} …` : text);

const subjectOf = (text: string) => text.replaceAll(/[^\x20-\x7e]+/g, " ").slice(0, subjectLength);
