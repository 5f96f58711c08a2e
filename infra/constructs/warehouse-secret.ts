import { Duration } from "aws-cdk-lib";
import { type ISecurityGroup, type IVpc, SubnetType } from "aws-cdk-lib/aws-ec2";
import { CfnSecretTargetAttachment, HostedRotation, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { secretName } from "../../contract/layout.js";
import { accountRoleArn } from "../names.js";
import { onlyReadBy } from "./secret-readers.js";

/** From where a password is rotated, and what tells the function the way to the warehouse (H1.1). */
export interface Rotation {
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  /** How often. */
  readonly days: number;
  /** A cluster writes its address into the secret by an attachment; of Serverless, which has none, it stands in it. */
  readonly warehouse:
    | { readonly clusterIdentifier: string }
    | { readonly host: string; readonly port: number; readonly dbname: string };
}

export interface WarehouseSecretProps {
  readonly project: string;
  readonly user: "loader" | "reader";
  /** Its name in the database. */
  readonly username: string;
  /** Undefined where it is not known from where to reach the warehouse: then nothing rotates it. */
  readonly rotation: Rotation | undefined;
  /** ARNs of roles that may read it, beside those that keep an account running. */
  readonly readers: readonly string[];
  /** ARNs of the roles that deploy the stack. */
  readonly deployers: readonly string[];
  /** ARNs of the account's administrators; patterns are allowed. */
  readonly administrators: readonly string[];
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
    const { rotation } = props;
    const address =
      rotation === undefined || "clusterIdentifier" in rotation.warehouse
        ? {}
        : { engine: "redshift", ...rotation.warehouse };
    this.secret = new Secret(this, "Secret", {
      secretName: secretName(props.project, props.user),
      description: `Database user ${props.username} of the warehouse.`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: props.username, ...address }),
        generateStringKey: "password",
        passwordLength: 48,
        // What Redshift refuses in a password, and what the rotation functions leave out (D1.9, H1.3).
        excludeCharacters: " /@\"'\\:",
        requireEachIncludedType: true,
      },
    });
    this.#restrictReaders(props);
    if (rotation !== undefined) this.#rotate(rotation);
  }

  #restrictReaders({ project, readers, deployers, administrators }: WarehouseSecretProps): void {
    const keepers = keepersOfTheWarehouse(project);
    onlyReadBy(this.secret, "OnlyThoseWhoMustReadIt", project, [
      ...keepers,
      ...deployers,
      ...administrators,
      ...readers,
    ]);
  }

  /**
   * Secrets Manager's own function, single-user: the old password dies at once, and a load that meets that tries again
   * (H1.2). It is the one transform of our templates. Not at deployment, when the database user is not there yet (H1.6).
   */
  #rotate({ vpc, securityGroup, days, warehouse }: Rotation): void {
    const schedule = this.secret.addRotationSchedule("Rotation", {
      hostedRotation: HostedRotation.redshiftSingleUser({
        vpc,
        vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
        securityGroups: [securityGroup],
      }),
      automaticallyAfter: Duration.days(days),
      rotateImmediatelyOnUpdate: false,
    });
    if (!("clusterIdentifier" in warehouse)) return;
    // Adds host, port and engine, which rotation needs (H1.1).
    const attachment = new CfnSecretTargetAttachment(this, "Attachment", {
      secretId: this.secret.secretArn,
      targetId: warehouse.clusterIdentifier,
      targetType: "AWS::Redshift::Cluster",
    });
    schedule.node.addDependency(attachment);
  }
}

/** Administrators who sign in through Identity Center, and what belongs to the warehouse. */
const keepersOfTheWarehouse = (project: string): readonly string[] => [
  accountRoleArn("aws-reserved/sso.amazonaws.com/*AWSReservedSSO_AdministratorAccess_*"),
  // Redshift's own path to secrets, and the functions that rotate them: CloudFormation names those by the stack.
  accountRoleArn("aws-service-role/redshift.amazonaws.com/*"),
  accountRoleArn(`${project}-warehouse-*`),
];
