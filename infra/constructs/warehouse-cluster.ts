import { CfnDeletionPolicy } from "aws-cdk-lib";
import { CfnCluster, CfnClusterParameterGroup, CfnClusterSubnetGroup } from "aws-cdk-lib/aws-redshift";
import { Construct } from "constructs";
import { projectResource } from "../../contract/layout.js";
import type { ProjectFile } from "../../contract/schema.js";
import { type WarehouseNetwork, warehousePort } from "./warehouse-network.js";

type CreatedWarehouse = Extract<ProjectFile["warehouse"], { create: unknown }>["create"];

export interface WarehouseClusterProps {
  readonly project: string;
  readonly settings: CreatedWarehouse;
  readonly network: WarehouseNetwork;
  readonly copyRoleArn: string;
}

/** What the SQL of every load calls itself. */
export const loadQueryGroup = "sluice";

/**
 * The queues. Loads name theirs by query group; everybody else is in the last one, the default. Short queries pass both
 * (D3.4, D3.6). The whole text is sent at once, at most 8,000 characters.
 */
const queues = [
  {
    name: "etl",
    query_group: [loadQueryGroup],
    query_group_wild_card: 0,
    user_group: [],
    user_group_wild_card: 0,
    user_role: [],
    user_role_wild_card: 0,
    priority: "high",
    queue_type: "auto",
    concurrency_scaling: "off",
    auto_wlm: true,
  },
  { name: "Default queue", priority: "normal", queue_type: "auto", concurrency_scaling: "auto", auto_wlm: true },
  { short_query_queue: true },
];

/** The warehouse. Redshift itself keeps and rotates the administrator's password (D4.1). */
export class WarehouseCluster extends Construct {
  readonly cluster: CfnCluster;

  constructor(scope: Construct, id: string, props: WarehouseClusterProps) {
    super(scope, id);
    const { project, settings, network } = props;
    const parameters = new CfnClusterParameterGroup(this, "Parameters", {
      parameterGroupName: projectResource(project, "warehouse"),
      parameterGroupFamily: "redshift-2.0",
      description: "TLS only, activity logged, a queue for loads.",
      parameters: [
        { parameterName: "require_ssl", parameterValue: "true" },
        { parameterName: "enable_user_activity_logging", parameterValue: "true" },
        { parameterName: "wlm_json_configuration", parameterValue: JSON.stringify(queues) },
      ],
    });
    const subnets = new CfnClusterSubnetGroup(this, "Subnets", {
      description: "The warehouse's own subnets.",
      subnetIds: network.vpc.isolatedSubnets.map(({ subnetId }) => subnetId),
    });
    const { nodeType, nodes } = settings;
    this.cluster = new CfnCluster(this, "Cluster", {
      clusterIdentifier: project,
      dbName: settings.database,
      nodeType,
      ...(nodes === 1 ? { clusterType: "single-node" } : { clusterType: "multi-node", numberOfNodes: nodes }),
      masterUsername: "sluice_admin",
      manageMasterPassword: true,
      encrypted: true,
      publiclyAccessible: false,
      port: warehousePort,
      allowVersionUpgrade: true,
      iamRoles: [props.copyRoleArn],
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
