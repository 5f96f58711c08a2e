import { z } from "zod";

/** What `sluice.yaml` says of a source's Glue job. The defaults are what suits a batch of some gigabytes. */
export const GlueFile = z
  .strictObject({
    workerType: z
      .enum(["G.1X", "G.2X", "G.4X", "G.8X", "R.1X", "R.2X", "R.4X", "R.8X"])
      .default("G.1X")
      .describe("The size of a worker. R types have twice the memory of G types."),
    workers: z
      .int()
      .min(2)
      .max(299)
      .default(10)
      .describe("The number of workers, one of which is the driver. With auto scaling: the maximum."),
    autoScaling: z.boolean().default(true).describe("Let Glue add and remove workers during a run."),
    timeoutMinutes: z
      .int()
      .min(10)
      .max(240)
      .default(240)
      .describe("A run that takes longer is stopped, and the load fails."),
    executionClass: z
      .enum(["standard", "flex"])
      .default("standard")
      .describe("`flex` is cheaper, but its workers may start late or be taken away: not for loads with a deadline."),
    securityConfiguration: z
      .string()
      .regex(/^[^\s/]{1,255}$/, "a security configuration is given by its name")
      .optional()
      .describe("The name of an existing Glue security configuration, which encrypts the run's logs and files."),
  })
  .refine(({ executionClass, workerType }) => executionClass === "standard" || ["G.1X", "G.2X"].includes(workerType), {
    path: ["executionClass"],
    message: "flex has workers G.1X and G.2X",
  });
export type GlueFile = z.output<typeof GlueFile>;
