import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  type SubnetSelection,
} from "aws-cdk-lib/aws-ec2";
import { Construct } from "constructs";

export interface NetworkEndpointsProps {
  readonly vpc: IVpc;
  /** Where the functions are; by default all private or isolated subnets. */
  readonly subnets?: SubnetSelection;
  /** Of the interface endpoints; it must let port 443 in from `deployment.network`'s groups. By default one that lets the VPC in. */
  readonly securityGroups?: readonly ISecurityGroup[];
}

/**
 * The endpoints that Sluice's functions and Glue jobs need in a VPC without a way out, for an app that makes the VPC itself:
 * S3 by a gateway, and an interface each for Step Functions, SNS, Secrets Manager, KMS, Glue and CloudWatch.
 */
export class NetworkEndpoints extends Construct {
  constructor(scope: Construct, id: string, { vpc, subnets, securityGroups }: NetworkEndpointsProps) {
    super(scope, id);
    vpc.addGatewayEndpoint("S3", {
      service: GatewayVpcEndpointAwsService.S3,
      ...(subnets === undefined ? {} : { subnets: [subnets] }),
    });
    for (const [name, service] of Object.entries(interfaceServices)) {
      vpc.addInterfaceEndpoint(name, {
        service,
        privateDnsEnabled: true,
        ...(subnets === undefined ? {} : { subnets }),
        ...(securityGroups === undefined ? {} : { securityGroups: [...securityGroups] }),
      });
    }
  }
}

/** What calls which is in docs/deployment.md. */
const interfaceServices = {
  StepFunctions: InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
  Sns: InterfaceVpcEndpointAwsService.SNS,
  EventBridge: InterfaceVpcEndpointAwsService.EVENTBRIDGE,
  SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  Kms: InterfaceVpcEndpointAwsService.KMS,
  Glue: InterfaceVpcEndpointAwsService.GLUE,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  Monitoring: InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING,
} as const;
