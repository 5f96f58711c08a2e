import { z } from "zod";
import type { Account, Assumer, ResolvedResource } from "../../call/call.js";
import { entityNotFound, parseProperties } from "../parse-input.js";

/** CloudFormation writes numbers and booleans as text now and then. */
const Count = z.coerce.number().int();
const Arguments = z.record(z.string(), z.coerce.string());

const JobProperties = z.object({
  Name: z.string(),
  Role: z.string(),
  Description: z.string().optional(),
  Command: z.object({
    Name: z.literal("glueetl", "only Spark jobs (glueetl) run in the local account"),
    ScriptLocation: z.string(),
    PythonVersion: z.coerce.string().optional(),
  }),
  DefaultArguments: Arguments.default({}),
  NonOverridableArguments: Arguments.default({}),
  ExecutionProperty: z.object({ MaxConcurrentRuns: z.coerce.number().default(1) }).default({ MaxConcurrentRuns: 1 }),
  GlueVersion: z.string().optional(),
  WorkerType: z.string().optional(),
  NumberOfWorkers: Count.optional(),
  MaxCapacity: z.coerce.number().optional(),
  ExecutionClass: z.string().optional(),
  // A retry by Glue would be a new run that nobody asked for (E1.6).
  MaxRetries: z.coerce.number().max(0, "MaxRetries above 0 is not supported in the local account").default(0),
  Timeout: Count.optional(),
  Connections: z.unknown().optional(),
  SecurityConfiguration: z.string().optional(),
  JobRunQueuingEnabled: z
    .literal([false, "false"], "JobRunQueuingEnabled is not supported in the local account")
    .optional(),
});

/** A Glue job as the template declares it. */
export type JobDefinition = z.infer<typeof JobProperties>;

/** Minutes; E1.5, for Glue 5.0 and later. */
const DEFAULT_TIMEOUT_MINUTES = 480;

export function timeoutMinutes(job: JobDefinition): number {
  return job.Timeout ?? DEFAULT_TIMEOUT_MINUTES;
}

/** Who assumes a job's role. */
export const jobAssumer = ({ region, accountId }: Account, name: string): Assumer => ({
  service: "glue",
  sourceArn: `arn:aws:glue:${region}:${accountId}:job/${name}`,
});

/** Every job of the account by name. Read anew each time, so that a template that cannot be taken troubles only those
 * who ask for its job. */
export function findJob(account: Account, name: string): JobDefinition {
  const resource = account.resourcesOf("AWS::Glue::Job").find((one) => one.ref === name);
  if (resource === undefined) throw entityNotFound(`Entity Not Found: job ${name}`);
  return jobOf(resource);
}

export function allJobs(account: Account): readonly JobDefinition[] {
  return account.resourcesOf("AWS::Glue::Job").map(jobOf);
}

function jobOf(resource: ResolvedResource): JobDefinition {
  const properties = { ...resource.properties, Name: resource.ref };
  return parseProperties(JobProperties, { ...resource, properties });
}

/** The job in the API's shape. */
export function jobShape(job: JobDefinition): Record<string, unknown> {
  const { SecurityConfiguration, ...shape } = job;
  return {
    ...shape,
    JobMode: "SCRIPT",
    Timeout: timeoutMinutes(job),
    ...(SecurityConfiguration ? { SecurityConfiguration } : {}),
  };
}
