import { z } from "zod";

/** What `sluice.yaml` says of a source's Glue job. The defaults are what suits a batch of some gigabytes. */
export const GlueFile = z
  .strictObject({
    workerType: z
      .enum(["G.1X", "G.2X", "G.4X", "G.8X", "R.1X", "R.2X", "R.4X", "R.8X"])
      .default("G.1X")
      .describe("A worker's size; R has twice the memory of G."),
    workers: z.int().min(2).max(299).default(10).describe("With auto scaling at most so many, one of them the driver."),
    autoScaling: z.boolean().default(true).describe("Glue takes and gives back workers while a run lasts."),
    timeoutMinutes: z
      .int()
      .min(10)
      .max(240)
      .default(240)
      .describe("A run that takes longer is ended, and the load fails."),
    executionClass: z
      .enum(["standard", "flex"])
      .default("standard")
      .describe("`flex` is cheaper, may wait long for its workers, and may lose them: not for a load with a deadline."),
    securityConfiguration: z
      .string()
      .regex(/^[^\s/]{1,255}$/, "a security configuration is given by its name")
      .optional()
      .describe("Of Glue, one that is there: how the run's logs and files are encrypted."),
  })
  .refine(({ executionClass, workerType }) => executionClass === "standard" || ["G.1X", "G.2X"].includes(workerType), {
    path: ["executionClass"],
    message: "flex has workers G.1X and G.2X",
  });
export type GlueFile = z.output<typeof GlueFile>;
