import type { Call, ResolvedResource, Shape } from "../call/call.js";
import { executionOfToken } from "../step-functions/tokens.js";
import type { RequiredPermission } from "./evaluate.js";

/** Where the calls are made, and what is there: some ARNs hold an id that no call names. */
export interface Where {
  readonly region: string;
  readonly accountId: string;
  resourcesOf?(type: string): readonly ResolvedResource[];
}

type PermissionsOf = (input: Shape, operation: string, where: Where) => readonly RequiredPermission[];

const text = (input: Shape, name: string) => {
  const value = input[name];
  return typeof value === "string" ? value : "";
};

const reads: Readonly<Record<string, readonly [plain: string, version: string]>> = {
  GetObject: ["s3:GetObject", "s3:GetObjectVersion"],
  HeadObject: ["s3:GetObject", "s3:GetObjectVersion"],
  DeleteObject: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
};

const onBucket: Readonly<Record<string, string>> = {
  ListObjectsV2: "s3:ListBucket",
  ListObjects: "s3:ListBucket",
  HeadBucket: "s3:ListBucket",
  ListObjectVersions: "s3:ListBucketVersions",
  GetBucketLocation: "s3:GetBucketLocation",
  GetBucketVersioning: "s3:GetBucketVersioning",
  GetBucketNotificationConfiguration: "s3:GetBucketNotification",
  PutBucketNotificationConfiguration: "s3:PutBucketNotification",
};

const writes = new Set(["PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"]);

/** The version is asked for by its own action; copying reads the source and writes the target. */
const s3: PermissionsOf = (input, operation) => {
  const bucket = `arn:aws:s3:::${text(input, "Bucket")}`;
  const object = `${bucket}/${text(input, "Key")}`;
  const read = reads[operation];
  if (read) return [{ action: input.VersionId === undefined ? read[0] : read[1], resource: object }];
  if (writes.has(operation)) return [{ action: "s3:PutObject", resource: object }];
  if (operation === "CopyObject") {
    const [source = "", version] = text(input, "CopySource").replace(/^\//, "").split("?versionId=");
    const action = version === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
    return [
      { action, resource: `arn:aws:s3:::${decodeURIComponent(source)}` },
      { action: "s3:PutObject", resource: object },
    ];
  }
  if (operation === "DeleteObjects") return deleteMany(input, bucket);
  if (operation === "AbortMultipartUpload") return [{ action: "s3:AbortMultipartUpload", resource: object }];
  if (operation === "ListBuckets") return [{ action: "s3:ListAllMyBuckets", resource: "*" }];
  return [{ action: onBucket[operation] ?? `s3:${operation}`, resource: bucket }];
};

function deleteMany(input: Shape, bucket: string): readonly RequiredPermission[] {
  const objects = (input.Delete as { Objects?: readonly Shape[] } | undefined)?.Objects ?? [];
  return objects.map((object) => ({
    action: object.VersionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion",
    resource: `${bucket}/${text(object, "Key")}`,
  }));
}

const glueCatalogue = /(Database|Table|Partition)s?$/;

const glue: PermissionsOf = (input, operation, { region, accountId }) => {
  const arn = (rest: string) => `arn:aws:glue:${region}:${accountId}:${rest}`;
  const action = `glue:${operation}`;
  const name = text(input, "Name") || text(input, "CrawlerName");
  if (operation.includes("Job")) return [{ action, resource: arn(`job/${text(input, "JobName") || name}`) }];
  if (operation.includes("Crawl")) return [{ action, resource: name === "" ? "*" : arn(`crawler/${name}`) }];
  if (!glueCatalogue.test(operation)) return [{ action, resource: "*" }];
  const isDatabase = operation.includes("Database");
  const database = isDatabase ? text(input, "Name") : text(input, "DatabaseName");
  const table = text(input, "TableName") || text(input, "Name") || text((input.TableInput ?? {}) as Shape, "Name");
  const resources = [arn("catalog"), arn(`database/${database || "*"}`)];
  if (!isDatabase) resources.push(arn(`table/${database}/${table || "*"}`));
  return resources.map((resource) => ({ action, resource }));
};

/** An answer to a token is a matter of the machine that waits; a token of no machine is for the service to refuse. */
const states: PermissionsOf = (input, operation) => {
  if (operation.startsWith("SendTask")) {
    const execution = executionOfToken(text(input, "taskToken"));
    const machine = execution?.replace(":execution:", ":stateMachine:").split(":").slice(0, -1).join(":");
    return machine === undefined ? [] : [{ action: `states:${operation}`, resource: machine }];
  }
  const arn = text(input, "executionArn") || text(input, "stateMachineArn");
  return [{ action: `states:${operation}`, resource: arn === "" ? "*" : arn }];
};

const lambda: PermissionsOf = (input, operation, { region, accountId }) => {
  const name = text(input, "FunctionName");
  const resource = name.startsWith("arn:") ? name : `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  return [
    {
      action: operation === "Invoke" ? "lambda:InvokeFunction" : `lambda:${operation}`,
      resource: name === "" ? "*" : resource,
    },
  ];
};

/** Only submitting knows a resource, the cluster or the workgroup (B6.7). */
const redshiftData: PermissionsOf = (input, operation, where) => {
  const action = `redshift-data:${operation}`;
  if (operation !== "ExecuteStatement" && operation !== "BatchExecuteStatement") return [{ action, resource: "*" }];
  const { region, accountId } = where;
  const [cluster, workgroup] = [text(input, "ClusterIdentifier"), text(input, "WorkgroupName")];
  if (workgroup !== "") return [{ action, resource: serverlessArn(where, "Workgroup", workgroup) }];
  return [{ action, resource: cluster === "" ? "*" : `arn:aws:redshift:${region}:${accountId}:cluster:${cluster}` }];
};

/** The ARN of a workgroup or namespace ends in its id. */
function serverlessArn(where: Where, kind: "Workgroup" | "Namespace", name: string): string {
  const found = where.resourcesOf?.(`AWS::RedshiftServerless::${kind}`).find(({ ref }) => ref === name);
  const id = found?.properties[`${kind}Id`] ?? found?.attributes[`${kind}.${kind}Id`];
  return `arn:aws:redshift-serverless:${where.region}:${where.accountId}:${kind.toLowerCase()}/${String(id ?? name)}`;
}

/** Creating a snapshot asks for the namespace, too; the id of a snapshot is AWS's. */
const redshiftServerless: PermissionsOf = (input, operation, where) => {
  const action = `redshift-serverless:${operation}`;
  const [workgroup, namespace] = [text(input, "workgroupName"), text(input, "namespaceName")];
  if (operation.endsWith("Snapshot") || operation === "ListSnapshots") {
    const { region, accountId } = where;
    const snapshot = `arn:aws:redshift-serverless:${region}:${accountId}:snapshot/${text(input, "snapshotName")}`;
    const resources = operation === "CreateSnapshot" ? [serverlessArn(where, "Namespace", namespace)] : [];
    return [...resources, snapshot].map((resource) => ({ action, resource }));
  }
  if (workgroup !== "") return [{ action, resource: serverlessArn(where, "Workgroup", workgroup) }];
  return [{ action, resource: namespace === "" ? "*" : serverlessArn(where, "Namespace", namespace) }];
};

const redshift: PermissionsOf = (input, operation, { region, accountId }) => {
  const arn = (rest: string) => `arn:aws:redshift:${region}:${accountId}:${rest}`;
  const cluster = text(input, "ClusterIdentifier");
  const action = `redshift:${operation}`;
  if (operation === "CreateClusterSnapshot") {
    return [{ action, resource: arn(`snapshot:${cluster}/${text(input, "SnapshotIdentifier")}`) }];
  }
  if (operation.startsWith("Describe")) return [{ action, resource: "*" }];
  const schedule = text(input, "ScheduleIdentifier");
  if (operation.endsWith("SnapshotSchedule") && cluster === "" && schedule !== "") {
    return [{ action, resource: arn(`snapshotschedule:${schedule}`) }];
  }
  return [{ action, resource: cluster === "" ? "*" : arn(`cluster:${cluster}`) }];
};

const named =
  (prefix: string, member: string, toArn: (value: string, where: Where) => string): PermissionsOf =>
  (input, operation, where) => {
    const value = text(input, member);
    return [{ action: `${prefix}:${operation}`, resource: value === "" ? "*" : toArn(value, where) }];
  };

/** A secret that is named is meant by its whole ARN, which ends in six characters of AWS's own. */
function secretArn(id: string, where: Where): string {
  if (id.startsWith("arn:")) return id;
  const known = where
    .resourcesOf?.("AWS::SecretsManager::Secret")
    .find(({ ref }) => ref.slice(0, -7).endsWith(`:secret:${id}`));
  return known?.ref ?? `arn:aws:secretsmanager:${where.region}:${where.accountId}:secret:${id}`;
}

/**
 * Each entry of PutEvents is asked for by itself, with its source and detail-type (the authorization reference of EventBridge).
 * A call without entries is asked for too: whoever may do nothing learns nothing of its mistakes.
 */
const events: PermissionsOf = (input, operation, { region, accountId }) => {
  const arn = (rest: string) => `arn:aws:events:${region}:${accountId}:${rest}`;
  if (operation !== "PutEvents") {
    const name = text(input, "Name");
    return [{ action: `events:${operation}`, resource: name === "" ? "*" : arn(`rule/${name}`) }];
  }
  const entries = Array.isArray(input.Entries) ? (input.Entries as readonly Shape[]) : [];
  return (entries.length === 0 ? [{}] : entries).map((entry) => ({
    action: "events:PutEvents",
    resource: arn(`event-bus/${text(entry, "EventBusName") || "default"}`),
    context: { "events:source": text(entry, "Source"), "events:detail-type": text(entry, "DetailType") },
  }));
};

const services: Readonly<Partial<Record<Call["service"], PermissionsOf>>> = {
  s3,
  glue,
  states,
  lambda,
  redshift,
  "redshift-data": redshiftData,
  "redshift-serverless": redshiftServerless,
  secretsmanager: named("secretsmanager", "SecretId", secretArn),
  sns: named("sns", "TopicArn", (value) => value),
  sqs: named("sqs", "QueueUrl", (url, { region }) => `arn:aws:sqs:${region}:${url.split("/").slice(-2).join(":")}`),
  events,
};

/** What a call wants to do, by action and resource, as the services' authorization references have it. */
export function requiredPermissions(call: Call, where: Where): readonly RequiredPermission[] {
  const wants = services[call.service];
  return wants?.(call.input, call.operation, where) ?? [{ action: `${call.service}:${call.operation}`, resource: "*" }];
}
