import { RemovalPolicy } from "aws-cdk-lib";
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type ISecurityGroup,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

/**
 * A network without a way out: the Data API needs none to the cluster (B1.8), and COPY reaches S3 through the gateway.
 */
export class WarehouseNetwork extends Construct {
  readonly subnetIds: readonly string[];
  readonly securityGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, { project }: { readonly project: string }) {
    super(scope, id);
    const vpc = new Vpc(this, "Vpc", {
      vpcName: `${project}-warehouse`,
      ipAddresses: IpAddresses.cidr("10.42.0.0/24"),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: "warehouse", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 }],
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
      // The CDK would add a custom resource to empty the default group; nothing here uses that group.
      restrictDefaultSecurityGroup: false,
    });
    vpc.addFlowLog("FlowLog", {
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, "FlowLogs", { retention: RetentionDays.THREE_MONTHS, removalPolicy: RemovalPolicy.DESTROY }),
      ),
    });
    this.subnetIds = vpc.isolatedSubnets.map(({ subnetId }) => subnetId);
    this.securityGroup = new SecurityGroup(this, "SecurityGroup", {
      vpc,
      description: "The warehouse. Who may connect is added to it.",
      allowAllOutbound: true,
    });
  }
}
