import { RemovalPolicy } from "aws-cdk-lib";
import { CfnNamespace, CfnWorkgroup } from "aws-cdk-lib/aws-redshiftserverless";
import { Construct } from "constructs";
import type { CreatedWorkgroup } from "../../contract/warehouse-file.js";
import type { WarehouseTarget } from "../warehouse-target.js";
import { type WarehouseNetwork, warehousePort } from "./warehouse-network.js";

export interface WarehouseWorkgroupProps {
  readonly project: string;
  readonly settings: CreatedWorkgroup;
  /** The ARN of the key that it is encrypted with; without one AWS's own. */
  readonly key: string | undefined;
  readonly network: WarehouseNetwork;
  /** Of the roles with which it reads. */
  readonly roleArns: readonly string[];
}

/**
 * A warehouse of Redshift Serverless: the namespace holds data and users, the workgroup is what computes. Redshift keeps and rotates
 * the administrator's password; no attribute of CloudFormation's has the secret's ARN, only GetNamespace has it
 * (https://github.com/aws/aws-cdk/issues/29930).
 */
export class WarehouseWorkgroup extends Construct {
  readonly namespace: CfnNamespace;
  readonly workgroup: CfnWorkgroup;
  readonly target: Extract<WarehouseTarget, { kind: "workgroup" }>;

  constructor(scope: Construct, id: string, props: WarehouseWorkgroupProps) {
    super(scope, id);
    const { project, settings, network } = props;
    this.namespace = this.#namespace(props);
    // Nothing takes a last snapshot of a namespace: it stays, with its data and without what computes.
    this.namespace.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const { baseCapacity, maxCapacity } = settings.serverless;
    const { restoreFrom, enhancedVpcRouting } = settings;
    this.workgroup = new CfnWorkgroup(this, "Workgroup", {
      workgroupName: project,
      namespaceName: this.namespace.ref,
      baseCapacity,
      ...(maxCapacity === undefined ? {} : { maxCapacity }),
      ...(restoreFrom === undefined ? {} : { snapshotName: restoreFrom }),
      enhancedVpcRouting,
      publiclyAccessible: false,
      port: warehousePort,
      subnetIds: [...network.subnetIds],
      securityGroupIds: [network.securityGroup.securityGroupId],
      configParameters: [
        { parameterKey: "require_ssl", parameterValue: "true" },
        { parameterKey: "enable_user_activity_logging", parameterValue: "true" },
      ],
    });
    this.target = {
      kind: "workgroup",
      workgroup: project,
      workgroupArn: this.workgroup.attrWorkgroupWorkgroupArn,
      namespace: project,
      namespaceArn: this.namespace.attrNamespaceNamespaceArn,
      database: settings.database,
    };
  }

  #namespace({ project, settings, key, roleArns }: WarehouseWorkgroupProps): CfnNamespace {
    const { database, snapshotCopy } = settings;
    return new CfnNamespace(this, "Namespace", {
      namespaceName: project,
      dbName: database,
      adminUsername: "sluice_admin",
      manageAdminPassword: true,
      ...(key === undefined ? {} : { kmsKeyId: key, adminPasswordSecretKmsKeyId: key }),
      iamRoles: [...roleArns],
      logExports: ["userlog", "connectionlog", "useractivitylog"],
      ...(snapshotCopy === undefined
        ? {}
        : {
            snapshotCopyConfigurations: [
              {
                destinationRegion: snapshotCopy.region,
                snapshotRetentionPeriod: snapshotCopy.retentionDays,
                ...(snapshotCopy.kms === undefined ? {} : { destinationKmsKeyId: snapshotCopy.kms }),
              },
            ],
          }),
    });
  }
}
