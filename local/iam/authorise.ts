import type { AwsError, Call } from "../call/call.js";
import { accessDenied } from "../call/dispatch.js";
import type { RequestContext } from "./conditions.js";
import { evaluate, isForAccount, type RequiredPermission, speaksOf } from "./evaluate.js";
import { type BucketKey, keyPermissions } from "./keys.js";
import type { Policies } from "./policies.js";
import { requiredPermissions, type Where } from "./required-permissions.js";

/** One permission that a call needed, for those who look on. */
export interface Decided extends RequiredPermission {
  readonly principal: string;
  readonly isAllowed: boolean;
}

export interface Authoriser {
  /** @throws AwsError the service's own AccessDenied, when the caller may not do all that the call wants. */
  authorise(call: Call): void;
  /**
   * S3 tells only those that may list a bucket that an object is not there; others are denied
   * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html).
   */
  seenBy(call: Call, error: AwsError): AwsError;
}

/**
 * Evaluates the templates' policies. The account's root user may do what no Deny forbids; a role what its
 * policies or the resource's allow; a service only what the resource's policy allows it.
 */
export function createAuthoriser(
  policies: Policies,
  where: Where,
  onDecision?: (decided: Decided) => void,
  keys: ReadonlyMap<string, BucketKey> = new Map(),
): Authoriser {
  const decide = (call: Call, permission: RequiredPermission, more: RequestContext = {}): string | undefined => {
    const why = refusalOf(policies, call, permission, {
      ...contextOf(call, where),
      ...permission.context,
      ...more,
    });
    onDecision?.({
      action: permission.action,
      resource: permission.resource,
      principal: call.principal.arn,
      isAllowed: why === undefined,
    });
    return why;
  };
  return {
    authorise(call) {
      if (call.service === "sts" && call.operation === "GetCallerIdentity") return;
      for (const permission of requiredPermissions(call, where)) {
        const why = decide(call, permission);
        if (why !== undefined) throw accessDenied(call, why);
      }
      for (const permission of keyPermissions(call, keys)) {
        const viaS3 = {
          "kms:viaservice": `s3.${where.region}.amazonaws.com`,
          "kms:resourcealiases": permission.key.aliases,
        };
        const why = decide(call, permission, viaS3);
        if (why !== undefined) throw accessDenied(call, why);
      }
    },
    seenBy(call, error) {
      const isMissing = error.name === "NoSuchKey" || error.name === "NotFound";
      if (call.service !== "s3" || !isMissing) return error;
      const permission = { action: "s3:ListBucket", resource: `arn:aws:s3:::${String(call.input.Bucket)}` };
      const why = decide(call, permission);
      return why === undefined ? error : accessDenied(call, why);
    },
  };
}

function contextOf(call: Call, { region }: Where): RequestContext {
  const { principal, input } = call;
  return {
    "aws:securetransport": "true",
    "aws:principalarn": principal.arn,
    "aws:principalaccount": principal.accountId,
    "aws:requestedregion": region,
    ...(principal.kind === "service" ? { "aws:sourceaccount": principal.accountId } : {}),
    ...(principal.sourceArn === undefined ? {} : { "aws:sourcearn": principal.sourceArn }),
    ...(typeof input.Prefix === "string" ? { "s3:prefix": input.Prefix } : {}),
    ...(typeof input.Principal === "string" ? { "iam:passedtoservice": input.Principal } : {}),
  };
}

/** Undefined when the permission is allowed, else the reason in AWS's words. */
function refusalOf(
  policies: Policies,
  call: Call,
  permission: RequiredPermission,
  context: RequestContext,
): string | undefined {
  const { principal } = call;
  const onResource = resourcePolicyOf(policies, permission).filter((statement) => speaksOf(statement, principal));
  // What is allowed to the account as a whole is left to the policies of its roles.
  const direct = onResource.filter((each) => each.Effect === "Deny" || !isForAccount(each, principal.accountId));
  const byResource = evaluate(direct, permission, context);
  if (byResource === "denied") return `a resource-based policy denies ${permission.action} on ${permission.resource}`;
  if (principal.kind === "root") return undefined;
  const byIdentity = evaluate(policies.identity.get(principal.arn) ?? [], permission, context);
  if (byIdentity === "denied") return `an identity-based policy denies ${permission.action} on ${permission.resource}`;
  if (principal.kind === "role" && isOfAnother(policies, permission, principal.accountId)) {
    // Between accounts both must allow; the resource's may name the account as a whole.
    const both = byIdentity === "allowed" && evaluate(onResource, permission, context) === "allowed";
    return both ? undefined : `${permission.resource} is of another account, and not both policies allow it`;
  }
  // Policies of roles count for a key only where the key's own policy, if it is known, leaves it to the account.
  const isKept = permission.action.startsWith("kms:") && policies.resource.has(permission.resource);
  if (isKept && evaluate(onResource, permission, context) !== "allowed")
    return `no resource-based policy allows the ${permission.action} action on ${permission.resource}`;
  // A resource policy that allows the caller by name is enough within one account.
  if (byIdentity === "allowed" || byResource === "allowed") return undefined;
  const kind = principal.kind === "service" ? "resource-based" : "identity-based";
  return `no ${kind} policy allows the ${permission.action} action on ${permission.resource}`;
}

const isOfAnother = ({ owners }: Policies, { resource }: RequiredPermission, accountId: string) =>
  (owners.get(resource) ?? owners.get(resource.split("/")[0] ?? "") ?? accountId) !== accountId;

/** The policy on a bucket speaks of its objects too. */
function resourcePolicyOf({ resource }: Policies, permission: RequiredPermission) {
  const own = resource.get(permission.resource);
  if (own) return own;
  if (!permission.resource.startsWith("arn:aws:s3:::"))
    return resource.get(permission.resource.replace(/:[^:]*$/, "")) ?? [];
  return resource.get(permission.resource.split("/")[0] ?? "") ?? [];
}
