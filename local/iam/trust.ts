import { type Assumer, AwsError, type ResolvedResource, type Shape } from "../call/call.js";
import { isShape } from "../call/input.js";
import { evaluate, speaksOf } from "./evaluate.js";
import type { Policies } from "./policies.js";

/** Where the services are that want to assume a role. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/**
 * Whether a role's trust policy lets a service act as the role. What conditions may ask of a service's call are
 * `aws:SourceAccount` and `aws:SourceArn`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html); of Lambda only the former is documented, and of
 * Redshift `sts:ExternalId` (https://docs.aws.amazon.com/redshift/latest/mgmt/authorizing-redshift-service-database-users.html).
 */
export function mayAssume({ trust }: Policies, roleArn: string, by: Assumer, { region, accountId }: Place): boolean {
  const statements = trust.get(roleArn) ?? [];
  const context = {
    "aws:sourceaccount": accountId,
    "aws:requestedregion": region,
    ...(by.sourceArn === undefined ? {} : { "aws:sourcearn": by.sourceArn }),
    ...(by.externalId === undefined ? {} : { "sts:externalid": by.externalId }),
  };
  return principalsOf(by, region).some((arn) => {
    const about = statements.filter((statement) => speaksOf(statement, { arn, accountId, kind: "service" }));
    return evaluate(about, { action: "sts:AssumeRole", resource: roleArn }, context) === "allowed";
  });
}

/** The names under which a service may be trusted. */
function principalsOf({ service }: Assumer, region: string): readonly string[] {
  if (service === "states") return ["states.amazonaws.com", `states.${region}.amazonaws.com`];
  // A namespace's role is assumed by either
  // (https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-serverless-iam.html).
  if (service === "redshift-serverless") return ["redshift-serverless.amazonaws.com", "redshift.amazonaws.com"];
  return [`${service}.amazonaws.com`];
}

/** What STS says to a service that a role does not trust. */
export function assumeRoleDenied(roleArn: string, { service }: Assumer): AwsError {
  const message = `User: ${service}.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
  return new AwsError("AccessDenied", message, { statusCode: 403 });
}

/** A stack that CloudFormation could not create, since a service does not get the role that a resource names. */
export class RoleNotTrusted extends Error {
  override readonly name = "RoleNotTrusted";

  constructor({ type, stack, logicalId }: ResolvedResource, roleArn: string, text: string, by: Assumer) {
    super(
      `CREATE_FAILED ${type} ${stack}.${logicalId}: ${text} The trust policy of ${roleArn} does not let ` +
        `${by.service}.amazonaws.com call sts:AssumeRole${by.sourceArn === undefined ? "" : ` for ${by.sourceArn}`}`,
    );
  }
}

/** What a service says when a resource is created with a role that it cannot assume. */
interface Creation {
  readonly service: Assumer["service"];
  readonly roleOf: (properties: Shape) => unknown;
  readonly sourceOf?: (resource: ResolvedResource, place: Place) => string | undefined;
  readonly text: string;
}

/** The types whose service looks at the role when the resource is made. Others find out when they first need it. */
const creations: Readonly<Record<string, Creation>> = {
  "AWS::Lambda::Function": {
    service: "lambda",
    roleOf: ({ Role }) => Role,
    text: "The role defined for the function cannot be assumed by Lambda.",
  },
  "AWS::StepFunctions::StateMachine": {
    service: "states",
    roleOf: ({ RoleArn }) => RoleArn,
    sourceOf: ({ attributes, ref }) => attributes.Arn ?? ref,
    text: "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
  },
  "AWS::Glue::Crawler": {
    service: "glue",
    roleOf: ({ Role }) => Role,
    sourceOf: ({ ref }, { region, accountId }) => `arn:aws:glue:${region}:${accountId}:crawler/${ref}`,
    text: "Service is unable to assume provided role. Please verify role's TrustPolicy.",
  },
  "AWS::Scheduler::Schedule": {
    service: "scheduler",
    roleOf: ({ Target }) => (isShape(Target) ? Target.RoleArn : undefined),
    sourceOf: ({ properties }, place) => scheduleGroupArn(properties.GroupName, place),
    text: "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
  },
};

/** What a schedule's role is assumed for: its group, not the schedule (G13). */
export function scheduleGroupArn(group: unknown, { region, accountId }: Place): string {
  return `arn:aws:scheduler:${region}:${accountId}:schedule-group/${typeof group === "string" ? group : "default"}`;
}

/** @throws RoleNotTrusted for the first resource that AWS would not create; a role of no template is its service's matter */
export function checkRoles(resources: readonly ResolvedResource[], policies: Policies, place: Place): void {
  for (const resource of resources) {
    const creation = creations[resource.type];
    const roleArn = creation?.roleOf(resource.properties);
    if (creation === undefined || typeof roleArn !== "string" || !policies.trust.has(roleArn)) continue;
    const sourceArn = creation.sourceOf?.(resource, place);
    const by = { service: creation.service, ...(sourceArn === undefined ? {} : { sourceArn }) };
    if (!mayAssume(policies, roleArn, by, place)) throw new RoleNotTrusted(resource, roleArn, creation.text, by);
  }
}
