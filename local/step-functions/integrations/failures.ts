import { randomUUID } from "node:crypto";
import { AwsError } from "../../call/call.js";
import { TaskFailure } from "../../interpreter/index.js";
import type { SdkService } from "./sdk-services.js";

/** What optimised integrations call by the service's own name, whether it is in the service's model or not (A7.9). */
const GENERIC: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizationError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InternalError",
  "InternalFailure",
  "InvalidClientTokenId",
  "MissingParameter",
  "RequestLimitExceeded",
  "RequestThrottled",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "SlowDown",
  "Throttled",
  "Throttling",
  "ThrottlingException",
  "UnrecognizedClientException",
]);

/** What every integration does with an error that is none of the service's: the connection's, and the local
 * account's own. */
function special(prefix: string, error: AwsError): TaskFailure | undefined {
  if (error.name === "SdkClientException") return new TaskFailure(`${prefix}.SdkClientException`, error.message);
  // Nothing may retry or catch what is merely not built here.
  if (error.name === "NotSupportedInLocalAccount") return new TaskFailure("States.Runtime", error.message);
  return undefined;
}

/** `ClusterNotFoundFault` is ClusterNotFoundException: in state machines every name ends so (A7.5). */
function exceptionName(name: string): string {
  const bare = name.endsWith("Fault") ? name.slice(0, -"Fault".length) : name;
  return bare.endsWith("Exception") ? bare : `${bare}Exception`;
}

/** Whether an error is in a service's model, under whichever of its spellings. */
function isModelled({ exceptions }: SdkService, name: string): boolean {
  return [name, `${name}Fault`, `${name}Exception`].some((spelling) => exceptions.has(spelling));
}

/** The failure of an `aws-sdk:` call. Only what is not in the service's model has the service's own name (A7.8): a
 * throttled Glue or Redshift Serverless says ThrottlingException, a throttled Data API RedshiftDataException. */
export function sdkFailure(service: SdkService, error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  const { prefix } = service;
  const name = isModelled(service, error.name) ? exceptionName(error.name) : `${prefix}Exception`;
  const cause = `${error.message} (Service: ${prefix}, Status Code: ${error.statusCode}, Request ID: ${randomUUID()}) (SDK Attempt Count: 1)`;
  return special(prefix, error) ?? new TaskFailure(`${prefix}.${name}`, cause);
}

export interface OptimisedService {
  readonly prefix: string;
  /** The name of its catch-all, and of the service in causes. */
  readonly catchAll: string;
  readonly title: string;
}

/** The failure of an optimised integration's call, in the style of the older SDK. */
export function optimisedFailure({ prefix, catchAll, title }: OptimisedService, error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  const name = GENERIC.has(error.name) ? catchAll : exceptionName(error.name);
  const cause = `${error.message} (Service: ${title}; Status Code: ${error.statusCode}; Error Code: ${error.name}; Request ID: ${randomUUID()}; Proxy: null)`;
  return special(prefix, error) ?? new TaskFailure(`${prefix}.${name}`, cause);
}

/** Errors that pass: whoever waits for the end of what it started asks again. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof AwsError) || error.name === "NotSupportedInLocalAccount") return false;
  const isThrottle = /Throttl|TooManyRequests|SlowDown|RequestLimitExceeded/.test(error.name);
  return isThrottle || error.fault === "server";
}
