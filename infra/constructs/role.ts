import { Duration } from "aws-cdk-lib";
import { CompositePrincipal, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

/** What a role may do with what; conditions as IAM writes them. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface WorkRoleProps {
  readonly roleName: string;
  /** Who may assume it. */
  readonly service: string | readonly string[];
  readonly description: string;
  readonly permissions: readonly Permission[];
}

/** A role with a name, since policies of secrets and of buckets have to name it, and with hand-written permissions. */
export function workRole(scope: Construct, id: string, props: WorkRoleProps): Role {
  const [service = "", ...others] = [props.service].flat();
  const principals = [service, ...others].map((each) => new ServicePrincipal(each));
  const role = new Role(scope, id, {
    roleName: props.roleName,
    description: props.description,
    assumedBy: others.length === 0 ? new ServicePrincipal(service) : new CompositePrincipal(...principals),
    maxSessionDuration: Duration.hours(1),
  });
  for (const permission of props.permissions) role.addToPolicy(statement(permission));
  return role;
}

export const statement = ({ actions, resources, conditions }: Permission) =>
  new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions === undefined ? {} : { conditions: { ...conditions } }),
  });
