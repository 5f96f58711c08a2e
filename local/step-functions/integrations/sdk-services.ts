import type { ServiceName } from "../../call/call.js";
import { SDK_EXCEPTIONS } from "./sdk-exceptions.js";
import { SDK_OPERATIONS } from "./sdk-operations.js";

/** A service that `aws-sdk:` integrations may call (A7.2), and how its errors are called (A7.6). */
export interface SdkService {
  readonly service: ServiceName;
  readonly prefix: string;
  /** The API's members begin with a small letter; in state machines they are PascalCase all the same (A7.3). */
  readonly isCamelCase: boolean;
  /** So do members of its results, though not those of its requests: `stringValue` of a statement's result (B7.3). */
  readonly hasCamelCaseResults: boolean;
  readonly operations: ReadonlySet<string>;
  readonly exceptions: ReadonlySet<string>;
}

function service(
  id: string,
  name: ServiceName,
  prefix: string,
  camelCase: "none" | "results" | "all" = "none",
): [string, SdkService] {
  const operations = SDK_OPERATIONS[id] ?? new Set<string>();
  const exceptions = SDK_EXCEPTIONS[id] ?? new Set<string>();
  const isCamelCase = camelCase === "all";
  const hasCamelCaseResults = camelCase !== "none";
  return [id, { service: name, prefix, isCamelCase, hasCamelCaseResults, operations, exceptions }];
}

const SERVICES: ReadonlyMap<string, SdkService> = new Map([
  service("eventbridge", "events", "EventBridge"),
  service("glue", "glue", "Glue"),
  service("lambda", "lambda", "Lambda"),
  service("redshift", "redshift", "Redshift"),
  service("redshiftdata", "redshift-data", "RedshiftData", "results"),
  service("redshiftserverless", "redshift-serverless", "RedshiftServerless", "all"),
  service("s3", "s3", "S3"),
  service("secretsmanager", "secretsmanager", "SecretsManager"),
  service("sfn", "states", "Sfn", "all"),
  service("sns", "sns", "Sns"),
  service("sqs", "sqs", "Sqs"),
]);

export function sdkService(id: string): SdkService | undefined {
  return SERVICES.get(id);
}

/** `describeStatement` is DescribeStatement. Actions that do not begin with a small letter are none. */
export function operationOf(action: string): string | undefined {
  return /^[a-z]/.test(action) ? `${action.charAt(0).toUpperCase()}${action.slice(1)}` : undefined;
}
