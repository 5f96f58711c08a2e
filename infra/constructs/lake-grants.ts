import { Aws } from "aws-cdk-lib";
import { CfnResource as CfnLocation, CfnPrincipalPermissions } from "aws-cdk-lib/aws-lakeformation";
import { Construct } from "constructs";
import type { LakeFormationFile } from "../../contract/deployment-file.js";
import { type BucketNames, roleArn, type SourceNames } from "../names.js";
import { type Permission, workRole } from "./role.js";

/** What Athena and Spectrum ask Lake Formation for in the name of whoever reads; it knows no resource. */
export const dataAccess: Permission = { actions: ["lakeformation:GetDataAccess"], resources: ["*"] };

/** The folders of the processed bucket that tables lie in. */
const published = ["data", "rejected"] as const;

export const lakeLocationRole = "lake-location-role";

export interface LakeGrantsProps {
  readonly names: SourceNames;
  readonly processed: BucketNames;
  readonly settings: LakeFormationFile;
  /** Whether the source has a crawler. */
  readonly hasCrawler: boolean;
  /** ARNs of those that read the tables: Spectrum's role, and the declared readers. */
  readonly readers: readonly string[];
}

interface Grant {
  readonly principal: string;
  readonly on: "database" | "tables" | "data";
  readonly permissions: readonly string[];
}

/**
 * What an account whose catalogue Lake Formation governs asks beside IAM: the folders of the tables are registered, with a role from
 * which Lake Formation lends its rights, and who writes or reads the catalogue is granted it
 * (https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html). Conversions write files by S3's own rights.
 */
export class LakeGrants extends Construct {
  constructor(scope: Construct, id: string, props: LakeGrantsProps) {
    super(scope, id);
    const { names, processed } = props;
    const role = workRole(this, "LocationRole", {
      roleName: names.of(lakeLocationRole),
      service: "lakeformation.amazonaws.com",
      description: "Lake Formation: reads what is published, for those to whom it grants that.",
      permissions: [
        { actions: ["s3:GetObject"], resources: published.map((folder) => processed.keys(`${folder}/*`)) },
        {
          actions: ["s3:ListBucket"],
          resources: [processed.arn],
          conditions: { StringLike: { "s3:prefix": published.map((folder) => `${folder}/*`) } },
        },
        ...processed.decrypting,
      ],
    });
    const locations = published.map(
      (folder) =>
        new CfnLocation(this, `Location ${folder}`, {
          resourceArn: processed.keys(folder),
          roleArn: role.roleArn,
          useServiceLinkedRole: false,
          hybridAccessEnabled: props.settings.hybrid,
        }),
    );
    for (const [index, grant] of grantsOf(props).entries()) {
      const made = new CfnPrincipalPermissions(this, `Grant ${index + 1}`, {
        principal: { dataLakePrincipalIdentifier: grant.principal },
        resource: this.#resource(grant.on, names, processed),
        permissions: [...grant.permissions],
        permissionsWithGrantOption: [],
      });
      for (const location of locations) made.addResourceDependency(location);
    }
  }

  #resource(on: Grant["on"], names: SourceNames, processed: BucketNames): CfnPrincipalPermissions.ResourceProperty {
    const catalogId = Aws.ACCOUNT_ID;
    const databaseName = names.glueDatabase;
    if (on === "database") return { database: { catalogId, name: databaseName } };
    if (on === "tables") return { table: { catalogId, databaseName, tableWildcard: {} } };
    return { dataLocation: { catalogId, resourceArn: processed.keys("data") } };
  }

  /** Grants wait for what they name: the database and its tables, the roles. */
  after(...others: readonly (Construct | undefined)[]): void {
    for (const other of others) if (other !== undefined) this.node.addDependency(other);
  }
}

function grantsOf({ names, hasCrawler, readers }: LakeGrantsProps): readonly Grant[] {
  const crawler = roleArn(names, names.of("crawler-role"));
  const registrar = roleArn(names, names.of("update-catalogue-role"));
  const writing = (principal: string): readonly Grant[] => [
    { principal, on: "tables", permissions: ["ALTER", "DESCRIBE", "INSERT"] },
    { principal, on: "data", permissions: ["DATA_LOCATION_ACCESS"] },
  ];
  return [
    ...(hasCrawler
      ? [
          { principal: crawler, on: "database", permissions: ["CREATE_TABLE", "DESCRIBE"] } as const,
          ...writing(crawler),
        ]
      : []),
    { principal: registrar, on: "database", permissions: ["DESCRIBE"] },
    ...writing(registrar),
    ...readers.flatMap((principal): readonly Grant[] => [
      { principal, on: "database", permissions: ["DESCRIBE"] },
      { principal, on: "tables", permissions: ["DESCRIBE", "SELECT"] },
    ]),
  ];
}
