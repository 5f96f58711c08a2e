import type { Account, ResolvedResource } from "../../call/call.js";
import type { ClusterDefinition } from "../cluster/cluster.js";

/** A workgroup of Serverless and its namespace, which hold one database together. */
export interface WorkgroupDefinition {
  readonly workgroup: string;
  readonly workgroupId: string;
  readonly workgroupArn: string;
  readonly namespace: string;
  readonly namespaceId: string;
  readonly namespaceArn: string;
  /** The database, as that of a cluster is described. */
  readonly warehouse: ClusterDefinition;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** Reads the workgroups that the templates name. @throws Error that names what is missing */
export function workgroupDefinitions(
  account: Pick<Account, "resourcesOf" | "region" | "accountId">,
): readonly WorkgroupDefinition[] {
  const namespaces = account.resourcesOf("AWS::RedshiftServerless::Namespace");
  return account.resourcesOf("AWS::RedshiftServerless::Workgroup").map((workgroup) => {
    const namespace = namespaces.find(({ ref }) => ref === workgroup.properties.NamespaceName);
    if (namespace === undefined)
      throw new Error(`${workgroup.stack}.${workgroup.logicalId}: there is no namespace for this workgroup`);
    return definition(workgroup, namespace, account);
  });
}

function definition(
  { ref, properties }: ResolvedResource,
  namespace: ResolvedResource,
  { region, accountId }: Pick<Account, "region" | "accountId">,
): WorkgroupDefinition {
  const arn = (rest: string) => `arn:aws:redshift-serverless:${region}:${accountId}:${rest}`;
  const [workgroupId, namespaceId] = [text(properties.WorkgroupId), text(namespace.properties.NamespaceId)];
  const { IamRoles, DbName } = namespace.properties;
  const secret = namespace.attributes.AdminPasswordSecretArn;
  return {
    workgroup: ref,
    workgroupId,
    workgroupArn: arn(`workgroup/${workgroupId}`),
    namespace: namespace.ref,
    namespaceId,
    namespaceArn: arn(`namespace/${namespaceId}`),
    warehouse: {
      identifier: ref,
      arn: arn(`workgroup/${workgroupId}`),
      database: text(DbName) || "dev",
      masterUser: text(namespace.properties.AdminUsername) || "admin",
      ...(secret !== undefined && { masterSecretArn: secret }),
      roles: Array.isArray(IamRoles) ? IamRoles.map(text) : [],
    },
  };
}
