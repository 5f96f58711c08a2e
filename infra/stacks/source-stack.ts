import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Contract } from "../../contract/contract.js";
import type { ProjectFile } from "../../contract/schema.js";
import type { Bundle } from "../bundle.js";
import { Catalogue } from "../constructs/catalogue.js";
import { GlueJob } from "../constructs/glue-job.js";
import { OverdueWatch } from "../constructs/overdue-watch.js";
import { Schedules } from "../constructs/schedules.js";
import { LandingBucket, ProcessedBucket } from "../constructs/source-buckets.js";
import { SourceFunctions } from "../constructs/source-functions.js";
import { SourceMachines } from "../constructs/source-machines.js";
import { type BucketNames, copyRoleName, machineArn, roleArn, SourceNames } from "../names.js";

export interface SourceStackProps extends StackProps {
  readonly project: ProjectFile;
  readonly source: string;
  readonly settings: ProjectFile["sources"][string];
  readonly contracts: readonly Contract[];
  readonly landing: BucketNames;
  readonly processed: BucketNames;
  readonly bundle: Bundle;
}

/** A source: its buckets, catalogue, Glue job, functions and state machines. */
export class SourceStack extends Stack {
  constructor(scope: Construct, id: string, props: SourceStackProps) {
    super(scope, id, props);
    const { project, settings, contracts, landing, processed, bundle } = props;
    const names = new SourceNames({ project: project.name, region: project.region }, props.source);
    const { warehouse } = project;
    const functions = new SourceFunctions(this, "Functions", {
      names,
      bundle,
      landing,
      processed,
      contracts,
      copyRoleArn: "create" in warehouse ? roleArn(copyRoleName(names)) : warehouse.existing.copyRoleArn,
      snapshotRetentionDays: "create" in warehouse ? warehouse.create.snapshotRetentionDays : 14,
    });
    // The notification of a bucket that was there before is set by bootstrap, which keeps what others set (F1.10).
    if (!landing.isExisting) new LandingBucket(this, "Landing", landing, functions.startLoad.function);
    if (!processed.isExisting) new ProcessedBucket(this, "Processed", processed);
    new Catalogue(this, "Catalogue", { names, processed, contracts });
    new GlueJob(this, "Conversion", { names, landing, processed, concurrency: settings.concurrency });
    new SourceMachines(this, "Machines", { names });
    const timed = { names, bundle, landing, processed, contracts };
    if (contracts.some(({ schedule }) => schedule !== null)) new Schedules(this, "Schedules", timed);
    if (contracts.some(({ expect }) => expect !== null)) new OverdueWatch(this, "OverdueWatch", timed);
    new CfnOutput(this, "LandingBucket", { value: landing.name });
    new CfnOutput(this, "ProcessedBucket", { value: processed.name });
    new CfnOutput(this, "LoadPartition", { value: machineArn(names, names.of("load-partition")) });
  }
}
