import type { ResolvedResource, Shape } from "../call/call.js";
import { readStatements, type Statement } from "./document.js";

/** Every policy that the templates declare. */
export interface Policies {
  /** Statements of a role, by its ARN. */
  readonly identity: ReadonlyMap<string, readonly Statement[]>;
  /** Who may act as a role, by the role's ARN: its trust policy. */
  readonly trust: ReadonlyMap<string, readonly Statement[]>;
  /** Statements on a resource, by the ARN of the bucket, secret, topic, queue or function. */
  readonly resource: ReadonlyMap<string, readonly Statement[]>;
  /** Accounts of buckets, queues and topics that belong to others, by ARN. */
  readonly owners: ReadonlyMap<string, string>;
}

/** AWS's own policies that a template may attach, as far as the local account's services see them. */
const managedPolicies: Readonly<Record<string, readonly Statement[]>> = {
  "service-role/AWSLambdaBasicExecutionRole": [],
  "service-role/AWSLambdaVPCAccessExecutionRole": [],
  AWSXRayDaemonWriteAccess: [],
};

type Add = (key: unknown, statements: readonly Statement[]) => void;

/**
 * Gathers the policies of all resources.
 * @throws Error that names the resource, for a policy that cannot be evaluated here.
 */
export function gatherPolicies(resources: readonly ResolvedResource[]): Policies {
  const identity = new Map<string, Statement[]>();
  const resource = new Map<string, Statement[]>();
  const trust = new Map<string, readonly Statement[]>();
  const roles = new Map(resources.filter(({ type }) => type === "AWS::IAM::Role").map((role) => [role.ref, role]));
  const arnOf = new Map(
    resources.map((each) => [each.ref, each.attributes.Arn ?? each.attributes.TopicArn ?? each.ref]),
  );

  const addIdentity: Add = (role, statements) => {
    const arn = roles.get(String(role))?.attributes.Arn;
    if (arn !== undefined) identity.set(arn, [...(identity.get(arn) ?? []), ...statements]);
  };
  const addResource: Add = (ref, statements) => {
    const arn = arnOf.get(String(ref)) ?? String(ref);
    resource.set(arn, [...(resource.get(arn) ?? []), ...statements]);
  };
  for (const each of resources) gather(each, addIdentity, addResource);
  for (const { stack, logicalId, attributes, properties } of roles.values()) {
    const { AssumeRolePolicyDocument: document } = properties;
    const statements = document === undefined ? [] : readStatements(document, `${stack}.${logicalId}`);
    if (attributes.Arn !== undefined) trust.set(attributes.Arn, statements);
  }
  const owners = new Map(
    resources.flatMap(({ ref, accountId }) => (accountId === undefined ? [] : [[arnOf.get(ref) ?? ref, accountId]])),
  );
  return { identity, trust, resource, owners };
}

function gather(each: ResolvedResource, addIdentity: Add, addResource: Add): void {
  const { properties } = each;
  const place = `${each.stack}.${each.logicalId}`;
  switch (each.type) {
    case "AWS::IAM::Role":
      addIdentity(each.ref, []);
      for (const policy of shapes(properties.Policies))
        addIdentity(each.ref, readStatements(policy.PolicyDocument, place));
      for (const arn of list(properties.ManagedPolicyArns)) addIdentity(each.ref, managed(String(arn), place));
      return;
    case "AWS::IAM::Policy":
    case "AWS::IAM::ManagedPolicy":
      for (const role of list(properties.Roles)) addIdentity(role, readStatements(properties.PolicyDocument, place));
      return;
    case "AWS::S3::BucketPolicy":
      addResource(properties.Bucket, readStatements(properties.PolicyDocument, place));
      return;
    case "AWS::SecretsManager::ResourcePolicy":
      addResource(properties.SecretId, readStatements(properties.ResourcePolicy, place));
      return;
    case "AWS::KMS::Key":
      if (properties.KeyPolicy !== undefined) addResource(each.ref, readStatements(properties.KeyPolicy, place));
      return;
    case "AWS::SNS::TopicPolicy":
      for (const topic of list(properties.Topics)) addResource(topic, readStatements(properties.PolicyDocument, place));
      return;
    case "AWS::SQS::QueuePolicy":
      for (const queue of list(properties.Queues)) addResource(queue, readStatements(properties.PolicyDocument, place));
      return;
    case "AWS::Lambda::Permission":
      addResource(properties.FunctionName, [permission(properties)]);
      return;
  }
}

function managed(arn: string, place: string): readonly Statement[] {
  const statements = managedPolicies[arn.replace(/^arn:aws:iam::aws:policy\//, "")];
  if (statements === undefined)
    throw new Error(`${place}: the managed policy ${arn} is not supported in the local account`);
  return statements;
}

/** A Lambda permission is a statement of the function's resource policy. */
function permission(properties: Readonly<Shape>): Statement {
  const source = (key: string, value: unknown): Statement["Condition"] =>
    value === undefined ? {} : { [key === "aws:SourceArn" ? "ArnLike" : "StringEquals"]: { [key]: String(value) } };
  return {
    Effect: "Allow",
    Action: [String(properties.Action)],
    Resource: ["*"],
    Principal: { Service: [String(properties.Principal)] },
    Condition: {
      ...source("aws:SourceArn", properties.SourceArn),
      ...source("aws:SourceAccount", properties.SourceAccount),
    },
  };
}

const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
const shapes = (value: unknown) =>
  list(value).filter((item): item is Shape => typeof item === "object" && item !== null);
