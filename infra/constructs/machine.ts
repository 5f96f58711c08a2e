import { CfnResource, RemovalPolicy } from "aws-cdk-lib";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { awsPartition } from "../../contract/partition-of-aws.js";
import { definitionText, type MachineName, type Substitutions } from "../../state-machines/definitions.js";
import { allowComputedTimeLimits } from "../cfn-lint.js";
import { arn, executionArns, functionArn, machineArn, type Names } from "../names.js";
import { type Permission, workRole } from "./role.js";

export interface MachineProps<M extends MachineName> {
  readonly names: Names;
  readonly machine: M;
  /** The full name, `demo-usgs-load-partition`. */
  readonly machineName: string;
  readonly description: string;
  readonly substitutions: Substitutions<M>;
  readonly permissions: readonly Permission[];
}

/** A state machine from its file, as it lies there, so that the template shows it; with a role of its own. */
export class Machine<M extends MachineName> extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: MachineProps<M>) {
    super(scope, id);
    const role = workRole(this, "Role", {
      roleName: `${props.machineName}-role`,
      service: "states.amazonaws.com",
      description: props.description,
      permissions: props.permissions,
    });
    const definition = definitionText(props.machine);
    this.machine = new StateMachine(this, "Machine", {
      stateMachineName: props.machineName,
      comment: props.description,
      definitionBody: DefinitionBody.fromString(inPartition(definition, props.names.region)),
      definitionSubstitutions: { ...props.substitutions },
      role,
      tracingEnabled: true,
      logs: {
        // Under this prefix log groups share one resource policy, which otherwise outgrows its limit (A10.3).
        destination: new LogGroup(this, "Logs", {
          logGroupName: `/aws/vendedlogs/states/${props.machineName}`,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: true,
      },
    });
    const { defaultChild } = this.machine.node;
    if (hasComputedTimeLimits(definition) && CfnResource.isCfnResource(defaultChild)) {
      allowComputedTimeLimits(defaultChild);
    }
  }
}

const hasComputedTimeLimits = (definition: string) => /"(Timeout|Heartbeat)Seconds": *"\{%/.test(definition);

/** A task's resource is an ARN of the partition where the machine runs. */
const inPartition = (definition: string, region: string) =>
  definition.replaceAll('"arn:aws:states:::', `"arn:${awsPartition(region)}:states:::`);

/** To call functions by their ARN, with or without a version (A8.1). */
export const invoke = (names: Names, functionNames: readonly string[]): Permission => ({
  actions: ["lambda:InvokeFunction"],
  resources: functionNames.flatMap((name) => [functionArn(names, name), functionArn(names, `${name}:*`)]),
});

/** To run child machines with startExecution.sync:2: start, look, stop, and the rule that Step Functions keeps (A8.8). */
export const runMachines = (names: Names, machineNames: readonly string[]): readonly Permission[] => [
  { actions: ["states:StartExecution"], resources: machineNames.map((name) => machineArn(names, name)) },
  {
    actions: ["states:DescribeExecution", "states:StopExecution"],
    resources: machineNames.map((name) => executionArns(names, name)),
  },
  {
    actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
    resources: [arn(names, "events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule")],
  },
];
