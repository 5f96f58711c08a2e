import { appendFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import {
  type Account,
  type Asset,
  type Assumer,
  AwsError,
  type Call,
  type Clock,
  type Credentials,
  type EmittedEvent,
  type Principal,
  type ResolvedResource,
  type Shape,
} from "./call/call.js";
import { clockAt, type Pace } from "./call/clock.js";
import { createDispatcher, type Dispatcher, unknownCredentials } from "./call/dispatch.js";
import type { Faults } from "./call/faults.js";
import { Identities } from "./call/identities.js";
import { readAssembly } from "./cloudformation/assembly.js";
import { type ResolvedAssembly, resolveAssembly } from "./cloudformation/resources.js";
import type { GlueOptions } from "./glue/service.js";
import { createAuthoriser, type Decided } from "./iam/authorise.js";
import { gatherKeys } from "./iam/keys.js";
import { gatherPolicies, type Policies } from "./iam/policies.js";
import { assumeRoleDenied, checkRoles, mayAssume } from "./iam/trust.js";
import { lockFolder } from "./persistence/folder-lock.js";
import { type Endpoint, listen } from "./protocols/server.js";
import type { RedshiftOptions } from "./redshift/service.js";
import { createServices, inStopOrder, type Services } from "./services.js";
import { type Sent, takeWebhook } from "./webhooks/webhooks.js";

export interface AccountOptions {
  /** What `cdk synth` wrote. */
  readonly assemblyFolder: string;
  /** Where everything is kept; made when missing. One process at a time. */
  readonly stateFolder: string;
  /** Default: the machine's, at this `pace`. */
  readonly clock?: Clock;
  /** How long crawls, snapshots and Wait states last. Default: `instant`. */
  readonly pace?: Pace;
  /** Default: one that the system chooses. */
  readonly port?: number;
  readonly faults?: Faults | ((clock: Clock) => Faults);
  /** Told of every permission that a call needed. */
  readonly onDecision?: (decided: Decided) => void;
  /** What stands in for the templates' policies: a test may take a permission away. */
  readonly policies?: (declared: Policies) => Policies;
  /** The key of a template's Metadata that lists resources that are there before the stack, in the form of resources. */
  readonly metadataKey?: string | undefined;
  readonly redshift?: RedshiftOptions;
  /** The folder of the Python environment that Glue jobs (with PySpark) and Python functions run in. */
  readonly python?: string;
  readonly glue?: GlueOptions;
  /** What is done before the templates are deployed: the account answers, with what the templates before have left. */
  readonly beforeDeployment?: (account: OpenAccount) => Promise<void>;
  /** Told of every message that would leave a real account. */
  readonly onSent?: ((sent: Sent) => void) | undefined;
  /** Buckets that were there before the stacks, by name. */
  readonly existingBuckets?: readonly string[];
}

/** What is started early beside the warehouse; all that is not said. */
export interface Warming {
  /** Spark, for Glue's jobs. */
  readonly spark?: boolean;
  /** A process for each function in Python. */
  readonly functions?: boolean;
}

export interface OpenAccount extends Account {
  /** The account's root user; also in `<stateFolder>/credentials.json`. */
  readonly credentials: Credentials;
  readonly root: Principal;
  readonly services: Services;
  /** Starts the slow parts early, so that the first load need not wait for them. */
  warm(parts?: Warming): Promise<void>;
  /** Stops everything; what was under way goes on at the next opening. */
  close(): Promise<void>;
}

/** Gives every resource of a synthesized assembly a local body behind one endpoint on 127.0.0.1, and takes up what was
 * under way in the state folder.
 * @throws AssemblyUnreadable, StateUnreadable, FolderInUse, and Error that names stack and resource. */
export async function openAccount(options: AccountOptions): Promise<OpenAccount> {
  const unlock = lockFolder(options.stateFolder);
  let endpoint: Endpoint | undefined;
  let account: LocalAccount | undefined;
  try {
    endpoint = await listen(options.port ?? 0, () => account);
    const assembly = resolveAssembly(readAssembly(options.assemblyFolder), endpoint.url, options.metadataKey);
    const opened = new LocalAccount(options, assembly, endpoint.url, async () => {
      await endpoint?.close();
      unlock();
    });
    account = opened;
    await options.beforeDeployment?.(opened);
    await opened.start();
    return opened;
  } catch (error) {
    await account?.stopServices();
    await endpoint?.close();
    unlock();
    throw error;
  }
}

class LocalAccount implements OpenAccount {
  readonly clock: Clock;
  readonly stateFolder: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition = "aws";
  readonly endpoint: string;
  readonly resources: readonly ResolvedResource[];
  readonly credentials: Credentials;
  readonly root: Principal;
  readonly services: Services;
  readonly #assets: ReadonlyMap<string, Asset>;
  readonly #identities: Identities;
  readonly #policies: Policies;
  readonly #dispatcher: Dispatcher;
  readonly #release: () => Promise<void>;
  readonly #onSent: AccountOptions["onSent"];
  #closing: Promise<void> | undefined;

  constructor(options: AccountOptions, assembly: ResolvedAssembly, endpoint: string, release: () => Promise<void>) {
    this.clock = options.clock ?? clockAt(options.pace ?? "instant");
    this.stateFolder = options.stateFolder;
    this.#onSent = options.onSent;
    this.region = assembly.region;
    this.accountId = assembly.accountId;
    this.endpoint = endpoint;
    this.resources = assembly.resources;
    this.#assets = assembly.assets;
    this.#release = release;
    const roleArns = this.resourcesOf("AWS::IAM::Role").map((role) => role.attributes.Arn ?? "");
    this.#identities = new Identities(join(this.stateFolder, "credentials.json"), this.accountId, roleArns);
    this.credentials = this.#identities.credentials;
    this.root = { arn: `arn:aws:iam::${this.accountId}:root`, accountId: this.accountId, kind: "root" };
    const declared = gatherPolicies(this.resources);
    const policies = options.policies?.(declared) ?? declared;
    this.#policies = policies;
    checkRoles(this.resources, policies, this);
    const authoriser = createAuthoriser(policies, this, options.onDecision, gatherKeys(this.resources));
    const declaresOnStart = options.beforeDeployment !== undefined;
    this.services = createServices(this, this.#assets, { ...options, glue: { ...options.glue, declaresOnStart } });
    const faults = typeof options.faults === "function" ? options.faults(this.clock) : options.faults;
    this.#dispatcher = createDispatcher({
      bodies: new Map(this.services.bodies.map((body) => [body.service, body])),
      authorise: (call) => {
        if (!this.#identities.isKnown(call.principal)) throw unknownCredentials(call.service);
        authoriser.authorise(call);
      },
      seenBy: (call, error) => authoriser.seenBy(call, error),
      clock: this.clock,
      ...(faults === undefined ? {} : { faults }),
    });
  }

  async start(): Promise<void> {
    for (const body of this.services.bodies) await body.start?.();
  }

  call(call: Call): Promise<Shape> {
    return this.#dispatcher.call(call);
  }

  resourcesOf(type: string): readonly ResolvedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  asset(bucket: string, key: string): Asset | undefined {
    return this.#assets.get(`${bucket}/${key}`);
  }

  rolePrincipal(roleArn: string, by?: Assumer): Principal {
    const { principal } = this.#identities.ofRole(roleArn);
    if (by !== undefined && !mayAssume(this.#policies, roleArn, by, this)) throw assumeRoleDenied(roleArn, by);
    return principal;
  }

  roleCredentials(roleArn: string): Credentials {
    return this.#identities.ofRole(roleArn).credentials;
  }

  roleEnvironment(roleArn: string, by?: Assumer): Readonly<Record<string, string>> {
    this.rolePrincipal(roleArn, by);
    const { accessKeyId, secretAccessKey, sessionToken = "" } = this.roleCredentials(roleArn);
    const nothing = join(this.stateFolder, "no-aws-configuration");
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_REGION: this.region,
      AWS_DEFAULT_REGION: this.region,
      AWS_ENDPOINT_URL: this.endpoint,
      // Whatever this machine's user has configured for the real AWS stays out of it.
      AWS_CONFIG_FILE: nothing,
      AWS_SHARED_CREDENTIALS_FILE: nothing,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    };
  }

  async emit(event: EmittedEvent): Promise<void> {
    this.services.events.emit(event);
  }

  // What the endpoint asks for.

  identityOf(accessKeyId: string) {
    return this.#identities.ofKey(accessKeyId);
  }

  stagingFile(bucket: string): string | undefined {
    return this.services.s3.stagingFile(bucket);
  }

  tell(sent: Sent): void {
    this.#onSent?.(sent);
  }

  webhook(request: IncomingMessage): Promise<number> {
    return takeWebhook(request, this.stateFolder, (sent) => this.tell(sent));
  }

  report(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    appendFileSync(join(this.stateFolder, "local-account.log"), `${new Date().toISOString()} ${text}\n`);
  }

  async warm({ spark = true, functions = true }: Warming = {}): Promise<void> {
    if (functions) this.services.lambda.warm();
    await Promise.all([spark ? this.services.glue.warm() : undefined, this.services.redshift.warm()]);
  }

  close(): Promise<void> {
    this.#closing ??= this.stopServices()
      .finally(() => this.#dispatcher.close())
      .finally(this.#release);
    return this.#closing;
  }

  async stopServices(): Promise<void> {
    const failures: unknown[] = [];
    for (const body of inStopOrder(this.services.bodies)) {
      await body.stop?.().catch((error: unknown) => failures.push(error));
    }
    const [first] = failures;
    if (first !== undefined) throw first instanceof Error ? first : new AwsError("InternalFailure", String(first));
  }
}
