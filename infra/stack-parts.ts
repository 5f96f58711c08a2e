import type { Stack } from "aws-cdk-lib";
import { CfnRole, Role } from "aws-cdk-lib/aws-iam";
import { CfnFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import { CfnQueue, Queue } from "aws-cdk-lib/aws-sqs";
import { CfnStateMachine, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";

/**
 * What a stack is made of, for an app that adds something to it: a subscription, a permission, an alarm. By the name that a
 * resource has behind the project's and the source's: `start-load`, `load-partition`, `plan-load-role`.
 */
export interface StackParts {
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly machines: ReadonlyMap<string, StateMachine>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly queues: ReadonlyMap<string, Queue>;
  /** `landing` and `processed`, where the source makes them. */
  readonly buckets: ReadonlyMap<string, Bucket>;
}

/** @param prefix what every name begins with, as in `demo-usgs-` */
export function partsOf(stack: Stack, prefix: string): StackParts {
  const all = stack.node.findAll();
  const named = <Kind extends Construct>(kind: abstract new (...args: never[]) => Kind) =>
    new Map(
      all
        .filter((construct): construct is Kind => construct instanceof kind)
        .flatMap((construct) => {
          const name: unknown = stack.resolve(nameOf(construct));
          return name === undefined ? [] : [[withoutPrefix(name, prefix), construct] as const];
        }),
    );
  return {
    functions: named(LambdaFunction),
    machines: named(StateMachine),
    roles: named(Role),
    queues: named(Queue),
    buckets: named(Bucket),
  };
}

/** The name that the template gives a resource; undefined where CloudFormation names it. */
function nameOf({ node: { defaultChild: resource } }: Construct): unknown {
  if (resource instanceof CfnFunction) return resource.functionName;
  if (resource instanceof CfnStateMachine) return resource.stateMachineName;
  if (resource instanceof CfnRole) return resource.roleName;
  if (resource instanceof CfnQueue) return resource.queueName;
  return resource instanceof CfnBucket ? resource.bucketName : undefined;
}

/** `landing` of `demo-usgs-landing-<account>-<region>`, which stands in `Fn::Sub`. */
function withoutPrefix(name: unknown, prefix: string): string {
  const text = typeof name === "object" && name !== null ? String(Object.values(name)[0]) : String(name);
  const start = text.indexOf(prefix);
  return (start < 0 ? text : text.slice(start + prefix.length)).replace(/-\$\{AWS::AccountId\}.*$/, "");
}
