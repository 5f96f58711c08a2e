import type { Sent } from "../webhooks/webhooks.js";
import type { FileBody } from "./file-body.js";

export { FileBody } from "./file-body.js";

/** The SigV4 name of each service that the local account knows. */
export const SERVICE_NAMES = [
  "athena",
  "cloudwatch",
  "events",
  "glue",
  "iam",
  "lambda",
  "logs",
  "redshift",
  "redshift-data",
  "redshift-serverless",
  "s3",
  "scheduler",
  "secretsmanager",
  "sns",
  "sqs",
  "states",
  "sts",
] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Who calls. `arn` is the role's ARN (not the session's), the root's, or a service's name such as `s3.amazonaws.com`. */
export interface Principal {
  readonly arn: string;
  readonly accountId: string;
  readonly kind: "role" | "root" | "service";
  /** Of a service that calls for a resource of ours (a bucket, a rule): that resource's ARN. */
  readonly sourceArn?: string;
}

/** Which service wants to act as a role, and for which resource: what the role's trust policy is asked about. */
export interface Assumer {
  readonly service: "events" | "glue" | "lambda" | "redshift" | "redshift-serverless" | "scheduler" | "states";
  /** ARN of the function, machine, rule …; absent where the service tells STS none. */
  readonly sourceArn?: string;
  /** Of Redshift: the ARN of the database user for whom the cluster assumes the role. */
  readonly externalId?: string;
}

/** Input and output of a call, in the SDK's shapes: PascalCase or camelCase as the service has it, `Date` for times,
 * `Uint8Array` for blobs, `FileBody` for the body of an object in the output of S3's GetObject. */
export type Shape = Record<string, unknown>;

export interface Call {
  readonly service: ServiceName;
  /** The API's own name, e.g. `StartExecution`. */
  readonly operation: string;
  readonly input: Shape;
  readonly principal: Principal;
}

export interface CallContext {
  readonly principal: Principal;
}

export type Operation = (input: Shape, context: CallContext) => Promise<Shape>;

export interface ServiceBody {
  readonly service: ServiceName;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Takes up what was under way when the process ended. Called once, when all services are there. */
  start?(): Promise<void>;
  /** Ends background work; state on disk stays good for the next start. */
  stop?(): Promise<void>;
}

/** An error as a service answers it: `name` is the exception's shape name, e.g. `ExecutionAlreadyExists`. */
export class AwsError extends Error {
  readonly statusCode: number;
  readonly fault: "client" | "server";
  /** Members of the exception's shape beside the message. */
  readonly members: Readonly<Shape>;

  constructor(name: string, message: string, options: { statusCode?: number; members?: Shape } = {}) {
    super(message);
    this.name = name;
    this.statusCode = options.statusCode ?? 400;
    this.fault = this.statusCode >= 500 ? "server" : "client";
    this.members = options.members ?? {};
  }
}

/** Time, passed in, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Says that work is under way which takes real time (a Lambda, a Glue run, a query): a virtual clock stands still
   * until the returned function is called. Absent on the real clock. */
  hold?(): () => void;
  /** How long a wait that AWS imposes (a crawl, a snapshot, a Wait state) lasts here, of which it takes `ms` there. Absent:
   * as long. */
  awaited?(ms: number): number;
}

/** A resource of a template with every intrinsic function of its properties resolved. */
export interface ResolvedResource {
  readonly stack: string;
  readonly logicalId: string;
  /** e.g. `AWS::Lambda::Function`. */
  readonly type: string;
  readonly properties: Readonly<Shape>;
  /** The account that it belongs to, where that is another one: it was there before the stacks. */
  readonly accountId?: string;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by dotted name; `Arn` where the type has one. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Asset {
  /** File or folder in the cloud assembly. */
  readonly path: string;
  readonly packaging: "file" | "zip";
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** One EventBridge event, as a service or PutEvents hands it in. `region` and `id` are filled in. */
export interface EmittedEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Shape;
  readonly resources?: readonly string[];
  /** The account that it comes from, where that is another one. */
  readonly account?: string;
  /** Milliseconds since 1970; default: now. */
  readonly time?: number;
}

/** What each service is given: the rest of the account. */
export interface Account {
  /** The one way in, for HTTP and for services that call services: authorises, injects faults, dispatches.
   * @throws AwsError */
  call(call: Call): Promise<Shape>;
  readonly clock: Clock;
  readonly stateFolder: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  /** `http://127.0.0.1:<port>`: known once the account is open, not yet when a service is made. */
  readonly endpoint: string;
  readonly resources: readonly ResolvedResource[];
  resourcesOf(type: string): readonly ResolvedResource[];
  /** The assembly's file behind an object of the CDK's asset bucket. */
  asset(bucket: string, key: string): Asset | undefined;
  /** The principal of a role of the templates, assumed by a service; without one, for tests, nobody is asked.
   * @throws AwsError when there is no such role, or its trust policy does not let the service act as it. */
  rolePrincipal(roleArn: string, by?: Assumer): Principal;
  /** Credentials of a role, for tests. @throws AwsError when there is none. */
  roleCredentials(roleArn: string): Credentials;
  /** The environment that the SDKs of a process under this role need, to reach this account and nothing else.
   * @throws AwsError as rolePrincipal does. */
  roleEnvironment(roleArn: string, by?: Assumer): Readonly<Record<string, string>>;
  /** Puts an event on the default bus; it is on disk when the promise resolves. */
  emit(event: EmittedEvent): Promise<void>;
  /** Takes note, for a person, of something that nobody is told by an answer: an event that could not be delivered, or
   * a fault of the local account itself. */
  report?(problem: unknown): void;
  /** Takes note, for a person, of a message that would leave a real account: an email, a text, a call of a webhook. */
  tell?(sent: Sent): void;
}

/** Tells the body of GetObject from other values. */
export function isFileBody(value: unknown): value is FileBody {
  return typeof value === "object" && value !== null && "path" in value && "start" in value && "end" in value;
}
