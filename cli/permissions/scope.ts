import type { Contract } from "../../contract/contract.js";
import {
  bucketName,
  projectResource,
  secretName,
  snapshotScheduleName,
  sourceResource,
} from "../../contract/layout.js";
import { awsPartition, awsSuffix } from "../../contract/partition-of-aws.js";
import type { ProjectFile } from "../../contract/schema.js";
import { isServerless } from "../../contract/warehouse-file.js";

/** A statement of an IAM policy. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Stands where the account's id belongs, as long as sluice.yaml does not say it: IAM refuses a policy with it. */
export const unknownAccount = "<account>";

/** The default of the CDK's own bootstrap. */
const usualQualifier = "hnb659fds";

/** The ARNs of a project's resources, as policies name them. */
export class Scope {
  readonly project: ProjectFile;
  readonly contracts: readonly Contract[];
  readonly #account: string;

  constructor(project: ProjectFile, contracts: readonly Contract[], account = project.account ?? unknownAccount) {
    this.project = project;
    this.contracts = contracts;
    this.#account = account;
  }

  get sources(): readonly string[] {
    return Object.keys(this.project.sources);
  }

  arn(service: string, resource: string, { region = this.project.region, account = this.#account } = {}): string {
    return `arn:${awsPartition(this.project.region)}:${service}:${region}:${account}:${resource}`;
  }

  /** State machines of every source. */
  machines = (...names: readonly string[]): readonly string[] =>
    this.#ofSources(names).map((name) => this.arn("states", `stateMachine:${name}`));

  /** Executions of state machines of every source. */
  executions = (...names: readonly string[]): readonly string[] =>
    this.#ofSources(names).map((name) => this.arn("states", `execution:${name}:*`));

  #ofSources = (names: readonly string[]) =>
    this.sources.flatMap((source) => names.map((name) => sourceResource(this.project.name, source, name)));

  functions = (name: string): readonly string[] =>
    this.#ofSources([name]).map((each) => this.arn("lambda", `function:${each}`));

  jobs = (): readonly string[] =>
    this.#ofSources(["partition-to-parquet"]).map((name) => this.arn("glue", `job/${name}`));

  runStatements = (kind: "stateMachine" | "execution"): string =>
    this.arn(
      "states",
      `${kind}:${projectResource(this.project.name, "run-statements")}${kind === "execution" ? ":*" : ""}`,
    );

  /** The buckets of one kind. */
  buckets = (kind: "landing" | "processed"): readonly string[] =>
    Object.entries(this.project.sources).map(([source, { [kind]: declared }]) =>
      this.#bucket(
        typeof declared === "object"
          ? declared.existingBucket
          : bucketName(this.project.name, source, kind, this.#account, this.project.region),
      ),
    );

  /** Landing buckets that were there before. */
  existingLanding = (): readonly string[] =>
    Object.values(this.project.sources).flatMap(({ landing }) =>
      typeof landing === "object" ? [this.#bucket(landing.existingBucket)] : [],
    );

  keys = (buckets: readonly string[], ...patterns: readonly string[]): readonly string[] =>
    buckets.flatMap((bucket) => patterns.map((pattern) => `${bucket}/${pattern}`));

  #bucket = (name: string) => this.arn("s3", name, { region: "", account: "" });

  /** A secret's ARN ends in six characters of Secrets Manager's own. */
  secret = (user: "loader" | "reader"): string =>
    this.arn("secretsmanager", `secret:${secretName(this.project.name, user)}-??????`);

  /** The administrator's secret: the project's own, or the one that Redshift manages for a cluster. */
  adminSecret = (): string => {
    const { warehouse } = this.project;
    if ("existing" in warehouse) return warehouse.existing.secretArn;
    return this.arn("secretsmanager", `secret:redshift!${this.project.name}-*`);
  };

  /** What statements are submitted to; a workgroup's ARN ends in an id that no name tells. */
  warehouse = (): string => {
    const { name, warehouse } = this.project;
    const workgroup = this.arn("redshift-serverless", "workgroup/*");
    if ("create" in warehouse)
      return isServerless(warehouse.create) ? workgroup : this.arn("redshift", `cluster:${name}`);
    const { existing } = warehouse;
    return "clusterIdentifier" in existing ? this.arn("redshift", `cluster:${existing.clusterIdentifier}`) : workgroup;
  };

  snapshotSchedule = (): string => this.arn("redshift", `snapshotschedule:${snapshotScheduleName(this.project.name)}`);

  stacks = (): readonly string[] =>
    ["warehouse", ...this.sources].map((name) => this.arn("cloudformation", `stack/${this.project.name}-${name}/*`));

  /** Roles of the CDK's bootstrap. */
  bootstrapRoles = (...names: readonly string[]): readonly string[] => {
    const { region, deployment } = this.project;
    const qualifier = deployment.qualifier ?? usualQualifier;
    return names.map((name) =>
      this.arn("iam", `role/cdk-${qualifier}-${name}-role-${this.#account}-${region}`, { region: "" }),
    );
  };

  /** What using the keys of buckets takes; nothing where S3 encrypts by itself. */
  bucketKeys(...actions: readonly string[]): readonly PolicyStatement[] {
    const viaS3 = { "kms:ViaService": `s3.${this.project.region}.${awsSuffix(this.project.region)}` };
    const declared = Object.entries(this.project.sources);
    const aliases = declared.flatMap(([source, { kms }]) =>
      kms === true ? [`alias/${sourceResource(this.project.name, source, "data")}`] : [],
    );
    const named = declared.flatMap(([, { kms }]) => (typeof kms === "string" ? [kms] : []));
    return [
      ...(named.length === 0
        ? []
        : [allow("UseTheKeysOfBuckets", actions, [...new Set(named)], { StringEquals: viaS3 })]),
      ...(aliases.length === 0
        ? []
        : [
            allow("UseTheKeysThatSluiceMakes", actions, [this.arn("kms", "key/*")], {
              StringEquals: viaS3,
              "ForAnyValue:StringEquals": { "kms:ResourceAliases": aliases },
            }),
          ]),
    ];
  }

  /** The project's own key, which executions and secrets are encrypted with. */
  ownKey = (): readonly PolicyStatement[] => {
    const { kms } = this.project.deployment;
    return kms === undefined ? [] : [allow("ReadWhatTheOwnKeyEncrypts", ["kms:Decrypt"], [kms])];
  };
}

export const allow = (
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: PolicyStatement["Condition"],
): PolicyStatement => ({ Sid, Effect: "Allow", Action, Resource, ...(Condition === undefined ? {} : { Condition }) });
