import { CfnDeletionPolicy } from "aws-cdk-lib";
import { CfnCluster, CfnClusterParameterGroup, CfnClusterSubnetGroup } from "aws-cdk-lib/aws-redshift";
import { Construct } from "constructs";
import { projectResource } from "../../contract/layout.js";
import type { CreatedCluster } from "../../contract/warehouse-file.js";
import { type WarehouseNetwork, warehousePort } from "./warehouse-network.js";
import { queuesFor } from "./warehouse-queues.js";

export interface WarehouseClusterProps {
  readonly project: string;
  readonly settings: CreatedCluster;
  /** The ARN of the key that it is encrypted with; without one AWS's own. */
  readonly key: string | undefined;
  readonly network: WarehouseNetwork;
  /** The group of its readers, who have a queue. */
  readonly readers: string;
  /** Of the roles with which it reads. */
  readonly roleArns: readonly string[];
}

/** The warehouse. Redshift itself keeps and rotates the administrator's password (D4.1). */
export class WarehouseCluster extends Construct {
  readonly cluster: CfnCluster;

  constructor(scope: Construct, id: string, props: WarehouseClusterProps) {
    super(scope, id);
    const { project, settings, network, key } = props;
    const parameters = new CfnClusterParameterGroup(this, "Parameters", {
      parameterGroupName: projectResource(project, "warehouse"),
      parameterGroupFamily: "redshift-2.0",
      description: "TLS only, activity logged, a queue for loads and one for readers.",
      parameters: [
        { parameterName: "require_ssl", parameterValue: "true" },
        { parameterName: "enable_user_activity_logging", parameterValue: "true" },
        { parameterName: "wlm_json_configuration", parameterValue: JSON.stringify(queuesFor(props.readers)) },
      ],
    });
    const subnets = new CfnClusterSubnetGroup(this, "Subnets", {
      description: "The warehouse's subnets.",
      subnetIds: [...network.subnetIds],
    });
    const { nodeType, nodes, snapshotCopy, restoreFrom } = settings;
    this.cluster = new CfnCluster(this, "Cluster", {
      clusterIdentifier: project,
      dbName: settings.database,
      nodeType,
      ...(nodes === 1 ? { clusterType: "single-node" } : { clusterType: "multi-node", numberOfNodes: nodes }),
      masterUsername: "sluice_admin",
      manageMasterPassword: true,
      encrypted: true,
      ...(key === undefined ? {} : { kmsKeyId: key, masterPasswordSecretKmsKeyId: key }),
      ...(settings.multiAz ? { multiAz: true } : {}),
      ...(settings.enhancedVpcRouting ? { enhancedVpcRouting: true } : {}),
      ...(restoreFrom === undefined ? {} : { snapshotIdentifier: restoreFrom }),
      ...(snapshotCopy === undefined
        ? {}
        : {
            destinationRegion: snapshotCopy.region,
            snapshotCopyRetentionPeriod: snapshotCopy.retentionDays,
            ...(snapshotCopy.grant === undefined ? {} : { snapshotCopyGrantName: snapshotCopy.grant }),
          }),
      publiclyAccessible: false,
      port: warehousePort,
      allowVersionUpgrade: true,
      iamRoles: [...props.roleArns],
      clusterParameterGroupName: parameters.ref,
      clusterSubnetGroupName: subnets.ref,
      vpcSecurityGroupIds: [network.securityGroup.securityGroupId],
      preferredMaintenanceWindow: settings.maintenanceWindow,
      automatedSnapshotRetentionPeriod: settings.snapshotRetentionDays,
      loggingProperties: {
        logDestinationType: "cloudwatch",
        logExports: ["connectionlog", "userlog", "useractivitylog"],
      },
    });
    // Deleting the stack leaves a last snapshot behind.
    this.cluster.cfnOptions.deletionPolicy = CfnDeletionPolicy.SNAPSHOT;
    this.cluster.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.SNAPSHOT;
  }
}
