import { z } from "zod";
import { defaultOwnSchema } from "./own-schema.js";
import { arn } from "./source-file.js";

/** What `sluice.yaml` says of the warehouse: a cluster or Serverless workgroup to be made, or one that is there. */

/** RA3 and RG, and how many nodes of each a cluster may have when it is made (D1.1, D1.2; of RG it is not written). */
export const nodeCounts = {
  "ra3.large": [1, 16],
  "ra3.xlplus": [1, 16],
  "ra3.4xlarge": [2, 32],
  "ra3.16xlarge": [2, 128],
  "rg.large": [1, 128],
  "rg.xlarge": [1, 128],
  "rg.4xlarge": [1, 128],
  "rg.12xlarge": [1, 128],
} as const;
export type NodeType = keyof typeof nodeCounts;
const nodeTypes = Object.keys(nodeCounts) as [NodeType, ...NodeType[]];

/** As AWS gives them: 8 hexadecimal digits, or 17. */
const idOf = (kind: string, what: string) =>
  z.string().regex(new RegExp(`^${kind}-([0-9a-f]{8}|[0-9a-f]{17})$`), `${what} is written like ${kind}-0a1b2c3d`);
export const vpcId = idOf("vpc", "a VPC");
export const subnetIds = z.array(idOf("subnet", "a subnet")).min(1, "at least one subnet");
export const securityGroupId = idOf("sg", "a security group");
const database = z.string().regex(/^[a-z][a-z0-9_]*$/, "a database's name is [a-z][a-z0-9_]*");
const clusterIdentifier = z
  .string()
  .regex(/^[a-z](-?[a-z0-9])*$/, "a cluster's identifier is a-z, 0-9 and single hyphens, a letter first")
  .max(63);
/** Of workgroups and namespaces (D5.1). */
const serverlessName = z.string().regex(/^[a-z0-9-]{3,64}$/, "3 to 64 of a-z, 0-9 and '-'");
const serverlessId = z.uuid("an id is written like 6b8bc4a5-0f5b-4a52-8a3c-5d4b1c2a9f10: the last part of the ARN");

/** Every 1 to 24 hours, or a cron of three fields: hours, day of the month, day of the week (D2.7). */
const snapshotSchedule = z
  .array(
    z
      .string()
      .regex(
        /^(rate\(1 hour\)|rate\(([2-9]|1\d|2[0-4]) hours\)|cron\(\S+ \S+ \S+\))$/,
        "rate(1 hour) to rate(24 hours), or cron(<hours> <day of the month> <day of the week>)",
      ),
  )
  .min(1)
  .max(50);

export const regionName = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region is written like eu-west-1");

/** In UTC. */
export const maintenanceWindow = z
  .string()
  .regex(
    /^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$/,
    "a window is written like sun:03:00-sun:04:00, UTC",
  );

/** As Secrets Manager takes it. */
const rotationDays = z.int().min(1).max(1000).describe("After how many days the passwords change.");

const givenNetwork = z
  .strictObject({ vpcId, subnetIds })
  .optional()
  .describe("An existing network. It must reach S3 and Secrets Manager through VPC endpoints or a NAT gateway.");

/** What a cluster and a workgroup that are made have in common. */
const everyCreated = {
  database: database.default("analytics").describe("The name of the database."),
  rotation: z
    .union([z.boolean(), z.strictObject({ days: rotationDays })])
    .default(true)
    .describe("Let Secrets Manager change the passwords: `true` every 30 days, or `{ days }`."),
  enhancedVpcRouting: z
    .boolean()
    .default(false)
    .describe("Send COPY and UNLOAD only through the VPC, so that its endpoints and their policies apply."),
  restoreFrom: z
    .string()
    .min(1)
    .optional()
    .describe("Create the warehouse from this snapshot, with its database and users."),
  network: givenNetwork,
};

const snapshotCopy = {
  region: regionName.describe("The other region."),
  retentionDays: z.int().min(1).max(35).default(7).describe("How long to keep the copies there."),
};

const CreatedCluster = z.strictObject({
  nodeType: z.enum(nodeTypes).default("ra3.large").describe("The type of the nodes."),
  nodes: z.int().min(1).max(128).default(2).describe("The number of nodes."),
  ...everyCreated,
  maintenanceWindow: maintenanceWindow
    .default("sun:03:00-sun:04:00")
    .describe("A weekly hour in UTC for Redshift's maintenance."),
  snapshotRetentionDays: z
    .int()
    .min(1)
    .max(35)
    .default(14)
    .describe("How long to keep automated snapshots, and those that loads take unless their contract says otherwise."),
  snapshotSchedule: snapshotSchedule
    .default(["rate(8 hours)"])
    .describe(
      "When automated snapshots are taken: rate(1 hour) to rate(24 hours), or cron(<hours> <day of month> <day of week>).",
    ),
  multiAz: z
    .boolean()
    .default(false)
    .describe(
      "Run a second cluster in another zone, which takes over when a zone fails. Needs RA3 and at least two nodes.",
    ),
  snapshotCopy: z
    .strictObject({
      ...snapshotCopy,
      grant: z
        .string()
        .optional()
        .describe("The name of a snapshot copy grant in that region, if snapshots are encrypted with a KMS key."),
    })
    .optional()
    .describe("Copy automated snapshots to another region."),
});
export type CreatedCluster = z.output<typeof CreatedCluster>;

/** Redshift Processing Units (https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html). */
const rpu = z
  .int()
  .refine(
    (count) =>
      count === 4 ||
      (count >= 8 && count <= 512 && count % 8 === 0) ||
      (count <= 1024 && count % 32 === 0 && count > 0),
    "RPUs are 4, 8 to 512 in steps of 8, or up to 1024 in steps of 32",
  );

const CreatedWorkgroup = z.strictObject({
  serverless: z
    .strictObject({
      baseCapacity: rpu
        .default(8)
        .describe(
          "The capacity in RPUs with which queries run: 4, 8 to 512 in steps of 8, or up to 1024 in steps of 32.",
        ),
      maxCapacity: rpu.optional().describe("The most RPUs it may scale to, which limits what it can cost."),
    })
    .describe("Create a namespace and a workgroup of Redshift Serverless in place of a cluster."),
  ...everyCreated,
  snapshotRetentionDays: z
    .int()
    .min(1)
    .max(3653)
    .default(14)
    .describe("How long to keep the snapshots that loads take."),
  snapshotCopy: z
    .strictObject({
      ...snapshotCopy,
      kms: arn.optional().describe("The ARN of a KMS key in that region for the copies."),
    })
    .optional()
    .describe("Copy snapshots and recovery points to another region."),
});
export type CreatedWorkgroup = z.output<typeof CreatedWorkgroup>;
export type CreatedWarehouse = CreatedCluster | CreatedWorkgroup;

export const isServerless = (created: CreatedWarehouse): created is CreatedWorkgroup => "serverless" in created;

const everyExisting = {
  database: database.describe("The name of the database."),
  secretArn: arn.describe(
    "The secret of a user who may create users, groups and schemas. Only `sluice bootstrap` reads it, with the rights of whoever runs it.",
  ),
  copyRoleArn: arn.describe("A role of the warehouse that can read `runs/` in the processed buckets."),
  spectrumRoleArn: arn
    .optional()
    .describe(
      "A role of the warehouse that can read `data/` in the processed buckets, and their catalogue. Needed for Spectrum.",
    ),
  snapshotRetentionDays: z
    .int()
    .min(1)
    .max(3653)
    .default(14)
    .describe("How long to keep the snapshots that loads take."),
  rotation: z
    .strictObject({ vpcId, subnetIds, securityGroupId, days: rotationDays.default(30) })
    .optional()
    .describe("The network from which to rotate the passwords of Sluice's users. Without it they are not rotated."),
};

const ExistingCluster = z.strictObject({
  clusterIdentifier,
  ...everyExisting,
  snapshotSchedule: snapshotSchedule
    .optional()
    .describe("The snapshot schedule that bootstrap attaches to the cluster. Default: leave it as it is."),
});

const ExistingWorkgroup = z.strictObject({
  workgroup: serverlessName.describe("The name of the Serverless workgroup."),
  workgroupId: serverlessId.describe("The last part of the workgroup's ARN."),
  namespace: serverlessName.describe("The name of its namespace."),
  namespaceId: serverlessId.describe("The last part of the namespace's ARN."),
  ...everyExisting,
});
export type ExistingWarehouse = z.output<typeof ExistingCluster> | z.output<typeof ExistingWorkgroup>;

const everyWarehouse = {
  schema: z
    .string()
    .regex(
      /^(?!pg_|information_schema$|public$)[a-z][a-z0-9_]{0,62}$/,
      "a schema's name is [a-z][a-z0-9_]*, at most 63, and not PostgreSQL's own",
    )
    .default(defaultOwnSchema)
    .describe(
      "The schema of Sluice's own tables, procedures and views, and the prefix of its users' names. Each project in a warehouse needs its own.",
    ),
  large_strings: z
    .boolean()
    .default(false)
    .describe(
      "true: the warehouse has opted in to texts longer than 65,535 bytes inside SUPER (is_large_string_enabled()), for columns with large: true.",
    ),
};

export const WarehouseFile = z.union([
  z.strictObject({ create: z.union([CreatedWorkgroup, CreatedCluster]), ...everyWarehouse }),
  z.strictObject({ existing: z.union([ExistingCluster, ExistingWorkgroup]), ...everyWarehouse }),
]);
export type WarehouseFile = z.output<typeof WarehouseFile>;
