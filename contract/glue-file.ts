import { z } from "zod";

/** What `sluice.yaml` says of a source's Glue job, and a dataset of its own runs. */

const workerType = z
  .enum(["G.1X", "G.2X", "G.4X", "G.8X", "R.1X", "R.2X", "R.4X", "R.8X"])
  .describe("The size of a worker. R types have twice the memory of G types.");
const workers = z
  .int()
  .min(2)
  .max(299)
  .describe("The number of workers, one of which is the driver. With auto scaling: the maximum.");
const autoScaling = z.boolean().describe("Let Glue add and remove workers during a run.");
const timeoutMinutes = z.int().min(10).max(240).describe("A run that takes longer is stopped, and the load fails.");
const executionClass = z
  .enum(["standard", "flex"])
  .describe("`flex` is cheaper, but its workers may start late or be taken away: not for loads with a deadline.");
const securityConfiguration = z
  .string()
  .regex(/^[^\s/]{1,255}$/, "a security configuration is given by its name")
  .optional()
  .describe("The name of an existing Glue security configuration, which encrypts the run's logs and files.");

interface Offered {
  readonly executionClass: string;
  readonly workerType: string;
}

/** Whether there are workers of this size in this class (E1.4). */
export const isOffered = ({ executionClass, workerType }: Offered) =>
  executionClass === "standard" || ["G.1X", "G.2X"].includes(workerType);

/** The defaults are what suits a batch of some gigabytes. */
export const GlueFile = z
  .strictObject({
    workerType: workerType.default("G.1X"),
    workers: workers.default(10),
    autoScaling: autoScaling.default(true),
    timeoutMinutes: timeoutMinutes.default(240),
    executionClass: executionClass.default("standard"),
    securityConfiguration,
  })
  .refine(isOffered, { path: ["executionClass"], message: "flex has workers G.1X and G.2X" });
export type GlueFile = z.output<typeof GlueFile>;

/** What a dataset's own runs have in place of its source's settings. */
export const DatasetGlueFile = z.strictObject({
  workerType: workerType.optional(),
  workers: workers.optional(),
  autoScaling: autoScaling.optional(),
  timeoutMinutes: timeoutMinutes.optional(),
  executionClass: executionClass.optional(),
  securityConfiguration,
});
export type DatasetGlueFile = z.output<typeof DatasetGlueFile>;

/** What a run is started with, as StartJobRun takes it; in the compiled contract. */
export const GlueRun = z.strictObject({
  options: z.strictObject({
    WorkerType: z.string(),
    NumberOfWorkers: z.int(),
    Timeout: z.int(),
    ExecutionClass: z.enum(["STANDARD", "FLEX"]),
    SecurityConfiguration: z.string().optional(),
  }),
  arguments: z.record(z.string(), z.string()),
});
export type GlueRun = z.output<typeof GlueRun>;

/** A dataset's settings laid over its source's. */
export const mergedGlue = (dataset: DatasetGlueFile, source: GlueFile | undefined): GlueFile => ({
  ...(source ?? GlueFile.parse({})),
  ...Object.fromEntries(Object.entries(dataset).filter(([, value]) => value !== undefined)),
});

/** Null where the job's own settings will do: those are the source's. */
export function compileGlueRun(dataset: DatasetGlueFile | undefined, source: GlueFile | undefined): GlueRun | null {
  if (dataset === undefined || Object.keys(dataset).length === 0) return null;
  const glue = mergedGlue(dataset, source);
  return {
    options: {
      WorkerType: glue.workerType,
      NumberOfWorkers: glue.workers,
      Timeout: glue.timeoutMinutes,
      ExecutionClass: glue.executionClass === "flex" ? "FLEX" : "STANDARD",
      ...(glue.securityConfiguration === undefined ? {} : { SecurityConfiguration: glue.securityConfiguration }),
    },
    arguments: { "--enable-auto-scaling": String(glue.autoScaling) },
  };
}
