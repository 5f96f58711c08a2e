import { z } from "zod";
import { Refusal } from "../../contract/refusals.js";
import type { ValidateInput } from "./validate.js";

const Payload = z.object({ execution: z.object({ id: z.string(), name: z.string() }), request: z.unknown() });

/** What a person may have written by hand, in the console. */
const Request = z.object({
  dataset: z.string().min(1),
  manifest: z.object({
    bucket: z.string().min(1),
    key: z.string().min(1),
    versionId: z
      .string()
      .nullish()
      .transform((version) => version ?? undefined),
  }),
  /** What start-load found out of a delivery whose key does not say it. */
  partition: z.string().nullish(),
  force: z.boolean().default(false),
  /** To read once more what a conversion rejected: the key of its folder. `sluice replay` knows it. */
  replay: z.object({ run: z.string().min(1) }).nullish(),
});

/** @throws Refusal ManifestInvalid when the execution was started with another input than it needs. */
export function readInput(event: unknown): ValidateInput {
  const { execution, request } = Payload.parse(event);
  const read = Request.safeParse(request);
  if (read.success) return { ...read.data, execution };
  const problems = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Refusal(
    "ManifestInvalid",
    `The execution's input does not name a manifest (${problems.join("; ")}). Start it with {"dataset": "…", "manifest": {"bucket": "…", "key": "…"}}; "versionId" and "force" are optional.`,
  );
}
