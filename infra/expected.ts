import type { Stack } from "aws-cdk-lib";
import { expectedResourcesKey } from "../contract/layout.js";
import type { ExistingWarehouse } from "../contract/warehouse-file.js";
import type { Permission } from "./constructs/role.js";

/** A resource that is there before the stack, as CloudFormation would write it; `Ref` and `Attributes` as it would give them. */
export interface ExpectedResource {
  readonly Type: string;
  readonly Ref: string;
  /** The account that it belongs to, where that is another one. */
  readonly Account?: string;
  readonly Attributes?: Readonly<Record<string, unknown>>;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Notes in the stack's template what must be there already. */
export function expect(stack: Stack, resources: Readonly<Record<string, ExpectedResource>>): void {
  const { metadata = {} } = stack.templateOptions;
  stack.templateOptions.metadata = {
    ...metadata,
    [expectedResourcesKey]: { ...metadata[expectedResourcesKey], ...resources },
  };
}

/** A role that is there, with the services (`redshift`) that it must trust, and what it must be allowed at least. */
export const expectedRole = (
  arn: string,
  services: readonly string[],
  permissions: readonly Permission[],
): ExpectedResource => ({
  Type: "AWS::IAM::Role",
  Ref: arn.split("/").at(-1) ?? arn,
  Attributes: { Arn: arn },
  Properties: {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: services.map((service) => `${service}.amazonaws.com`) },
          Action: "sts:AssumeRole",
        },
      ],
    },
    Policies: [
      {
        PolicyName: "Reads",
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: permissions.map(({ actions, resources, conditions }) => ({
            Effect: "Allow",
            Action: actions,
            Resource: resources,
            ...(conditions === undefined ? {} : { Condition: conditions }),
          })),
        },
      },
    ],
  },
});

/** The cluster, or the workgroup and its namespace, of `existing:`. */
export function expectedWarehouse(existing: ExistingWarehouse): Readonly<Record<string, ExpectedResource>> {
  const { database, secretArn, copyRoleArn, spectrumRoleArn } = existing;
  const IamRoles = [copyRoleArn, ...(spectrumRoleArn === undefined ? [] : [spectrumRoleArn])];
  if ("clusterIdentifier" in existing) {
    const { clusterIdentifier } = existing;
    return {
      Warehouse: {
        Type: "AWS::Redshift::Cluster",
        Ref: clusterIdentifier,
        Properties: {
          ClusterIdentifier: clusterIdentifier,
          DBName: database,
          IamRoles,
          AdministratorSecretArn: secretArn,
        },
      },
    };
  }
  const { workgroup, workgroupId, namespace, namespaceId } = existing;
  return {
    Warehouse: {
      Type: "AWS::RedshiftServerless::Workgroup",
      Ref: workgroup,
      Properties: { WorkgroupName: workgroup, WorkgroupId: workgroupId, NamespaceName: namespace },
    },
    Namespace: {
      Type: "AWS::RedshiftServerless::Namespace",
      Ref: namespace,
      Properties: {
        NamespaceName: namespace,
        NamespaceId: namespaceId,
        DbName: database,
        IamRoles,
        AdministratorSecretArn: secretArn,
      },
    },
  };
}
