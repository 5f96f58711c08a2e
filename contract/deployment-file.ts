import { z } from "zod";
import { keyArn } from "./source-file.js";
import { securityGroupId, subnetIds, vpcId } from "./warehouse-file.js";

/** What `sluice.yaml` says of how a project is deployed: what a company's platform asks of every stack. */

/** The times that CloudWatch Logs can keep a log group's events; nothing between them. */
const keptDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const logRetention = z
  .string()
  .regex(/^[1-9]\d*d$/, "a time to keep something is written in whole days, such as 90d")
  .transform((text) => Number(text.slice(0, -1)))
  .refine(
    (count) => (keptDays as readonly number[]).includes(count),
    `CloudWatch Logs keeps events ${keptDays.join(", ")} days`,
  );

/** `*` may stand in it, as in a policy's condition. */
const roleArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/*?-]+$/,
    "a role is given by its ARN, such as arn:aws:iam::111111111111:role/platform/deployer",
  );

/** start-load has ten of its own, and convert-batch a key at its source. */
const reservable = [
  "answer-statement",
  "check-report",
  "count-batch-checks",
  "find-quiet-partitions",
  "list-due-partitions",
  "plan-load",
  "publish-parquet",
  "record-refusal",
  "send-alert",
  "send-events",
  "send-notices",
  "start-scheduled-load",
  "validate-manifest",
  "watch-overdue",
] as const;

export const RolesFile = z.strictObject({
  prefix: z
    .string()
    .regex(/^[\w+=,.@-]{0,32}$/, "a prefix has at most 32 of the characters that IAM takes in a name")
    .default("")
    .describe("A prefix for the name of every role that the stacks create."),
  path: z
    .string()
    .regex(/^\/([\w+=,.@-]+\/)*$/, "a path begins and ends with '/', such as /teams/data/")
    .default("/")
    .describe("The IAM path of every role that the stacks create."),
  permissionsBoundary: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
      "a boundary is the ARN of a managed policy, such as arn:aws:iam::111111111111:policy/boundary",
    )
    .optional()
    .describe(
      "The ARN of the permissions boundary of every role. Needs `rotation: false`, since the rotation function's role cannot have one.",
    ),
});
export type RolesFile = z.output<typeof RolesFile>;

export const NetworkFile = z.strictObject({
  vpcId,
  subnetIds,
  securityGroupIds: z
    .array(securityGroupId)
    .min(1, "at least one security group")
    .max(5, "Lambda takes at most 5 security groups")
    .describe(
      "Security groups of the functions and the Glue job. They must allow outbound port 443 and, for the job, all TCP from the group itself.",
    ),
  availabilityZone: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "a zone is written like eu-west-1a")
    .optional()
    .describe(
      "The zone of the first subnet. If given, the Glue job runs in that subnet too; otherwise it runs outside the VPC.",
    ),
});
export type NetworkFile = z.output<typeof NetworkFile>;

export const LakeFormationFile = z.strictObject({
  hybrid: z
    .boolean()
    .default(false)
    .describe(
      "true: register the folders in hybrid access mode, in which principals without grants keep the access that IAM gives them.",
    ),
});
export type LakeFormationFile = z.output<typeof LakeFormationFile>;

export const DeploymentFile = z.strictObject({
  qualifier: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,10}$/, "a qualifier has 1 to 10 of A-Z, a-z, 0-9, '_' and '-'")
    .optional()
    .describe("The qualifier of the account's CDK bootstrap. Default: the CDK's own, hnb659fds."),
  deployers: z
    .array(roleArn)
    .default([])
    .describe(
      "Roles that deploy, in addition to the bootstrap's own; the policies of buckets and secrets admit them. `*` is a wildcard.",
    ),
  roles: RolesFile.prefault({}),
  kms: keyArn
    .optional()
    .describe(
      "The ARN of the KMS key for secrets, the topic, queues, logs, state machines and the warehouse that Sluice creates.",
    ),
  network: NetworkFile.optional().describe(
    "The subnets in which all functions run. They need VPC endpoints or a NAT gateway: see docs/deployment.md.",
  ),
  logs: z
    .strictObject({ retention: logRetention.default(90).describe("How long to keep logs. Default: 90d.") })
    .prefault({}),
  reservedConcurrency: z
    .partialRecord(z.enum(reservable), z.int().min(1).max(1000))
    .default({})
    .describe(
      "Concurrency reserved for functions by name, in each source that has one, such as `{ validate-manifest: 20 }`: so many at most, and no other function takes them. 100 of the account's must be left.",
    ),
  lakeFormation: LakeFormationFile.optional().describe(
    "Grant Lake Formation permissions, in an account whose Data Catalog it governs. Whoever deploys must be a data lake administrator.",
  ),
  tracing: z.boolean().default(true).describe("Trace functions and state machines with X-Ray."),
});
export type DeploymentFile = z.output<typeof DeploymentFile>;

/** The path and name of a role that the stacks make, as they stand in its ARN behind `role`. */
export const rolePathAndName = ({ path, prefix }: Pick<RolesFile, "path" | "prefix">, name: string) =>
  `${path}${prefix}${name}`;
