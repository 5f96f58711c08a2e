import { Fn } from "aws-cdk-lib";
import { type RolesFile, rolePathAndName } from "../contract/deployment-file.js";
import {
  bucketName,
  type Catalogued,
  glueDatabase,
  landingDatabase,
  projectResource,
  resultsBucketName,
  sourceResource,
} from "../contract/layout.js";
import { awsSuffix } from "../contract/partition-of-aws.js";
import type { ProjectFile } from "../contract/schema.js";
import type { Permission } from "./constructs/role.js";

/**
 * Names and ARNs as texts. Resources name each other by these and not by Ref or GetAtt: that keeps bucket, function and
 * machine free of circles, and stacks free of exports. The account is the only part that the template leaves open.
 */
export interface Names {
  readonly project: string;
  readonly region: string;
  /** How the roles of the stacks are named. */
  readonly roles: Pick<RolesFile, "path" | "prefix">;
  /** Sluice's own in the warehouse. */
  readonly schema: string;
  /** In which Glue databases the sources' tables are. */
  readonly sources: Catalogued["sources"];
}

/** What names of a project are made of. */
export const namesOf = ({ name, region, deployment, warehouse, sources }: ProjectFile): Names => ({
  project: name,
  region,
  roles: deployment.roles,
  schema: warehouse.schema,
  sources,
});

const account = `\${AWS::AccountId}`;
const partition = `\${AWS::Partition}`;

/** The ARN of a resource of this account and region, such as `arn("states", "stateMachine:demo-run-statements")`. */
export const arn = (names: Names, service: string, resource: string) =>
  Fn.sub(`arn:${partition}:${service}:${names.region}:${account}:${resource}`);

/** The ARN of a role that the stacks make. */
export const roleArn = ({ roles }: Names, name: string) => accountRoleArn(rolePathAndName(roles, name).slice(1));

/** The ARN of a role of this account that others made: its path and name, in which `*` may stand. */
export const accountRoleArn = (pathAndName: string) => Fn.sub(`arn:${partition}:iam::${account}:role/${pathAndName}`);

export const rootArn = Fn.sub(`arn:${partition}:iam::${account}:root`);

export const functionArn = (names: Names, name: string) => arn(names, "lambda", `function:${name}`);
export const machineArn = (names: Names, name: string) => arn(names, "states", `stateMachine:${name}`);
export const executionArns = (names: Names, name: string) => arn(names, "states", `execution:${name}:*`);
export const topicArn = (names: Names) => arn(names, "sns", projectResource(names.project, "alerts"));
export const copyRoleName = (names: Names) => projectResource(names.project, "copy-role");

/** The key that a source's buckets are encrypted with, as roles are allowed to use it: only through S3. */
export class KeyNames {
  readonly #permission: Omit<Permission, "actions">;

  /** @param key an ARN, or `true` for the key that the source's stack makes: its alias is known before it is. */
  constructor(names: Names, source: string, key: true | string) {
    const viaS3 = { StringEquals: { "kms:ViaService": `s3.${names.region}.${awsSuffix(names.region)}` } };
    this.#permission =
      key === true
        ? {
            resources: [arn(names, "kms", "key/*")],
            conditions: { ...viaS3, "ForAnyValue:StringEquals": { "kms:ResourceAliases": keyAlias(names, source) } },
          }
        : { resources: [key], conditions: viaS3 };
  }

  use(...actions: readonly string[]): readonly Permission[] {
    return [{ actions, ...this.#permission }];
  }
}

export const keyAlias = (names: Names, source: string) => `alias/${sourceResource(names.project, source, "data")}`;

export interface BucketOptions {
  /** The name of a bucket that was there before. */
  readonly existing?: string | undefined;
  readonly key?: KeyNames | undefined;
}

/** A bucket of a source: its name, the ARN of it or of keys in it, and its URI. */
export class BucketNames {
  readonly #text: string;
  readonly #key: KeyNames | undefined;
  /** True for a bucket that was there before: it is used, never made or changed. */
  readonly isExisting: boolean;

  private constructor(text: string, { existing, key }: BucketOptions) {
    this.#text = existing ?? text;
    this.#key = key;
    this.isExisting = existing !== undefined;
  }

  static ofSource(
    names: Names,
    source: string,
    kind: "landing" | "processed" | "logs",
    options: BucketOptions = {},
  ): BucketNames {
    return new BucketNames(bucketName(names.project, source, kind, account, names.region), options);
  }

  /** Where Athena's answers lie, of the whole project. */
  static ofResults(names: Names): BucketNames {
    return new BucketNames(resultsBucketName(names.project, account, names.region), {});
  }

  get name(): string {
    return this.#fill(this.#text);
  }

  get arn(): string {
    return Fn.sub(`arn:${partition}:s3:::${this.#text}`);
  }

  /** `keys("runs/*")` */
  keys(pattern: string): string {
    return Fn.sub(`arn:${partition}:s3:::${this.#text}/${pattern}`);
  }

  uri(key: string): string {
    return this.#fill(`s3://${this.#text}/${key}`);
  }

  /** What reading objects takes beside s3:GetObject; nothing where S3 itself encrypts. */
  get decrypting(): readonly Permission[] {
    return this.#key?.use("kms:Decrypt") ?? [];
  }

  /** What writing takes beside s3:PutObject; a large object also takes `decrypting`, when its parts are put together. */
  get encrypting(): readonly Permission[] {
    return this.#key?.use("kms:GenerateDataKey") ?? [];
  }

  #fill(text: string): string {
    return text.includes("${") ? Fn.sub(text) : text;
  }
}

/** What a source's resources are called. */
export class SourceNames implements Names {
  readonly project: string;
  readonly region: string;
  readonly roles: Names["roles"];
  readonly schema: string;
  readonly sources: Names["sources"];
  readonly source: string;

  constructor(names: Names, source: string) {
    this.project = names.project;
    this.region = names.region;
    this.roles = names.roles;
    this.schema = names.schema;
    this.sources = names.sources;
    this.source = source;
  }

  /** `demo-usgs-<name>` */
  of(name: string): string {
    return sourceResource(this.project, this.source, name);
  }

  get glueDatabase(): string {
    return glueDatabase(this.#catalogued, this.source);
  }

  get landingDatabase(): string {
    return landingDatabase(this.#catalogued, this.source);
  }

  /** Whether the stack makes the databases; those that were there are named, and never deleted. */
  get makesDatabase(): { readonly published: boolean; readonly landing: boolean } {
    const { database = "create" } = this.sources[this.source] ?? {};
    if (database === "create") return { published: true, landing: true };
    return { published: false, landing: database.landing === undefined };
  }

  get #catalogued(): Catalogued {
    return { name: this.project, sources: this.sources };
  }

  get crawler(): string {
    return projectResource(this.project, this.source);
  }
}
