import { conditionsHold, type RequestContext } from "./conditions.js";
import type { Statement } from "./document.js";
import { matchesAction, matchesArn, matchesWildcard } from "./wildcards.js";

/** A permission that a call needs. `resource` is an ARN, or `*` for actions that know no resource. */
export interface RequiredPermission {
  readonly action: string;
  readonly resource: string;
  /** What the request says of this part of itself, by condition key in lower case. */
  readonly context?: Readonly<Record<string, string>>;
}

export type Decision = "allowed" | "denied" | "not allowed";

/** What one set of statements says about a permission: an explicit Deny wins over every Allow. */
export function evaluate(
  statements: readonly Statement[],
  permission: RequiredPermission,
  context: RequestContext,
): Decision {
  const applying = statements.filter((statement) => applies(statement, permission, context));
  if (applying.some(({ Effect }) => Effect === "Deny")) return "denied";
  return applying.some(({ Effect }) => Effect === "Allow") ? "allowed" : "not allowed";
}

function applies(statement: Statement, permission: RequiredPermission, context: RequestContext): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const onAction =
    Action?.some((pattern) => matchesAction(pattern, permission.action)) ??
    !NotAction?.some((pattern) => matchesAction(pattern, permission.action));
  const onResource =
    Resource?.some((pattern) => fits(pattern, permission.resource)) ??
    (NotResource === undefined || !NotResource.some((pattern) => fits(pattern, permission.resource)));
  return onAction && onResource && conditionsHold(statement.Condition, context);
}

/** An action without resources is allowed only by `Resource: "*"`. */
function fits(pattern: string, resource: string): boolean {
  return resource === "*" ? pattern === "*" : matchesArn(pattern, resource);
}

/** True when a statement names an account as a whole and nobody in it: that gives its roles nothing by itself
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html). */
export function isForAccount({ Principal }: Statement, accountId: string): boolean {
  if (typeof Principal !== "object" || Principal.Service !== undefined || Principal.AWS === undefined) return false;
  return Principal.AWS.every((arn) => arn === accountId || arn === `arn:aws:iam::${accountId}:root`);
}

/** True when a resource policy's statement speaks of this caller. */
export function speaksOf(
  statement: Statement,
  caller: { readonly arn: string; readonly accountId: string; readonly kind: string },
): boolean {
  const { Principal } = statement;
  if (Principal === undefined || Principal === "*") return true;
  if (caller.kind === "service") return Principal.Service?.some((service) => service === caller.arn) ?? false;
  return (
    Principal.AWS?.some(
      (arn) =>
        arn === "*" ||
        arn === caller.accountId ||
        arn === `arn:aws:iam::${caller.accountId}:root` ||
        matchesWildcard(arn, caller.arn),
    ) ?? false
  );
}
