import type { Account, ResolvedResource } from "../../call/call.js";
import { managedSecretArn } from "../../cloudformation/resource-types.js";
import type { ClusterDefinition } from "../cluster/cluster.js";

/** A workgroup of Serverless and its namespace, which hold one database together. */
export interface WorkgroupDefinition {
  readonly workgroup: string;
  readonly workgroupId: string;
  readonly workgroupArn: string;
  readonly namespace: string;
  readonly namespaceId: string;
  readonly namespaceArn: string;
  /** The database, as that of a cluster is described; its `masterSecretArn` is the namespace's. */
  readonly warehouse: ClusterDefinition;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** Reads the workgroups that the templates name. @throws Error that names what is missing, or what AWS would not take */
export function workgroupDefinitions(
  account: Pick<Account, "resourcesOf" | "region" | "accountId">,
): readonly WorkgroupDefinition[] {
  const namespaces = account.resourcesOf("AWS::RedshiftServerless::Namespace");
  for (const namespace of namespaces) checkNamespace(namespace);
  return account.resourcesOf("AWS::RedshiftServerless::Workgroup").map((workgroup) => {
    checkWorkgroup(workgroup);
    const namespace = namespaces.find(({ ref }) => ref === workgroup.properties.NamespaceName);
    if (namespace === undefined)
      throw new Error(`${workgroup.stack}.${workgroup.logicalId}: there is no namespace for this workgroup`);
    return definition(workgroup, namespace, account);
  });
}

/** The id of a workgroup or namespace: one that was there says it, of one that a stack makes it is an attribute. */
export const serverlessId = (kind: "Workgroup" | "Namespace", { properties, attributes }: ResolvedResource) =>
  text(properties[`${kind}Id`]) || attributes[`${kind}.${kind}Id`] || "";

/** The secret of an administrator whom Redshift manages; undefined where the template gives a password, or none. */
export function adminSecretArn(
  { ref, properties, attributes }: ResolvedResource,
  account: Pick<Account, "region" | "accountId">,
): string | undefined {
  if (attributes.AdminPasswordSecretArn !== undefined) return attributes.AdminPasswordSecretArn;
  if (String(properties.ManageAdminPassword) !== "true") return undefined;
  return managedSecretArn(account, ref, text(properties.AdminUsername) || "admin");
}

function definition(
  workgroup: ResolvedResource,
  namespace: ResolvedResource,
  account: Pick<Account, "region" | "accountId">,
): WorkgroupDefinition {
  const { region, accountId } = account;
  const arn = (rest: string) => `arn:aws:redshift-serverless:${region}:${accountId}:${rest}`;
  const [workgroupId, namespaceId] = [serverlessId("Workgroup", workgroup), serverlessId("Namespace", namespace)];
  const { IamRoles, DbName, AdminUserPassword } = namespace.properties;
  const secret = adminSecretArn(namespace, account);
  return {
    workgroup: workgroup.ref,
    workgroupId,
    workgroupArn: arn(`workgroup/${workgroupId}`),
    namespace: namespace.ref,
    namespaceId,
    namespaceArn: arn(`namespace/${namespaceId}`),
    warehouse: {
      identifier: workgroup.ref,
      arn: arn(`workgroup/${workgroupId}`),
      database: text(DbName) || "dev",
      masterUser: text(namespace.properties.AdminUsername) || "admin",
      ...(typeof AdminUserPassword === "string" && { masterPassword: AdminUserPassword }),
      ...(secret !== undefined && { masterSecretArn: secret }),
      roles: Array.isArray(IamRoles) ? IamRoles.map(text) : [],
    },
  };
}

/** Of namespaces and workgroups alike (D5.1). */
function checkName(resource: ResolvedResource): void {
  if (!/^[a-z0-9-]{3,64}$/.test(resource.ref))
    throw refused(resource, `the name '${resource.ref}' is not 3 to 64 lower-case letters, digits and hyphens`);
}

function checkNamespace(resource: ResolvedResource): void {
  checkName(resource);
  const { ManageAdminPassword, AdminUserPassword, AdminPasswordSecretKmsKeyId } = resource.properties;
  const isManaged = String(ManageAdminPassword) === "true";
  if (isManaged && AdminUserPassword !== undefined)
    throw refused(resource, "AdminUserPassword cannot be given when ManageAdminPassword is true");
  if (!isManaged && AdminPasswordSecretKmsKeyId !== undefined)
    throw refused(resource, "AdminPasswordSecretKmsKeyId needs ManageAdminPassword: true");
}

/** https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html and serverless-usage-considerations.html */
function checkWorkgroup(resource: ResolvedResource): void {
  checkName(resource);
  const { BaseCapacity, MaxCapacity, SubnetIds, EnhancedVpcRouting, Port } = resource.properties;
  const base = BaseCapacity === undefined ? usualCapacity : Number(BaseCapacity);
  if (!isCapacity(base)) throw refused(resource, `BaseCapacity ${base} is not a number of RPUs that AWS has`);
  if (MaxCapacity !== undefined && Number(MaxCapacity) < base)
    throw refused(resource, `MaxCapacity ${Number(MaxCapacity)} is below the BaseCapacity ${base}`);
  const least = String(EnhancedVpcRouting) === "true" ? 3 : 2;
  if (Array.isArray(SubnetIds) && new Set(SubnetIds).size < least)
    throw refused(resource, `${new Set(SubnetIds).size} subnet(s); at least ${least} in different zones are needed`);
  const port = Number(Port ?? 5439);
  if (!(port >= 5431 && port <= 5455) && !(port >= 8191 && port <= 8215))
    throw refused(resource, `the port ${port} is not 5431 to 5455 or 8191 to 8215`);
}

const usualCapacity = 128;

const isCapacity = (rpu: number) =>
  rpu === 4 || (rpu >= 8 && rpu <= 512 && rpu % 8 === 0) || (rpu > 512 && rpu <= 1024 && rpu % 32 === 0);

const refused = ({ type, stack, logicalId }: ResolvedResource, problem: string) =>
  new Error(`CREATE_FAILED ${type} ${stack}.${logicalId}: ${problem}`);
