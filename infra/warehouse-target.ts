import { spectrumRoleName } from "../contract/layout.js";
import type { ProjectFile } from "../contract/schema.js";
import { arn, copyRoleName, type Names, roleArn } from "./names.js";

/** The warehouse as the Data API and the snapshots know it: a provisioned cluster, or a workgroup of Serverless. */
export type WarehouseTarget =
  | { readonly kind: "cluster"; readonly clusterIdentifier: string; readonly database: string }
  | {
      readonly kind: "workgroup";
      readonly workgroup: string;
      readonly workgroupId: string;
      readonly namespace: string;
      readonly namespaceId: string;
      readonly database: string;
    };

export function targetOf({ name, warehouse }: ProjectFile): WarehouseTarget {
  if ("create" in warehouse) {
    return { kind: "cluster", clusterIdentifier: name, database: warehouse.create.database };
  }
  const { existing } = warehouse;
  const { database } = existing;
  if ("clusterIdentifier" in existing) {
    return { kind: "cluster", clusterIdentifier: existing.clusterIdentifier, database };
  }
  const { workgroup, workgroupId, namespace, namespaceId } = existing;
  return { kind: "workgroup", workgroup, workgroupId, namespace, namespaceId, database };
}

/** What statements are submitted to. A workgroup's ARN ends in its id, not in its name. */
export const warehouseArn = (names: Names, target: WarehouseTarget) =>
  target.kind === "cluster"
    ? arn(names, "redshift", `cluster:${target.clusterIdentifier}`)
    : arn(names, "redshift-serverless", `workgroup/${target.workgroupId}`);

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
