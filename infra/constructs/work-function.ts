import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { type IQueue, Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Bundle, BundleOptions } from "../bundle.js";
import { arn, type Names } from "../names.js";
import { type Permission, workRole } from "./role.js";

export interface WorkFunctionProps {
  readonly names: Names;
  /** The full name, `demo-usgs-check-report`. */
  readonly functionName: string;
  readonly bundle: Bundle;
  /** The folder in functions/. */
  readonly handler: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly permissions: readonly Permission[];
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly bundled?: BundleOptions;
  /** For functions that are called asynchronously: where an event goes that could not be handled. */
  readonly keepsFailedEvents?: boolean;
  /** So many at once are kept for it, and no more run. The account must have them (F3.5). */
  readonly reservedConcurrency?: number;
}

/** One of the functions/: bundled code, its own role, its own log group. */
export class WorkFunction extends Construct {
  readonly function: LambdaFunction;
  readonly failedEvents: IQueue | undefined;

  constructor(scope: Construct, id: string, props: WorkFunctionProps) {
    super(scope, id);
    const { names, functionName } = props;
    const logGroup = new LogGroup(this, "Logs", {
      logGroupName: `/aws/lambda/${functionName}`,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = workRole(this, "Role", {
      roleName: `${functionName}-role`,
      service: "lambda.amazonaws.com",
      description: props.description,
      permissions: [
        {
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [arn(names, "logs", `log-group:/aws/lambda/${functionName}:*`)],
        },
        ...props.permissions,
      ],
    });
    this.failedEvents = props.keepsFailedEvents ? this.#failedEvents(functionName) : undefined;
    this.function = new LambdaFunction(this, "Function", {
      functionName,
      description: props.description,
      code: Code.fromAsset(props.bundle.code(props.handler, props.bundled)),
      handler: "handler.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role,
      logGroup,
      tracing: Tracing.ACTIVE,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMegabytes,
      environment: {
        ...props.environment,
        ...(props.bundled?.sql === true ? { WAREHOUSE_SCHEMA: names.schema } : {}),
        // A metric is told apart by it from that of another source.
        POWERTOOLS_SERVICE_NAME: functionName,
        POWERTOOLS_LOG_LEVEL: "INFO",
      },
      ...(this.failedEvents === undefined
        ? {}
        : { deadLetterQueue: this.failedEvents, maxEventAge: Duration.hours(6), retryAttempts: 2 }),
    });
  }

  #failedEvents(functionName: string): Queue {
    return new Queue(this, "FailedEvents", {
      queueName: `${functionName}-failed-events`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
  }
}
