import { z } from "zod";

/** What Step Functions tells when an execution ends (A10.5). Input, output, error and cause may be missing, and so is what is large. */
export const StatusEvent = z.object({
  region: z.string(),
  time: z.string(),
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.enum(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
    input: z.string().nullish(),
    output: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});
export type StatusEvent = z.infer<typeof StatusEvent>;

/** The value of its input or output; undefined where it is missing, or cut. */
export function parseText(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
