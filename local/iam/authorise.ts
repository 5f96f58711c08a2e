import type { AwsError, Call } from "../call/call.js";
import { accessDenied } from "../call/dispatch.js";
import type { RequestContext } from "./conditions.js";
import { evaluate, speaksOf, type Want } from "./evaluate.js";
import { type BucketKey, keyWants } from "./keys.js";
import type { Policies } from "./policies.js";
import { type Where, wantsOf } from "./wants.js";

/** One permission that a call needed, for those who look on. */
export interface Decided extends Want {
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
 * Evaluates the templates' policies. The account's own person (root) may do what no Deny forbids; a role what its
 * policies or the resource's allow; a service only what the resource's policy allows it.
 */
export function createAuthoriser(
  policies: Policies,
  where: Where,
  onDecision?: (decided: Decided) => void,
  keys: ReadonlyMap<string, BucketKey> = new Map(),
): Authoriser {
  const decide = (call: Call, want: Want, more: RequestContext = {}): string | undefined => {
    const why = refusalOf(policies, call, want, { ...contextOf(call, where), ...more });
    onDecision?.({
      action: want.action,
      resource: want.resource,
      principal: call.principal.arn,
      isAllowed: why === undefined,
    });
    return why;
  };
  return {
    authorise(call) {
      if (call.service === "sts" && call.operation === "GetCallerIdentity") return;
      for (const want of wantsOf(call, where)) {
        const why = decide(call, want);
        if (why !== undefined) throw accessDenied(call, why);
      }
      for (const want of keyWants(call, keys)) {
        const viaS3 = { "kms:viaservice": `s3.${where.region}.amazonaws.com`, "kms:resourcealiases": want.key.aliases };
        const why = decide(call, want, viaS3);
        if (why !== undefined) throw accessDenied(call, why);
      }
    },
    seenBy(call, error) {
      const isMissing = error.name === "NoSuchKey" || error.name === "NotFound";
      if (call.service !== "s3" || !isMissing) return error;
      const want = { action: "s3:ListBucket", resource: `arn:aws:s3:::${String(call.input.Bucket)}` };
      const why = decide(call, want);
      return why === undefined ? error : accessDenied(call, why);
    },
  };
}

function contextOf(call: Call, { accountId, region }: Where): RequestContext {
  const { principal, input } = call;
  return {
    "aws:securetransport": "true",
    "aws:principalarn": principal.arn,
    "aws:principalaccount": principal.accountId,
    "aws:requestedregion": region,
    "aws:sourceaccount": accountId,
    ...(principal.sourceArn === undefined ? {} : { "aws:sourcearn": principal.sourceArn }),
    ...(typeof input.Prefix === "string" ? { "s3:prefix": input.Prefix } : {}),
    ...(typeof input.Principal === "string" ? { "iam:passedtoservice": input.Principal } : {}),
  };
}

/** Undefined when the want is allowed, else the reason in AWS's words. */
function refusalOf(policies: Policies, call: Call, want: Want, context: RequestContext): string | undefined {
  const { principal } = call;
  const onResource = resourcePolicyOf(policies, want).filter((statement) => speaksOf(statement, principal));
  const byResource = evaluate(onResource, want, context);
  if (byResource === "denied") return `a resource-based policy denies ${want.action} on ${want.resource}`;
  if (principal.kind === "root") return undefined;
  const byIdentity = evaluate(policies.identity.get(principal.arn) ?? [], want, context);
  if (byIdentity === "denied") return `an identity-based policy denies ${want.action} on ${want.resource}`;
  // A resource policy that allows the caller by name is enough within one account.
  if (byIdentity === "allowed" || byResource === "allowed") return undefined;
  const kind = principal.kind === "service" ? "resource-based" : "identity-based";
  return `no ${kind} policy allows the ${want.action} action on ${want.resource}`;
}

/** The policy on a bucket speaks of its objects too. */
function resourcePolicyOf({ resource }: Policies, want: Want) {
  const own = resource.get(want.resource);
  if (own) return own;
  if (!want.resource.startsWith("arn:aws:s3:::")) return resource.get(want.resource.replace(/:[^:]*$/, "")) ?? [];
  return resource.get(want.resource.split("/")[0] ?? "") ?? [];
}
