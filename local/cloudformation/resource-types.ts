import { createHash } from "node:crypto";

/** What is needed to name a resource. `own(name)` is the resolved text of one of its properties, if it is given. */
export interface Naming {
  readonly stack: string;
  readonly logicalId: string;
  readonly region: string;
  readonly accountId: string;
  /** Where the account answers; queue URLs begin with it, as the SDKs send a queue's calls to its URL. */
  readonly endpoint: string;
  own(property: string): string | undefined;
}

/** The values of `Ref` and `Fn::GetAtt` of a resource, as CloudFormation documents them by type. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A stable text that looks random, so that names survive a new synth as long as the logical id does. */
export function stableSuffix(seed: string, length: number): string {
  const digest = createHash("sha256").update(seed).digest();
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length }, (_, index) => letters[(digest[index % digest.length] ?? 0) % letters.length]).join("");
}

/** The name that CloudFormation gives when the template gives none: stack, logical id, a suffix. */
function generatedName(naming: Naming, limit = 64): string {
  const suffix = stableSuffix(`${naming.stack}/${naming.logicalId}`, 12).toUpperCase();
  return `${naming.stack}-${naming.logicalId}`.slice(0, limit - 13).concat("-", suffix);
}

const arn = (naming: Naming, service: string, rest: string): string =>
  `arn:aws:${service}:${naming.region}:${naming.accountId}:${rest}`;

type Identify = (naming: Naming) => Identity;

function named(
  property: string,
  attributes: (name: string, naming: Naming) => Record<string, string> = () => ({}),
): Identify {
  return (naming) => {
    const name = naming.own(property) ?? generatedName(naming);
    return { ref: name, attributes: attributes(name, naming) };
  };
}

const bucket: Identify = (naming) => {
  const name = naming.own("BucketName") ?? generatedName(naming, 63).toLowerCase();
  return {
    ref: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${naming.region}.amazonaws.com`,
    },
  };
};

const secret: Identify = (naming) => {
  const name = naming.own("Name") ?? generatedName(naming);
  const secretArn = arn(naming, "secretsmanager", `secret:${name}-${stableSuffix(`secret/${name}`, 6)}`);
  return { ref: secretArn, attributes: { Id: secretArn } };
};

const cluster: Identify = (naming) => {
  const name = (naming.own("ClusterIdentifier") ?? generatedName(naming)).toLowerCase();
  return {
    ref: name,
    attributes: {
      Id: name,
      "Endpoint.Address": `${name}.local.${naming.region}.redshift.amazonaws.com`,
      "Endpoint.Port": naming.own("Port") ?? "5439",
      ClusterNamespaceArn: arn(naming, "redshift", `namespace:${stableSuffix(name, 8)}`),
      MasterPasswordSecretArn: managedSecretArn(naming, name, naming.own("MasterUsername") ?? "admin"),
    },
  };
};

/** What Redshift calls the secret of an administrator whom it manages: `redshift!<cluster or namespace>-<user>`. */
export function managedSecretArn(where: Pick<Naming, "region" | "accountId">, holder: string, user: string): string {
  const name = `redshift!${holder}-${user}`;
  const suffix = stableSuffix(`secret/${name}`, 6);
  return `arn:aws:secretsmanager:${where.region}:${where.accountId}:secret:${name}-${suffix}`;
}

/** A UUID, as Redshift Serverless gives one to a namespace and a workgroup. */
function stableId(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}

/** Ref is the name. Of the administrator's secret no attribute tells (https://github.com/aws/aws-cdk/issues/29930). */
const namespace: Identify = (naming) => {
  const name = naming.own("NamespaceName") ?? "";
  const id = stableId(`namespace/${name}`);
  return {
    ref: name,
    attributes: {
      "Namespace.NamespaceName": name,
      "Namespace.NamespaceId": id,
      "Namespace.NamespaceArn": arn(naming, "redshift-serverless", `namespace/${id}`),
    },
  };
};

const workgroup: Identify = (naming) => {
  const name = naming.own("WorkgroupName") ?? "";
  const id = stableId(`workgroup/${name}`);
  return {
    ref: name,
    attributes: {
      "Workgroup.WorkgroupName": name,
      "Workgroup.WorkgroupId": id,
      "Workgroup.WorkgroupArn": arn(naming, "redshift-serverless", `workgroup/${id}`),
      "Workgroup.Endpoint.Address": `${name}.${naming.accountId}.${naming.region}.redshift-serverless.amazonaws.com`,
      "Workgroup.Endpoint.Port": naming.own("Port") ?? "5439",
    },
  };
};

const queue: Identify = (naming) => {
  const name = naming.own("QueueName") ?? generatedName(naming, 80);
  const url = `${naming.endpoint}/${naming.accountId}/${name}`;
  return { ref: url, attributes: { Arn: arn(naming, "sqs", name), QueueName: name, QueueUrl: url } };
};

/** Types that have a body in the local account. */
const BODIES: Readonly<Record<string, Identify>> = {
  "AWS::S3::Bucket": bucket,
  "AWS::SecretsManager::Secret": secret,
  "AWS::SecretsManager::SecretTargetAttachment": (naming) => ({ ref: naming.own("SecretId") ?? "", attributes: {} }),
  "AWS::Redshift::Cluster": cluster,
  "AWS::RedshiftServerless::Namespace": namespace,
  "AWS::RedshiftServerless::Workgroup": workgroup,
  "AWS::SQS::Queue": queue,
  "AWS::Lambda::Function": named("FunctionName", (name, naming) => ({
    Arn: arn(naming, "lambda", `function:${name}`),
  })),
  "AWS::Lambda::EventSourceMapping": (naming) => ({ ref: naming.logicalId, attributes: { Id: naming.logicalId } }),
  "AWS::Events::EventBusPolicy": (naming) => ({ ref: naming.logicalId, attributes: {} }),
  "AWS::Lambda::EventInvokeConfig": (naming) => ({ ref: naming.logicalId, attributes: {} }),
  "AWS::Lambda::Permission": (naming) => ({ ref: naming.logicalId, attributes: { Id: naming.logicalId } }),
  "AWS::StepFunctions::StateMachine": (naming) => {
    const name = naming.own("StateMachineName") ?? generatedName(naming, 80);
    const machine = arn(naming, "states", `stateMachine:${name}`);
    return { ref: machine, attributes: { Arn: machine, Name: name } };
  },
  "AWS::SNS::Topic": (naming) => {
    const name = naming.own("TopicName") ?? generatedName(naming, 256);
    return { ref: arn(naming, "sns", name), attributes: { TopicArn: arn(naming, "sns", name), TopicName: name } };
  },
  "AWS::SNS::Subscription": (naming) => ({
    ref: `${naming.own("TopicArn") ?? ""}:${naming.logicalId}`,
    attributes: {},
  }),
  "AWS::Events::Rule": (naming) => {
    const name = naming.own("Name") ?? generatedName(naming);
    return { ref: name, attributes: { Arn: arn(naming, "events", `rule/${name}`) } };
  },
  "AWS::Scheduler::Schedule": named("Name", (name, naming) => ({
    Arn: arn(naming, "scheduler", `schedule/${naming.own("GroupName") ?? "default"}/${name}`),
  })),
  "AWS::Scheduler::ScheduleGroup": named("Name", (name, naming) => ({
    Arn: arn(naming, "scheduler", `schedule-group/${name}`),
  })),
  "AWS::Glue::Job": named("Name"),
  "AWS::Glue::Crawler": named("Name"),
  "AWS::Glue::Database": (naming) => ({
    ref: naming.own("DatabaseInput.Name") ?? naming.logicalId.toLowerCase(),
    attributes: {},
  }),
  "AWS::Glue::Table": (naming) => ({
    ref: naming.own("TableInput.Name") ?? naming.logicalId.toLowerCase(),
    attributes: {},
  }),
  "AWS::IAM::Role": named("RoleName", (name, naming) => ({
    Arn: `arn:aws:iam::${naming.accountId}:role${naming.own("Path") ?? "/"}${name}`,
    RoleId: `AROA${stableSuffix(name, 17).toUpperCase()}`,
  })),
  "AWS::IAM::Policy": (naming) => ({
    ref: naming.own("PolicyName") ?? naming.logicalId,
    attributes: { Id: naming.logicalId },
  }),
  // Who may use it is asked; nothing is encrypted.
  "AWS::KMS::Key": (naming) => {
    const id = stableSuffix(`key/${naming.stack}/${naming.logicalId}`, 24).toLowerCase();
    return { ref: id, attributes: { Arn: arn(naming, "kms", `key/${id}`), KeyId: id } };
  },
  "AWS::IAM::ManagedPolicy": (naming) => {
    const policy = `arn:aws:iam::${naming.accountId}:policy/${naming.own("ManagedPolicyName") ?? generatedName(naming)}`;
    return { ref: policy, attributes: { PolicyArn: policy } };
  },
  "AWS::Logs::LogGroup": (naming) => {
    const name = naming.own("LogGroupName") ?? generatedName(naming, 512);
    return { ref: name, attributes: { Arn: arn(naming, "logs", `log-group:${name}:*`) } };
  },
};

export const NO_EFFECT: Readonly<Record<string, { readonly reason: string }>> = Object.fromEntries([
  ...withReason("the network is the loopback interface", [
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::Route",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::EC2::NatGateway",
    "AWS::EC2::EIP",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::FlowLog",
    "AWS::Redshift::ClusterSubnetGroup",
    "AWS::Redshift::ClusterParameterGroup",
  ]),
  ...withReason("nobody watches a local account; the alarm's metrics are not kept", [
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Logs::MetricFilter",
    "AWS::Logs::ResourcePolicy",
  ]),
  ...withReason("read by the policy evaluation with the resource that it belongs to", [
    "AWS::S3::BucketPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SecretsManager::ResourcePolicy",
  ]),
  ...withReason("secrets are not rotated by a schedule; PutSecretValue rotates one by hand", [
    "AWS::SecretsManager::RotationSchedule",
  ]),
  ...withReason("files on disk are not encrypted", ["AWS::KMS::Alias", "AWS::Glue::SecurityConfiguration"]),
  ...withReason("Lambda versions and aliases are not kept; the function itself is", [
    "AWS::Lambda::Version",
    "AWS::Lambda::LayerVersion",
  ]),
  ...withReason("there is no Athena, and no job connects", ["AWS::Athena::WorkGroup", "AWS::Glue::Connection"]),
  ...withReason("the CDK's own bookkeeping", ["AWS::CDK::Metadata"]),
]);

function withReason(reason: string, types: readonly string[]): readonly [string, { reason: string }][] {
  return types.map((type) => [type, { reason }]);
}

/** The attributes of types without effect that are the resource's own id; any other is refused by name. */
const idAttributes: Readonly<Record<string, readonly string[]>> = {
  "AWS::EC2::VPC": ["VpcId"],
  "AWS::EC2::Subnet": ["SubnetId"],
  "AWS::EC2::SecurityGroup": ["GroupId", "Id"],
  "AWS::EC2::InternetGateway": ["InternetGatewayId"],
  "AWS::EC2::RouteTable": ["RouteTableId"],
  "AWS::EC2::NatGateway": ["NatGatewayId"],
  "AWS::EC2::EIP": ["AllocationId"],
};

/** Ref and attributes of a resource. @throws Error by name for a type that the local account does not know. */
export function identify(type: string, naming: Naming): Identity {
  const known = BODIES[type];
  if (known !== undefined) return known(naming);
  if (NO_EFFECT[type] === undefined) {
    throw new Error(
      `${naming.stack}.${naming.logicalId}: resource type ${type} is not supported in the local account; see the README of local-account`,
    );
  }
  const id = generatedName(naming, 128);
  const range = naming.own("CidrBlock");
  const attributes = Object.fromEntries((idAttributes[type] ?? []).map((name) => [name, id]));
  return { ref: id, attributes: range === undefined ? attributes : { ...attributes, CidrBlock: range } };
}
