import { Annotations, Fn, RemovalPolicy } from "aws-cdk-lib";
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
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

export const warehousePort = 5439;

/** A network that is there. */
export interface GivenNetwork {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
}

export interface WarehouseNetworkProps {
  readonly project: string;
  /** Without it one is made. */
  readonly given?: GivenNetwork | undefined;
  /** In how many zones one is made: 2, unless it says 3. */
  readonly zones?: 3 | undefined;
}

/** Where the warehouse is, and from where its passwords are rotated. The Data API needs no way in (B1.8). */
export class WarehouseNetwork extends Construct {
  readonly vpc: IVpc;
  readonly subnetIds: readonly string[];
  /** Of the cluster. */
  readonly securityGroup: ISecurityGroup;
  /** Of the functions that rotate passwords. */
  readonly rotationSecurityGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, { project, given, zones }: WarehouseNetworkProps) {
    super(scope, id);
    this.vpc = given === undefined ? this.#make(project, zones) : givenVpc(this, "Vpc", given);
    this.subnetIds = this.vpc.isolatedSubnets.map(({ subnetId }) => subnetId);
    this.securityGroup = new SecurityGroup(this, "SecurityGroup", {
      vpc: this.vpc,
      description: "The warehouse. Who may connect is added to it.",
      allowAllOutbound: true,
    });
    this.rotationSecurityGroup = new SecurityGroup(this, "RotationSecurityGroup", {
      vpc: this.vpc,
      description: "Functions that rotate passwords of the warehouse.",
      allowAllOutbound: true,
    });
    if (given === undefined) this.#reachSecrets();
    this.securityGroup.addIngressRule(this.rotationSecurityGroup, Port.tcp(warehousePort), "Rotation of passwords");
  }

  /** Without a way out: COPY reaches S3 through the gateway. */
  #make(project: string, zones: 3 | undefined): IVpc {
    const vpc = new Vpc(this, "Vpc", {
      vpcName: `${project}-warehouse`,
      ipAddresses: IpAddresses.cidr("10.42.0.0/24"),
      // Where the account is left open the CDK knows of two.
      ...(zones === undefined
        ? { maxAzs: 2 }
        : { availabilityZones: [0, 1, 2].map((index) => Fn.select(index, Fn.getAzs())) }),
      natGateways: 0,
      subnetConfiguration: [{ name: "warehouse", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 }],
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
      // The CDK would add a custom resource to empty the default group; nothing here uses that group.
      restrictDefaultSecurityGroup: false,
    });
    vpc.addFlowLog("FlowLog", {
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, "FlowLogs", { removalPolicy: RemovalPolicy.DESTROY }),
      ),
    });
    return vpc;
  }

  /** The functions that rotate passwords reach Secrets Manager through an endpoint (H1.5). */
  #reachSecrets(): void {
    const endpoint = new SecurityGroup(this, "EndpointSecurityGroup", {
      vpc: this.vpc,
      description: "The way to Secrets Manager.",
      allowAllOutbound: false,
    });
    endpoint.addIngressRule(this.rotationSecurityGroup, Port.tcp(443), "Rotation of passwords");
    this.vpc.addInterfaceEndpoint("SecretsManager", {
      service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      securityGroups: [endpoint],
      open: false,
    });
  }
}

/** A VPC by its ids alone: nothing is looked up. The zones have no names here, and nothing asks for them. */
export function givenVpc(scope: Construct, id: string, { vpcId, subnetIds }: GivenNetwork): IVpc {
  const vpc = Vpc.fromVpcAttributes(scope, id, {
    vpcId,
    availabilityZones: subnetIds.map((_, index) => `zone-${index + 1}`),
    isolatedSubnetIds: [...subnetIds],
  });
  // Nor for their route tables.
  Annotations.of(vpc).acknowledgeWarning("@aws-cdk/aws-ec2:noSubnetRouteTableId");
  return vpc;
}
