import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { CfnSecretTargetAttachment, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { secretName, warehouseUsers } from "../../contract/layout.js";
import { roleArn, rootArn } from "../names.js";

export interface WarehouseSecretProps {
  readonly project: string;
  readonly user: "loader" | "reader";
  readonly clusterIdentifier: string;
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
    // Adds host, port and engine, which rotation needs (H1.1).
    new CfnSecretTargetAttachment(this, "Attachment", {
      secretId: this.secret.secretArn,
      targetId: props.clusterIdentifier,
      targetType: "AWS::Redshift::Cluster",
    });
    this.secret.addToResourcePolicy(
      new PolicyStatement({
        sid: "OnlyThoseWhoMustReadIt",
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ["secretsmanager:GetSecretValue"],
        resources: ["*"],
        conditions: { ArnNotLike: { "aws:PrincipalArn": [...keepersOfTheAccount(props.project), ...props.readers] } },
      }),
    );
  }
}

/** Root and break-glass, administrators who sign in through Identity Center, and the roles that deploy this stack. */
const keepersOfTheAccount = (project: string): readonly string[] => [
  rootArn,
  roleArn(`${project}-break-glass`),
  roleArn("aws-reserved/sso.amazonaws.com/*AWSReservedSSO_AdministratorAccess_*"),
  roleArn("cdk-hnb659fds-*"),
  // Redshift's own path to secrets, and the functions that rotate them.
  roleArn("aws-service-role/redshift.amazonaws.com/*"),
  roleArn(`${project}-rotate-*`),
];
