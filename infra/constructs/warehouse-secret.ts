import { Duration } from "aws-cdk-lib";
import { SubnetType } from "aws-cdk-lib/aws-ec2";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { CfnSecretTargetAttachment, HostedRotation, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { secretName, warehouseUsers } from "../../contract/layout.js";
import { roleArn, rootArn } from "../names.js";
import type { WarehouseNetwork } from "./warehouse-network.js";

export interface WarehouseSecretProps {
  readonly project: string;
  readonly user: "loader" | "reader";
  readonly clusterIdentifier: string;
  readonly network: WarehouseNetwork;
  /** ARNs of roles that may read it, beside those that keep an account running. */
  readonly readers: readonly string[];
}

/**
 * A database user's password. Its policy denies reading to everybody who is not named, administrators of the account by
 * mistake included. It is a Deny on aws:PrincipalArn, which is the role's ARN for its sessions too (H2.4), and only on
 * reading, so that nobody can lock themselves out of changing it (H2.6).
 */
export class WarehouseSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, props: WarehouseSecretProps) {
    super(scope, id);
    this.secret = new Secret(this, "Secret", {
      secretName: secretName(props.project, props.user),
      description: `Database user ${warehouseUsers[props.user]} of the warehouse.`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: warehouseUsers[props.user] }),
        generateStringKey: "password",
        passwordLength: 48,
        // What Redshift refuses in a password, and what the rotation functions leave out (D1.9, H1.3).
        excludeCharacters: " /@\"'\\:",
        requireEachIncludedType: true,
      },
    });
    this.#restrictReaders(props);
    this.#rotate(props);
  }

  #restrictReaders({ project, readers }: WarehouseSecretProps): void {
    this.secret.addToResourcePolicy(
      new PolicyStatement({
        sid: "OnlyThoseWhoMustReadIt",
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ["secretsmanager:GetSecretValue"],
        resources: ["*"],
        conditions: { ArnNotLike: { "aws:PrincipalArn": [...keepersOfTheAccount(project), ...readers] } },
      }),
    );
  }

  /**
   * Secrets Manager's own function, single-user: the old password dies at once, and a load that meets that tries again
   * (H1.2). It is the one transform of our templates. Not at deployment, when the database user is not there yet (H1.6).
   */
  #rotate({ clusterIdentifier, network }: WarehouseSecretProps): void {
    // Adds host, port and engine, which rotation needs (H1.1).
    const attachment = new CfnSecretTargetAttachment(this, "Attachment", {
      secretId: this.secret.secretArn,
      targetId: clusterIdentifier,
      targetType: "AWS::Redshift::Cluster",
    });
    const schedule = this.secret.addRotationSchedule("Rotation", {
      hostedRotation: HostedRotation.redshiftSingleUser({
        vpc: network.vpc,
        vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
        securityGroups: [network.rotationSecurityGroup],
      }),
      automaticallyAfter: Duration.days(30),
      rotateImmediatelyOnUpdate: false,
    });
    schedule.node.addDependency(attachment);
  }
}

/** Root and break-glass, administrators who sign in through Identity Center, and the roles that deploy this stack. */
const keepersOfTheAccount = (project: string): readonly string[] => [
  rootArn,
  roleArn(`${project}-break-glass`),
  roleArn("aws-reserved/sso.amazonaws.com/*AWSReservedSSO_AdministratorAccess_*"),
  roleArn("cdk-hnb659fds-*"),
  // Redshift's own path to secrets, and the functions that rotate them: CloudFormation names those by the stack.
  roleArn("aws-service-role/redshift.amazonaws.com/*"),
  roleArn(`${project}-warehouse-*`),
];
