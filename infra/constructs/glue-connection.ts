import { Stack } from "aws-cdk-lib";
import { CfnSecurityGroupIngress } from "aws-cdk-lib/aws-ec2";
import { CfnConnection } from "aws-cdk-lib/aws-glue";
import { Construct } from "constructs";
import { projectResource, secretName } from "../../contract/layout.js";
import { type WarehouseNetwork, warehousePort } from "./warehouse-network.js";

export interface GlueConnectionProps {
  readonly project: string;
  readonly database: string;
  /** Where the warehouse answers. */
  readonly host: string;
  readonly network: WarehouseNetwork;
  /** Of the network's first subnet, where it is known. */
  readonly availabilityZone: string | undefined;
}

/**
 * The way from Glue to the warehouse, with the loading user's secret. Sluice's own job does not take it: it writes Parquet,
 * and the Data API loads (E5.4). It is there for jobs of a team's own, in the warehouse's network.
 */
export class GlueConnection extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { project, database, host, network, availabilityZone }: GlueConnectionProps,
  ) {
    super(scope, id);
    const [subnetId] = network.subnetIds;
    if (subnetId === undefined) throw new TypeError("the warehouse's network has no subnet");
    const securityGroupId = network.securityGroup.securityGroupId;
    // Glue's workers talk to each other within the group (E5.1).
    new CfnSecurityGroupIngress(this, "AmongItself", {
      groupId: securityGroupId,
      sourceSecurityGroupId: securityGroupId,
      ipProtocol: "tcp",
      fromPort: 0,
      toPort: 65535,
      description: "Glue's workers among themselves, and to the warehouse",
    });
    new CfnConnection(this, "Connection", {
      catalogId: Stack.of(this).account,
      connectionInput: {
        name: projectResource(project, "warehouse"),
        description: "The warehouse, as its loading user.",
        connectionType: "JDBC",
        connectionProperties: {
          JDBC_CONNECTION_URL: `jdbc:redshift://${host}:${warehousePort}/${database}`,
          JDBC_ENFORCE_SSL: "true",
          SECRET_ID: secretName(project, "loader"),
        },
        physicalConnectionRequirements: {
          subnetId,
          ...(availabilityZone === undefined ? {} : { availabilityZone }),
          securityGroupIdList: [securityGroupId],
        },
      },
    });
  }
}
