import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { ArnPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { Contract } from "../../contract/contract.js";
import { manifestSuffix } from "../../contract/layout.js";
import { hasOnlyManifests, keyFilters } from "../../contract/notifications.js";
import { awsSuffix } from "../../contract/partition-of-aws.js";
import type { ProjectFile } from "../../contract/schema.js";
import { deployersOf } from "../deployment.js";
import { expectLanding } from "../expected-landing.js";
import { BucketNames, keyAlias, roleArn, type SourceNames } from "../names.js";
import type { WarehouseRoles } from "../warehouse-target.js";
import { bucketKeepers } from "./bucket-policy.js";
import { lakeLocationRole } from "./lake-grants.js";
import { LandingBucket, LogBucket, ProcessedBucket } from "./source-buckets.js";
import { looksForPartitions, notesLateFiles } from "./start-load-function.js";
import { StartTrigger } from "./start-trigger.js";
import type { WorkFunction } from "./work-function.js";

export interface SourceStorageProps {
  readonly names: SourceNames;
  readonly project: ProjectFile;
  readonly landing: BucketNames;
  readonly processed: BucketNames;
  readonly contracts: readonly Contract[];
  readonly startLoad: WorkFunction;
  /** With which the warehouse reads. */
  readonly warehouse: WarehouseRoles;
  readonly mayBeDeleted: boolean;
}

/** The roles of a source that reach its landing bucket, and those that reach its processed bucket. */
export const reachingRoles = {
  landing: ["validate-manifest", "list-due-partitions", "watch-overdue", "glue-job", "convert-batch"],
  processed: [
    "validate-manifest",
    "check-report",
    "publish-parquet",
    "plan-load",
    "record-refusal",
    "start-scheduled-load",
    "list-due-partitions",
    "watch-overdue",
    "send-notices",
    "glue-job",
    "convert-batch",
    "crawler",
  ],
} as const;

/** Those that do so only for some arrivals. */
function rolesOfArrivals(contracts: readonly Contract[], bucket: "landing" | "processed"): readonly string[] {
  const isQuiet = contracts.some(({ arrival }) => arrival.kind === "quiet");
  const startLoad = bucket === "landing" ? looksForPartitions(contracts) : notesLateFiles(contracts);
  return [...(startLoad ? ["start-load"] : []), ...(isQuiet ? ["find-quiet-partitions"] : [])];
}

/** A source's buckets, as far as they are not there already, and the key that they are encrypted with. */
export class SourceStorage extends Construct {
  constructor(scope: Construct, id: string, props: SourceStorageProps) {
    super(scope, id);
    const { names, project, landing, processed, contracts, mayBeDeleted } = props;
    const settings = project.sources[names.source];
    if (settings === undefined) throw new TypeError(`the project has no source ${names.source}`);
    const { producers, retention } = settings;
    const readers = [...project.readers, ...settings.readers];
    const keepers = bucketKeepers(
      names.project,
      deployersOf(Stack.of(this), project.deployment),
      project.administrators,
    );
    const roles = (kind: keyof typeof reachingRoles) =>
      [...rolesOfArrivals(contracts, kind), ...reachingRoles[kind]].map((role) =>
        roleArn(names, names.of(`${role}-role`)),
      );
    const key = this.#key(props, settings.kms, { producers, readers });
    const { accessLogs, logs } = this.#accessLogs(props, settings);
    const shared = { retention, key, accessLogs, mayBeDeleted };
    const filters = hasOnlyManifests(contracts) ? [{ prefix: "", suffix: manifestSuffix }] : keyFilters(contracts);
    const { notification } = new StartTrigger(this, "Trigger", {
      ...{ names, landing, filters, startLoad: props.startLoad, trigger: settings.trigger },
      account: settings.landing === "create" ? undefined : settings.landing.account,
    });
    expectLanding(Stack.of(this), { names, landing, settings, roles: roles("landing") });
    // The notification of a bucket that was there before is set by bootstrap, which keeps what others set (F1.10).
    if (!landing.isExisting) {
      const reach = { own: [...roles("landing"), ...keepers], others: producers };
      new LandingBucket(scope, "Landing", { ...shared, names: landing, reach, notification }).node.addDependency(
        ...logs,
      );
    }
    if (!processed.isExisting) {
      const { copyRoleArn, spectrumRoleArn } = props.warehouse;
      const warehouse = spectrumRoleArn === undefined ? [copyRoleArn] : [copyRoleArn, spectrumRoleArn];
      const governed =
        project.deployment.lakeFormation === undefined ? [] : [roleArn(names, names.of(lakeLocationRole))];
      const reach = { own: [...roles("processed"), ...warehouse, ...governed, ...keepers], others: readers };
      new ProcessedBucket(scope, "Processed", { ...shared, names: processed, reach }).node.addDependency(...logs);
    }
  }

  #key(
    { names, mayBeDeleted }: SourceStorageProps,
    kms: boolean | string,
    { producers, readers }: { readonly producers: readonly string[]; readonly readers: readonly string[] },
  ): IKey | undefined {
    if (kms === false) return undefined;
    if (typeof kms === "string") return Key.fromKeyArn(this, "Key", kms);
    const key = new Key(this, "Key", {
      alias: keyAlias(names, names.source),
      description: `What ${names.source} delivers, and what Sluice makes of it.`,
      enableKeyRotation: true,
      removalPolicy: mayBeDeleted ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    // The source's own roles have it in their policies; producers and readers may be of other accounts.
    const share = (sid: string, users: readonly string[], actions: string[]) => {
      if (users.length === 0) return;
      const principals = users.map((user) => new ArnPrincipal(user));
      const conditions = { StringEquals: { "kms:ViaService": `s3.${names.region}.${awsSuffix(names.region)}` } };
      key.addToResourcePolicy(new PolicyStatement({ sid, principals, actions, resources: ["*"], conditions }));
    };
    // The parts of a large object are decrypted when they are put together.
    share("ProducersDeliver", producers, ["kms:GenerateDataKey", "kms:Decrypt"]);
    share("ReadersRead", readers, ["kms:Decrypt"]);
    return key;
  }

  #accessLogs(
    { names, landing, processed, mayBeDeleted }: SourceStorageProps,
    { accessLogs, retention }: ProjectFile["sources"][string],
  ): { readonly accessLogs: string | undefined; readonly logs: readonly Construct[] } {
    if (accessLogs === false) return { accessLogs: undefined, logs: [] };
    if (accessLogs !== true) return { accessLogs: accessLogs.bucket, logs: [] };
    const own = BucketNames.ofSource(names, names.source, "logs");
    const log = new LogBucket(this, "AccessLogs", { names: own, retention, mayBeDeleted }, [landing, processed]);
    return { accessLogs: own.name, logs: [log] };
  }
}
