import { RemovalPolicy } from "aws-cdk-lib";
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

export const warehousePort = 5439;

/**
 * A network without a way out: the Data API needs none to the cluster (B1.8), COPY reaches S3 through the gateway, and
 * the functions that rotate passwords reach Secrets Manager through an endpoint (H1.5).
 */
export class WarehouseNetwork extends Construct {
  readonly vpc: IVpc;
  /** Of the cluster. */
  readonly securityGroup: ISecurityGroup;
  /** Of the functions that rotate passwords. */
  readonly rotationSecurityGroup: ISecurityGroup;

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
    this.vpc = vpc;
    this.securityGroup = new SecurityGroup(this, "SecurityGroup", {
      vpc,
      description: "The warehouse. Who may connect is added to it.",
      allowAllOutbound: true,
    });
    this.rotationSecurityGroup = new SecurityGroup(this, "RotationSecurityGroup", {
      vpc,
      description: "Functions that rotate passwords of the warehouse.",
      allowAllOutbound: true,
    });
    const endpoint = new SecurityGroup(this, "EndpointSecurityGroup", {
      vpc,
      description: "The way to Secrets Manager.",
      allowAllOutbound: false,
    });
    endpoint.addIngressRule(this.rotationSecurityGroup, Port.tcp(443), "Rotation of passwords");
    vpc.addInterfaceEndpoint("SecretsManager", {
      service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      securityGroups: [endpoint],
      open: false,
    });
    this.securityGroup.addIngressRule(this.rotationSecurityGroup, Port.tcp(warehousePort), "Rotation of passwords");
  }
}
