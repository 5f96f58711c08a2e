import { Aws } from "aws-cdk-lib";
import { spectrumRoleName } from "../contract/layout.js";
import { awsSuffix } from "../contract/partition-of-aws.js";
import type { ProjectFile } from "../contract/schema.js";
import type { ExistingWarehouse } from "../contract/warehouse-file.js";
import { arn, copyRoleName, type Names, roleArn } from "./names.js";

/** The warehouse as the Data API and the snapshots know it: a provisioned cluster, or a workgroup of Serverless. */
export type WarehouseTarget =
  | { readonly kind: "cluster"; readonly clusterIdentifier: string; readonly database: string }
  | {
      readonly kind: "workgroup";
      readonly workgroup: string;
      readonly workgroupArn: string;
      readonly namespace: string;
      readonly namespaceArn: string;
      readonly database: string;
    };

/** The target that a warehouse is which was there before. */
export function existingTarget(names: Names, existing: ExistingWarehouse): WarehouseTarget {
  const { database } = existing;
  if ("clusterIdentifier" in existing) {
    return { kind: "cluster", clusterIdentifier: existing.clusterIdentifier, database };
  }
  const { workgroup, workgroupId, namespace, namespaceId } = existing;
  return {
    kind: "workgroup",
    workgroup,
    workgroupArn: arn(names, "redshift-serverless", `workgroup/${workgroupId}`),
    namespace,
    namespaceArn: arn(names, "redshift-serverless", `namespace/${namespaceId}`),
    database,
  };
}

/** Where a workgroup of this account answers: its address follows from its name. */
export const workgroupHost = ({ region }: Names, workgroup: string) =>
  `${workgroup}.${Aws.ACCOUNT_ID}.${region}.redshift-serverless.${awsSuffix(region)}`;

/** What statements are submitted to. */
export const warehouseArn = (names: Names, target: WarehouseTarget) =>
  target.kind === "cluster" ? arn(names, "redshift", `cluster:${target.clusterIdentifier}`) : target.workgroupArn;

/** The ARNs of the roles with which the warehouse reads: COPY what runs wrote, Spectrum what is published. */
export interface WarehouseRoles {
  readonly copyRoleArn: string;
  /** Undefined where nobody gave the warehouse such a role: then there are no external schemas. */
  readonly spectrumRoleArn: string | undefined;
}

export function warehouseRoles(names: Names, { warehouse }: Pick<ProjectFile, "warehouse">): WarehouseRoles {
  if ("create" in warehouse) {
    return {
      copyRoleArn: roleArn(names, copyRoleName(names)),
      spectrumRoleArn: roleArn(names, spectrumRoleName(names.project)),
    };
  }
  const { copyRoleArn, spectrumRoleArn } = warehouse.existing;
  return { copyRoleArn, spectrumRoleArn };
}
