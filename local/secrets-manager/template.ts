import { randomUUID } from "node:crypto";
import type { Account, ResolvedResource, Shape } from "../call/call.js";
import { isShape } from "../call/input.js";
import { adminSecretArn } from "../redshift/serverless/workgroup.js";
import { firstValue, randomPassword } from "./generate.js";
import type { SecretStore, StoredSecret } from "./store.js";

/** Makes the secrets of the templates that are not there yet: their own, and the admin secret that Redshift manages for
 * a cluster (D4). An attachment adds host and port of its target. */
export function declareSecrets(account: Account, store: SecretStore): void {
  for (const resource of account.resourcesOf("AWS::SecretsManager::Secret")) {
    if (store.find(resource.ref) !== undefined) continue;
    const value = firstValue(resource);
    const attached = value === undefined ? undefined : withTarget(account, resource, value);
    store.save(newSecret(account, resource.ref, String(resource.properties.Description ?? ""), attached));
  }
  for (const cluster of account.resourcesOf("AWS::Redshift::Cluster")) {
    const { ManageMasterPassword, MasterUsername } = cluster.properties;
    const arn = isTrue(ManageMasterPassword) ? cluster.attributes.MasterPasswordSecretArn : undefined;
    declareManaged(account, store, arn, MasterUsername, `the primary Amazon Redshift cluster: ${cluster.ref}`);
  }
  for (const namespace of account.resourcesOf("AWS::RedshiftServerless::Namespace")) {
    const arn = adminSecretArn(namespace, account);
    const { AdminUsername } = namespace.properties;
    declareManaged(account, store, arn, AdminUsername, `the Amazon Redshift namespace: ${namespace.ref}`);
  }
}

/** The administrator's secret that Redshift itself keeps. */
function declareManaged(
  account: Account,
  store: SecretStore,
  arn: string | undefined,
  username: unknown,
  whose: string,
): void {
  if (arn === undefined || store.find(arn) !== undefined) return;
  const value = { username: username ?? "admin", password: randomPassword({ ExcludeCharacters: "'\"\\/@ :" }) };
  store.save(newSecret(account, arn, `The secret associated with ${whose}`, JSON.stringify(value)));
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

function newSecret(account: Account, arn: string, description: string, value: string | undefined): StoredSecret {
  const now = account.clock.now();
  const version =
    value === undefined
      ? []
      : [{ id: randomUUID(), text: value, binary: null, createdAt: now, stages: ["AWSCURRENT"] }];
  const name = arn.split(":").slice(6).join(":").slice(0, -7);
  return { arn, name, description, createdAt: now, changedAt: now, versions: version };
}

/** What AWS::SecretsManager::SecretTargetAttachment writes into a Redshift secret (H1.1). */
function withTarget(account: Account, secret: ResolvedResource, value: string): string {
  const attachment = account
    .resourcesOf("AWS::SecretsManager::SecretTargetAttachment")
    .find(({ properties }) => properties.SecretId === secret.ref);
  if (attachment === undefined) return value;
  const { TargetId, TargetType } = attachment.properties;
  const place = `${attachment.stack}.${attachment.logicalId}`;
  if (TargetType !== "AWS::Redshift::Cluster")
    throw new Error(`${place}: TargetType ${String(TargetType)} is not supported in the local account`);
  const cluster = account.resourcesOf("AWS::Redshift::Cluster").find(({ ref }) => ref === TargetId);
  if (cluster === undefined) throw new Error(`${place}: the templates have no cluster ${String(TargetId)}`);
  const known: unknown = JSON.parse(value);
  if (!isShape(known))
    throw new Error(`${place}: the secret's value is no JSON object, so nothing can be attached to it`);
  return JSON.stringify({ ...known, ...targetOf(cluster) });
}

function targetOf(cluster: ResolvedResource): Shape {
  return {
    engine: "redshift",
    host: cluster.attributes["Endpoint.Address"],
    port: Number(cluster.attributes["Endpoint.Port"]),
    ...(typeof cluster.properties.DBName === "string" ? { dbname: cluster.properties.DBName } : {}),
    dbClusterIdentifier: cluster.ref,
  };
}
