/** A resource of a template, as far as it is looked at here. */
interface ResourceLike {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>> | undefined;
  readonly DeletionPolicy?: string | undefined;
  readonly UpdateReplacePolicy?: string | undefined;
}

/** What a template says, as far as it is looked at here. */
export interface TemplateLike {
  readonly Resources?: Readonly<Record<string, ResourceLike>>;
}

/**
 * Resources that hold something which no deployment makes again, and the properties whose change makes CloudFormation put
 * a new one in their place (its template reference: "Update requires: Replacement").
 */
export const statefulTypes: Readonly<Record<string, readonly string[]>> = {
  "AWS::S3::Bucket": ["BucketName"],
  "AWS::KMS::Key": [],
  "AWS::Redshift::Cluster": [
    "ClusterIdentifier",
    "ClusterSubnetGroupName",
    "DBName",
    "MasterUsername",
    "SnapshotIdentifier",
  ],
  "AWS::RedshiftServerless::Namespace": ["NamespaceName", "DbName"],
  "AWS::SecretsManager::Secret": ["Name"],
};

/** One change that would cost what a resource holds, or the way to it. */
export interface StatefulChange {
  readonly logicalId: string;
  readonly type: string;
  readonly change: string;
}

/** What an update from one template to another would delete, replace or leave without protection; empty when nothing. */
export function statefulChanges(before: TemplateLike, after: TemplateLike): readonly StatefulChange[] {
  return Object.entries(before.Resources ?? {}).flatMap(([logicalId, old]) => {
    const replacing = statefulTypes[old.Type];
    if (replacing === undefined) return [];
    const now = after.Resources?.[logicalId];
    const say = (change: string) => ({ logicalId, type: old.Type, change });
    if (now === undefined) return [say(`leaves the stack: ${fate(old.DeletionPolicy)}`)];
    if (now.Type !== old.Type) return [say(`becomes a ${now.Type}: ${fate(old.UpdateReplacePolicy)}`)];
    const text = (value: unknown) => JSON.stringify(value ?? null);
    return [
      ...replacing
        .filter((property) => text(old.Properties?.[property]) !== text(now.Properties?.[property]))
        .map((property) =>
          say(`a new, empty one takes its place, since ${property} changes: ${fate(now.UpdateReplacePolicy)}`),
        ),
      ...(["DeletionPolicy", "UpdateReplacePolicy"] as const)
        .filter((policy) => isProtected(old[policy]) && !isProtected(now[policy]))
        .map((policy) => say(`loses its ${policy} ${old[policy]}`)),
    ];
  });
}

const isProtected = (policy: string | undefined) => policy === "Retain" || policy === "Snapshot";

/** What becomes of a resource that its stack has no more. */
function fate(policy: string | undefined): string {
  if (policy === "Retain") return "it stays in the account, but nothing of the project uses it any more";
  return policy === "Snapshot" ? "it is deleted, and a last snapshot stays" : "it is deleted";
}
