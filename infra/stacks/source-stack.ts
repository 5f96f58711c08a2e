import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Contract } from "../../contract/contract.js";
import { needsKey } from "../../contract/protection-file.js";
import type { ProjectFile } from "../../contract/schema.js";
import type { Bundle } from "../bundle.js";
import { BatchCheckMetrics, hasBatchChecks } from "../constructs/batch-check-metrics.js";
import { Catalogue } from "../constructs/catalogue.js";
import { ConvertFunction } from "../constructs/convert-function.js";
import { Events } from "../constructs/events.js";
import { GlueJob } from "../constructs/glue-job.js";
import { LakeGrants } from "../constructs/lake-grants.js";
import { LakeReader } from "../constructs/lake-reader.js";
import { LandingTables } from "../constructs/landing-tables.js";
import { Notices, noticesOf } from "../constructs/notices.js";
import { OverdueWatch } from "../constructs/overdue-watch.js";
import { keyAccess } from "../constructs/protection-key.js";
import { QuietPartitions } from "../constructs/quiet-partitions.js";
import { RejectsTables } from "../constructs/rejects-tables.js";
import { Schedules } from "../constructs/schedules.js";
import { SourceAlarms } from "../constructs/source-alarms.js";
import { SourceDashboard } from "../constructs/source-dashboard.js";
import { SourceFunctions } from "../constructs/source-functions.js";
import { SourceMachines } from "../constructs/source-machines.js";
import { SourceStorage } from "../constructs/source-storage.js";
import { queueOf } from "../constructs/start-trigger.js";
import { applyDeployment } from "../deployment.js";
import { type BucketNames, machineArn, namesOf, SourceNames } from "../names.js";
import { partsOf, type StackParts } from "../stack-parts.js";
import { warehouseRoles } from "../warehouse-target.js";

export interface SourceStackProps extends StackProps {
  readonly project: ProjectFile;
  readonly source: string;
  readonly settings: ProjectFile["sources"][string];
  readonly contracts: readonly Contract[];
  readonly landing: BucketNames;
  readonly processed: BucketNames;
  readonly bundle: Bundle;
  /** True only when both switches say so: then `destroy` may take the data. */
  readonly mayBeDeleted: boolean;
}

/** A source: its buckets, catalogue, Glue job, functions and state machines. */
export class SourceStack extends Stack {
  readonly parts: StackParts;

  constructor(scope: Construct, id: string, props: SourceStackProps) {
    super(scope, id, props);
    applyDeployment(this, props.project.deployment);
    const { project, settings, contracts, landing, processed, bundle, mayBeDeleted } = props;
    const names = new SourceNames(namesOf(project), props.source);
    const { warehouse } = project;
    const roles = warehouseRoles(names, project);
    const key = needsKey(contracts) ? keyAccess(names, project) : undefined;
    const functions = new SourceFunctions(this, "Functions", {
      names,
      bundle,
      landing,
      processed,
      contracts,
      queueArn: queueOf(names, settings.trigger),
      copyRoleArn: roles.copyRoleArn,
      snapshotRetentionDays: ("create" in warehouse ? warehouse.create : warehouse.existing).snapshotRetentionDays,
      replaces: project.protection.replaces,
    });
    new SourceStorage(this, "Storage", {
      names,
      project,
      landing,
      processed,
      contracts,
      startLoad: functions.startLoad,
      warehouse: roles,
      mayBeDeleted,
    });
    const catalogue = new Catalogue(this, "Catalogue", { names, processed, contracts });
    const rejects = new RejectsTables(this, "Rejects", { names, processed, contracts });
    if (catalogue.database !== undefined) rejects.node.addDependency(catalogue.database);
    new LandingTables(this, "LandingTables", { names, landing, contracts });
    new GlueJob(this, "Conversion", {
      names,
      bundle,
      landing,
      processed,
      concurrency: settings.concurrency,
      settings: settings.glue,
      network: project.deployment.network,
      key,
    });
    const hasLambda = contracts.some(({ engine }) => engine.choice !== "glue");
    if (hasLambda) {
      new ConvertFunction(this, "LambdaConversion", {
        ...{ names, bundle, landing, processed, key },
        settings: settings.lambda,
      });
    }
    const machines = new SourceMachines(this, "Machines", { names, hasLambda });
    const { lakeFormation } = project.deployment;
    if (lakeFormation !== undefined) {
      new LakeGrants(this, "LakeGrants", {
        names,
        processed,
        settings: lakeFormation,
        hasCrawler: contracts.some(({ catalogue }) => catalogue === "crawler"),
        readers: [roles.spectrumRoleArn ?? [], project.readers, settings.readers].flat(),
      }).after(catalogue, rejects, machines);
    }
    const timed = { names, bundle, landing, processed, contracts };
    if (contracts.some(({ arrival }) => arrival.kind === "quiet")) new QuietPartitions(this, "QuietPartitions", timed);
    if (contracts.some(({ schedule }) => schedule !== null)) new Schedules(this, "Schedules", timed);
    if (contracts.some(({ expect }) => expect !== null)) new OverdueWatch(this, "OverdueWatch", timed);
    if (contracts.some(hasBatchChecks)) new BatchCheckMetrics(this, "BatchChecks", { names, bundle, contracts });
    new Events(this, "Events", timed);
    const notices = noticesOf(names, project.notices, contracts);
    if (notices.length > 0) new Notices(this, "Notices", { ...timed, notices });
    new SourceAlarms(this, "Alarms", {
      names,
      settings: settings.alarms,
      alerts: project.alerts,
      contracts,
      hasLambda,
      notices,
    });
    new SourceDashboard(this, "Dashboard", { names, contracts });
    this.parts = partsOf(this, names.of(""));
    const reader = new LakeReader(this, "LakeReader", { names, processed, lakeFormation });
    new CfnOutput(this, "LandingBucket", { value: landing.name });
    new CfnOutput(this, "ProcessedBucket", { value: processed.name });
    new CfnOutput(this, "LoadPartition", { value: machineArn(names, names.of("load-partition")) });
    new CfnOutput(this, "GlueDatabase", { value: names.glueDatabase });
    new CfnOutput(this, "LandingDatabase", { value: names.landingDatabase });
    new CfnOutput(this, "LakeReaderPolicy", { value: reader.policyArn });
    new CfnOutput(this, "DashboardName", { value: names.of("loads") });
  }
}
