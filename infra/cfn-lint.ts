import { type CfnResource, Stack, Validations } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** What cfn-lint (1.58) finds in the templates and is mistaken about, with the reason: `npm run cfn-lint`. */

interface Mistaken {
  readonly checks: readonly string[];
  readonly reason: string;
}

const noted = ({ checks, reason }: Mistaken) => ({ config: { ignore_checks: checks }, reason });

const timeLimits: Mistaken = {
  checks: ["E3601"],
  reason:
    "TimeoutSeconds and HeartbeatSeconds take a JSONata expression where QueryLanguage is JSONata; cfn-lint knows numbers only.",
};

const dependencies: Mistaken = {
  checks: ["W3005"],
  reason:
    "The CDK makes a function or job depend on its role's policy, and with it on the role that it refers to anyhow.",
};

const zone: Mistaken = {
  checks: ["W3010"],
  reason: "The zone is that of the subnet, which is named too: both are in sluice.yaml.",
};

/** Of a Glue connection in a subnet of one's own. */
export function allowNamedZone(connection: CfnResource): void {
  connection.addMetadata("cfn-lint", noted(zone));
  // The CDK looks with the same rules.
  Validations.of(connection).acknowledge({ id: "CloudFormation-Validate::W3010", reason: zone.reason });
}

/** Of a state machine whose time limits are computed. */
export function allowComputedTimeLimits(machine: CfnResource): void {
  machine.addMetadata("cfn-lint", noted(timeLimits));
}

/** Of all resources of a stack. */
export function allowDependenciesOnRoles(scope: Construct): void {
  const { templateOptions } = Stack.of(scope);
  templateOptions.metadata = { ...templateOptions.metadata, "cfn-lint": noted(dependencies) };
}
