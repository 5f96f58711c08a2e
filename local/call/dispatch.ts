import { AwsError, type Call, type Clock, type ServiceBody, type ServiceName, type Shape } from "./call.js";
import type { Faults } from "./faults.js";

/** Decides whether a principal may make a call; throws the service's own AccessDenied when not. */
export type Authorise = (call: Call) => void | Promise<void>;

export interface Dispatcher {
  call(call: Call): Promise<Shape>;
  /** Takes no more calls, and waits for the operations under way: whoever asked for them may be gone, and they still write. */
  close(): Promise<void>;
}

/** The error for whatever the local account does not have. */
export function notSupported(service: string, operation: string): AwsError {
  return new AwsError(
    "NotSupportedInLocalAccount",
    `not supported in the local account: ${service} ${operation}; see the README of local-account`,
    { statusCode: 501 },
  );
}

/** The one way in: finds the body, authorises, lets faults happen, and runs the operation. */
export function createDispatcher(options: {
  readonly bodies: ReadonlyMap<ServiceName, ServiceBody>;
  readonly authorise: Authorise;
  /** What a caller gets to see of an error. */
  readonly seenBy?: (call: Call, error: AwsError) => AwsError;
  readonly faults?: Faults;
  readonly clock: Clock;
}): Dispatcher {
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;
  const follow = <T>(work: Promise<T>): Promise<T> => {
    const forget = () => underWay.delete(work);
    underWay.add(work);
    work.then(forget, forget);
    return work;
  };
  return {
    async close() {
      isClosed = true;
      await Promise.allSettled(underWay);
    },
    async call(call) {
      const body = options.bodies.get(call.service);
      const isKnown = body !== undefined && Object.hasOwn(body.operations, call.operation);
      const operation = isKnown ? body.operations[call.operation] : undefined;
      if (operation === undefined) throw notSupported(call.service, call.operation);
      await options.authorise(call);
      const instead = await options.faults?.before?.(call);
      if (instead !== undefined) return instead;
      if (isClosed) throw new AwsError("ServiceUnavailable", "the local account is closed", { statusCode: 503 });
      const work = held(options.clock, () => operation(call.input, { principal: call.principal }));
      const output = await follow(work).catch((error: unknown) => {
        throw error instanceof AwsError ? (options.seenBy?.(call, error) ?? error) : error;
      });
      await options.faults?.after?.(call, output);
      return output;
    },
  };
}

/** An operation takes real time (files, a database), so a virtual clock stands still; an operation never sleeps on it. */
async function held<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const release = clock.hold?.();
  try {
    return await work();
  } finally {
    release?.();
  }
}

/** The error that each service answers when the credentials are nobody's. */
export function unknownCredentials(service: ServiceName): AwsError {
  if (service === "s3") {
    const text = "The AWS Access Key Id you provided does not exist in our records.";
    return new AwsError("InvalidAccessKeyId", text, { statusCode: 403 });
  }
  const text = "The security token included in the request is invalid.";
  if (service === "sts" || service === "sns" || service === "redshift" || service === "iam") {
    return new AwsError("InvalidClientTokenId", text, { statusCode: 403 });
  }
  return new AwsError("UnrecognizedClientException", text, { statusCode: service === "lambda" ? 403 : 400 });
}

const HAS_ACCESS_DENIED_EXCEPTION: ReadonlySet<ServiceName> = new Set([
  "states",
  "glue",
  "redshift-data",
  "redshift-serverless",
  "secretsmanager",
  "events",
  "lambda",
  "scheduler",
]);

/** The error that each service answers when a principal may not do this. */
export function accessDenied(call: Call, why: string): AwsError {
  const name = HAS_ACCESS_DENIED_EXCEPTION.has(call.service) ? "AccessDeniedException" : "AccessDenied";
  const prefix = call.service === "states" ? "states" : call.service;
  const message = `User: ${call.principal.arn} is not authorized to perform: ${prefix}:${call.operation} because ${why}`;
  const usesStatus400 = name === "AccessDeniedException" && call.service !== "lambda";
  return new AwsError(name, message, { statusCode: usesStatus400 ? 400 : 403 });
}
