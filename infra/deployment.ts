import { DefaultStackSynthesizer, Fn, type IPropertyInjector, PropertyInjectors, type Stack, Token } from "aws-cdk-lib";
import { SecurityGroup } from "aws-cdk-lib/aws-ec2";
import { ManagedPolicy, PolicyDocument, Role, type RoleProps } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { type FunctionProps, Function as LambdaFunction, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { CustomerManagedEncryptionConfiguration, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { DeploymentFile, NetworkFile } from "../contract/deployment-file.js";
import { interfaceActions } from "./constructs/glue-network.js";
import { statement } from "./constructs/role.js";
import { givenVpc } from "./constructs/warehouse-network.js";

/**
 * Lays what a project says under `deployment` over every construct of a stack, as the CDK's property injectors do: a construct
 * that is added later has it too. Call it before the stack's first construct.
 */
export function applyDeployment(stack: Stack, settings: DeploymentFile): void {
  const { roles, logs, tracing } = settings;
  const boundary =
    roles.permissionsBoundary === undefined
      ? undefined
      : ManagedPolicy.fromManagedPolicyArn(stack, "PermissionsBoundary", roles.permissionsBoundary);
  const key = settings.kms === undefined ? undefined : Key.fromKeyArn(stack, "DeploymentKey", settings.kms);
  const network = settings.network === undefined ? {} : placeOf(stack, settings.network);
  const injectors = [
    over<RoleProps>(Role.PROPERTY_INJECTION_ID, ({ roleName, assumedBy, inlinePolicies }) => ({
      path: roles.path,
      // A name that the CDK gives when it is needed is left to it.
      ...(roleName === undefined || Token.isUnresolved(roleName) ? {} : { roleName: `${roles.prefix}${roleName}` }),
      ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
      inlinePolicies: {
        ...inlinePolicies,
        ...(settings.kms === undefined ? {} : { DeploymentKey: using(settings.kms) }),
        ...(settings.network !== undefined && isOfLambda(assumedBy) ? { Network: inVpc() } : {}),
      },
    })),
    over(LogGroup.PROPERTY_INJECTION_ID, () => ({ retention: logs.retention, ...withKey("encryptionKey", key) })),
    over<FunctionProps>(LambdaFunction.PROPERTY_INJECTION_ID, ({ functionName = "" }) => ({
      ...network,
      ...reserved(settings.reservedConcurrency, functionName),
      ...(tracing ? {} : { tracing: Tracing.DISABLED }),
    })),
    over(StateMachine.PROPERTY_INJECTION_ID, () => ({
      ...(tracing ? {} : { tracingEnabled: false }),
      ...(key === undefined ? {} : { encryptionConfiguration: new CustomerManagedEncryptionConfiguration(key) }),
    })),
    over(Topic.PROPERTY_INJECTION_ID, () => withKey("masterKey", key)),
    over(Secret.PROPERTY_INJECTION_ID, () => withKey("encryptionKey", key)),
    over(Queue.PROPERTY_INJECTION_ID, () =>
      key === undefined ? {} : { encryption: QueueEncryption.KMS, encryptionMasterKey: key },
    ),
  ];
  PropertyInjectors.of(stack).add(...injectors);
}

/** @param functionName in full, `shop-web-plan-load` */
function reserved(concurrency: DeploymentFile["reservedConcurrency"], functionName: string) {
  const [, count] = Object.entries(concurrency).find(([name]) => functionName.endsWith(`-${name}`)) ?? [];
  return count === undefined ? {} : { reservedConcurrentExecutions: count };
}

const withKey = (property: string, key: IKey | undefined) => (key === undefined ? {} : { [property]: key });

/** What sending to an encrypted topic or queue takes, reading a secret, and running an encrypted state machine. */
const using = (key: string) =>
  new PolicyDocument({
    statements: [statement({ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [key] })],
  });

/** The subnets and groups of functions. */
function placeOf(stack: Stack, { vpcId, subnetIds, securityGroupIds }: NetworkFile) {
  const vpc = givenVpc(stack, "DeploymentNetwork", { vpcId, subnetIds });
  return {
    vpc,
    vpcSubnets: { subnets: vpc.isolatedSubnets },
    // The rules of groups that are there are others' to make.
    securityGroups: securityGroupIds.map((securityGroupId) =>
      SecurityGroup.fromSecurityGroupId(stack, securityGroupId, securityGroupId, { mutable: false }),
    ),
  };
}

const isOfLambda = ({ policyFragment: { principalJson } }: RoleProps["assumedBy"]) =>
  JSON.stringify(principalJson).includes("lambda");

/** Lambda puts a function into subnets in the name of its role; no interface is known before it is there. */
const inVpc = () => new PolicyDocument({ statements: [statement({ actions: interfaceActions, resources: ["*"] })] });

function over<Props extends object>(
  constructUniqueId: string,
  settings: (props: Props) => Partial<Record<string, unknown>>,
): IPropertyInjector {
  return { constructUniqueId, inject: (props: Props) => ({ ...props, ...settings(props) }) };
}

/** The synthesizer has no role of which a bucket's policy could say that it deploys. */
export class DeployersUnknown extends Error {
  override readonly name = "DeployersUnknown";

  constructor(stack: Stack) {
    super(
      `The synthesizer of the stack ${stack.stackName} deploys with whatever credentials it is given, and the policies of buckets and secrets shut out everybody who is not named. Name the roles that deploy in sluice.yaml: deployment: { deployers: [arn:aws:iam::…:role/…] }.`,
    );
  }
}

/**
 * ARNs of the roles that deploy a stack, with `*` in some: those of its synthesizer, and those that the project names.
 * @throws DeployersUnknown when neither knows one
 */
export function deployersOf(stack: Stack, { deployers }: Pick<DeploymentFile, "deployers">): readonly string[] {
  const { synthesizer } = stack;
  const own =
    synthesizer instanceof DefaultStackSynthesizer
      ? [synthesizer.deployRoleArn, synthesizer.cloudFormationExecutionRoleArn].map(filled)
      : [];
  if (own.length + deployers.length === 0) throw new DeployersUnknown(stack);
  return [...own, ...deployers];
}

/** A bound synthesizer leaves account and partition open in the ARNs of its roles, in the way of Fn::Sub. */
const filled = (arn: string) => (arn.includes("${AWS::") ? Fn.sub(arn) : arn);
