import { z } from "zod";
import { defaultOwnSchema } from "./own-schema.js";
import { arn } from "./source-file.js";

/** What `sluice.yaml` says of the warehouse: one to be made, or a cluster or Serverless workgroup that is there. */

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

const CreatedWarehouse = z.strictObject({
  nodeType: z.enum(nodeTypes).default("ra3.large"),
  nodes: z.int().min(1).max(128).default(2),
  database: database.default("analytics"),
  maintenanceWindow: maintenanceWindow.default("sun:03:00-sun:04:00"),
  /** Of automated snapshots, and of those that loads take unless their contract says otherwise. */
  snapshotRetentionDays: z.int().min(1).max(35).default(14),
  snapshotSchedule: snapshotSchedule.default(["rate(8 hours)"]),
  /** Secrets Manager changes the passwords every 30 days. */
  rotation: z.boolean().default(true),
  /** A second cluster in another zone takes over when a zone fails: RA3 with at least two nodes. */
  multiAz: z.boolean().default(false),
  /** COPY and UNLOAD go through the VPC alone, so that its endpoints and their policies decide. */
  enhancedVpcRouting: z.boolean().default(false),
  /** Automated snapshots are copied into another region. */
  snapshotCopy: z
    .strictObject({
      region: regionName,
      retentionDays: z.int().min(1).max(35).default(7),
      grant: z.string().optional(),
    })
    .optional(),
  /** A snapshot that the cluster is made from; its database and users come with it. */
  restoreFrom: z.string().min(1).optional(),
  /** A network that is there. It must lead to S3 and to Secrets Manager, by endpoints or NAT. */
  network: z.strictObject({ vpcId, subnetIds }).optional(),
});
export type CreatedWarehouse = z.output<typeof CreatedWarehouse>;

const everyExisting = {
  database,
  /** Of a user who may create users, groups and schemas. Only `sluice bootstrap` reads it, as the person who runs it. */
  secretArn: arn,
  /** A role of the warehouse that reads `runs/` of the processed buckets. */
  copyRoleArn: arn,
  /** A role of the warehouse that reads `data/` of the processed buckets and their catalogue. Without it no Spectrum. */
  spectrumRoleArn: arn.optional(),
  snapshotRetentionDays: z.int().min(1).max(3653).default(14),
  /** From where the loading and the reading user's passwords are rotated. Without it they are not. */
  rotation: z.strictObject({ vpcId, subnetIds, securityGroupId }).optional(),
};

const ExistingCluster = z.strictObject({
  clusterIdentifier,
  ...everyExisting,
  /** Bootstrap gives the cluster this schedule. Without it the cluster keeps what it has. */
  snapshotSchedule: snapshotSchedule.optional(),
});

const ExistingWorkgroup = z.strictObject({
  workgroup: serverlessName,
  /** The ids are the last parts of the ARNs, which permissions need. */
  workgroupId: serverlessId,
  namespace: serverlessName,
  namespaceId: serverlessId,
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
      "Of Sluice's own tables, procedures and views, and the beginning of its users' names. Projects of one warehouse have one each.",
    ),
  large_strings: z
    .boolean()
    .default(false)
    .describe(
      "true: the warehouse is opted in to texts of more than 65,535 bytes inside SUPER (is_large_string_enabled()), for columns with large: true.",
    ),
};

export const WarehouseFile = z.union([
  z.strictObject({ create: CreatedWarehouse, ...everyWarehouse }),
  z.strictObject({ existing: z.union([ExistingCluster, ExistingWorkgroup]), ...everyWarehouse }),
]);
export type WarehouseFile = z.output<typeof WarehouseFile>;
