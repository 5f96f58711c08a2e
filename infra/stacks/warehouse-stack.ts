import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { projectResource, secretName } from "../../contract/layout.js";
import type { ProjectFile } from "../../contract/schema.js";
import type { Bundle } from "../bundle.js";
import { Alerts } from "../constructs/alerts.js";
import { type Permission, workRole } from "../constructs/role.js";
import { StatementEvents } from "../constructs/statement-events.js";
import { WarehouseCluster } from "../constructs/warehouse-cluster.js";
import { WarehouseMachines } from "../constructs/warehouse-machines.js";
import { WarehouseNetwork } from "../constructs/warehouse-network.js";
import { WarehouseSecret } from "../constructs/warehouse-secret.js";
import { type BucketNames, copyRoleName, type Names, roleArn } from "../names.js";

export interface WarehouseStackProps extends StackProps {
  readonly project: ProjectFile;
  readonly names: Names;
  readonly bundle: Bundle;
  /** The processed buckets of all sources: COPY may read their runs. */
  readonly processed: readonly BucketNames[];
}

interface Target {
  readonly clusterIdentifier: string;
  readonly database: string;
  readonly secretArn: string;
}

/** What the sources of a project share: the warehouse, or the way to the one that is there, and the alerts. */
export class WarehouseStack extends Stack {
  constructor(scope: Construct, id: string, props: WarehouseStackProps) {
    super(scope, id, props);
    const { project, names, bundle } = props;
    const target = "create" in project.warehouse ? this.#create(props, project.warehouse) : project.warehouse.existing;
    new WarehouseMachines(this, "Machines", { names, ...only(target) });
    new StatementEvents(this, "StatementEvents", { names, bundle });
    new Alerts(this, "Alerts", { names, bundle, sources: Object.keys(project.sources), email: project.alerts.email });
  }

  #create(props: WarehouseStackProps, warehouse: Extract<ProjectFile["warehouse"], { create: unknown }>): Target {
    const { project, names } = props;
    const settings = warehouse.create;
    const copyRole = workRole(this, "CopyRole", {
      roleName: copyRoleName(names),
      service: "redshift.amazonaws.com",
      description: "COPY: reads the files of runs.",
      permissions: props.processed.flatMap(readRuns),
    });
    const network = new WarehouseNetwork(this, "Network", { project: project.name });
    const { cluster } = new WarehouseCluster(this, "Warehouse", {
      project: project.name,
      settings,
      network,
      copyRoleArn: copyRole.roleArn,
    });
    const clusterIdentifier = cluster.ref;
    const loader = new WarehouseSecret(this, "Loader", {
      project: project.name,
      user: "loader",
      clusterIdentifier,
      network,
      readers: [roleArn(`${projectResource(project.name, "run-statements")}-role`)],
    });
    new WarehouseSecret(this, "Reader", {
      project: project.name,
      user: "reader",
      clusterIdentifier,
      network,
      readers: project.readers,
    });
    new CfnOutput(this, "ClusterEndpoint", { value: cluster.attrEndpointAddress });
    new CfnOutput(this, "Database", { value: settings.database });
    new CfnOutput(this, "LoaderSecret", { value: secretName(project.name, "loader") });
    new CfnOutput(this, "ReaderSecret", { value: secretName(project.name, "reader") });
    new CfnOutput(this, "AdministratorSecretArn", { value: cluster.attrMasterPasswordSecretArn });
    return { clusterIdentifier: project.name, database: settings.database, secretArn: loader.secret.secretArn };
  }
}

const only = ({ clusterIdentifier, database, secretArn }: Target): Target => ({
  clusterIdentifier,
  database,
  secretArn,
});

const readRuns = (processed: BucketNames): readonly Permission[] => [
  { actions: ["s3:GetObject"], resources: [processed.keys("runs/*")] },
  { actions: ["s3:ListBucket"], resources: [processed.arn], conditions: { StringLike: { "s3:prefix": "runs/*" } } },
  ...processed.decrypting,
];
