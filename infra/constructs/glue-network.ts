import { Stack } from "aws-cdk-lib";
import { CfnConnection } from "aws-cdk-lib/aws-glue";
import type { Construct } from "constructs";
import type { NetworkFile } from "../../contract/deployment-file.js";
import { allowNamedZone } from "../cfn-lint.js";
import { arn, type SourceNames } from "../names.js";
import type { Permission } from "./role.js";

/** How the Glue job gets into the subnets of `deployment.network`. */
export interface GlueNetwork {
  readonly connection: string;
  readonly permissions: readonly Permission[];
}

/**
 * A connection without a database: with it Glue gives the job's workers network interfaces in a subnet (E5.1).
 * @returns undefined where the job stays outside: Glue must be told the subnet's zone, which only the file can say
 */
export function glueNetwork(
  scope: Construct,
  names: SourceNames,
  network: NetworkFile | undefined,
): GlueNetwork | undefined {
  if (network?.availabilityZone === undefined) return undefined;
  const connection = names.of("network");
  const made = new CfnConnection(scope, "Network", {
    catalogId: Stack.of(scope).account,
    connectionInput: {
      name: connection,
      description: "The subnet in which the job runs.",
      connectionType: "NETWORK",
      physicalConnectionRequirements: {
        subnetId: network.subnetIds[0],
        availabilityZone: network.availabilityZone,
        securityGroupIdList: [...network.securityGroupIds],
      },
    },
  });
  allowNamedZone(made);
  return {
    connection,
    permissions: [
      {
        actions: ["glue:GetConnection"],
        resources: [arn(names, "glue", "catalog"), arn(names, "glue", `connection/${connection}`)],
      },
      {
        // None of these knows the interface before it is there.
        actions: [
          ...interfaceActions,
          "ec2:DescribeRouteTables",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets",
          "ec2:DescribeVpcAttribute",
          "ec2:DescribeVpcEndpoints",
        ],
        resources: ["*"],
      },
      {
        actions: ["ec2:CreateTags", "ec2:DeleteTags"],
        resources: [arn(names, "ec2", "network-interface/*")],
        conditions: { "ForAllValues:StringEquals": { "aws:TagKeys": ["aws-glue-service-resource"] } },
      },
    ],
  };
}

/** What a service does in the name of a role that shall be in a VPC. */
export const interfaceActions = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DeleteNetworkInterface",
] as const;
