import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { type ISecurityGroup, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import type { CfnCluster } from "aws-cdk-lib/aws-redshift";
import type { CfnWorkgroup } from "aws-cdk-lib/aws-redshiftserverless";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { projectResource, secretName, spectrumRoleName } from "../../contract/layout.js";
import { usersOf } from "../../contract/own-schema.js";
import type { ProjectFile } from "../../contract/schema.js";
import { type CreatedWarehouse, type ExistingWarehouse, isServerless } from "../../contract/warehouse-file.js";
import type { Bundle } from "../bundle.js";
import { Alerts } from "../constructs/alerts.js";
import { bucketKeepers } from "../constructs/bucket-policy.js";
import { GlueConnection } from "../constructs/glue-connection.js";
import { Lake } from "../constructs/lake.js";
import { NoticeTopics } from "../constructs/notice-topics.js";
import { ProtectionKey } from "../constructs/protection-key.js";
import { workRole } from "../constructs/role.js";
import { StatementEvents } from "../constructs/statement-events.js";
import { WarehouseAlarms } from "../constructs/warehouse-alarms.js";
import { WarehouseCluster } from "../constructs/warehouse-cluster.js";
import { WarehouseMachines } from "../constructs/warehouse-machines.js";
import { givenVpc, WarehouseNetwork, warehousePort } from "../constructs/warehouse-network.js";
import { copyPermissions, type ReadSource, spectrumPermissions } from "../constructs/warehouse-roles.js";
import { type Rotation, WarehouseSecret } from "../constructs/warehouse-secret.js";
import { WarehouseWorkgroup, type WarehouseWorkgroupProps } from "../constructs/warehouse-workgroup.js";
import { applyDeployment, deployersOf } from "../deployment.js";
import { expect, expectedRole, expectedWarehouse } from "../expected.js";
import { copyRoleName, type Names, roleArn, topicArn } from "../names.js";
import { partsOf, type StackParts } from "../stack-parts.js";
import { existingTarget, type WarehouseTarget, workgroupHost } from "../warehouse-target.js";

export interface WarehouseStackProps extends StackProps {
  readonly project: ProjectFile;
  readonly names: Names;
  readonly bundle: Bundle;
  /** What the warehouse reads: COPY the runs, Spectrum what is published. */
  readonly sources: readonly ReadSource[];
  /** Names of the roles that read the key of `protect: hash`; none: there is no key. */
  readonly keyReaders: readonly string[];
}

const usualRotationDays = 30;

/** What a warehouse brings to its stack, made or found. */
interface Joined {
  readonly target: WarehouseTarget;
  readonly rotation: Rotation | undefined;
  readonly cluster?: CfnCluster;
  readonly workgroup?: CfnWorkgroup;
  readonly securityGroup?: ISecurityGroup;
}

/** What the sources of a project share: the warehouse, or the way to the one that is there, and the alerts. */
export class WarehouseStack extends Stack {
  readonly parts: StackParts;
  /** Of alerts, and of alarms where no other is declared. */
  readonly topic: Topic;
  /** Of the database users that load and that read. */
  readonly secrets: { readonly loader: Secret; readonly reader: Secret };
  /** The cluster or workgroup that the stack makes, and the security group of who may connect; undefined for a warehouse that is there. */
  readonly cluster: CfnCluster | undefined;
  readonly workgroup: CfnWorkgroup | undefined;
  readonly securityGroup: ISecurityGroup | undefined;

  constructor(scope: Construct, id: string, props: WarehouseStackProps) {
    super(scope, id, props);
    const { project, names, bundle } = props;
    applyDeployment(this, project.deployment);
    const deployers = deployersOf(this, project.deployment);
    const { warehouse } = project;
    const { target, rotation, ...made } =
      "create" in warehouse ? this.#create(props, warehouse.create) : this.#join(props, warehouse.existing);
    this.cluster = made.cluster;
    this.workgroup = made.workgroup;
    this.securityGroup = made.securityGroup;
    this.secrets = this.#secrets(project, names, deployers, rotation);
    if (props.keyReaders.length > 0) {
      new ProtectionKey(this, "ProtectionKey", { names, key: project.protection.key, readers: props.keyReaders });
    }
    new WarehouseMachines(this, "Machines", { names, target, secretArn: this.secrets.loader.secretArn });
    new StatementEvents(this, "StatementEvents", { names, bundle });
    this.topic = new Alerts(this, "Alerts", {
      names,
      bundle,
      sources: Object.keys(project.sources),
      email: project.alerts.email,
    }).topic;
    if (project.notices.length > 0) new NoticeTopics(this, "NoticeTopics", { names, notices: project.notices });
    new WarehouseAlarms(this, "Alarms", { names, target, alerts: project.alerts });
    new Lake(this, "Lake", {
      names,
      gigabytesPerQuery: project.lake.gigabytesPerQuery,
      askers: [
        ...bucketKeepers(project.name, deployers, project.administrators),
        ...project.readers,
        ...Object.values(project.sources).flatMap(({ readers }) => readers),
      ],
    });
    this.parts = partsOf(this, projectResource(project.name, ""));
    new CfnOutput(this, "AthenaWorkGroup", { value: projectResource(project.name, "lake") });
    new CfnOutput(this, "AlertsTopic", { value: topicArn(names) });
    new CfnOutput(this, "Database", { value: target.database });
    new CfnOutput(this, "LoaderSecret", { value: secretName(project.name, "loader") });
    new CfnOutput(this, "ReaderSecret", { value: secretName(project.name, "reader") });
  }

  #create({ project, names, sources }: WarehouseStackProps, settings: CreatedWarehouse): Joined {
    const service = ["redshift", ...(isServerless(settings) ? ["redshift-serverless"] : [])].map(
      (each) => `${each}.amazonaws.com`,
    );
    const copyRole = workRole(this, "CopyRole", {
      roleName: copyRoleName(names),
      service,
      description: "COPY: reads the files of runs.",
      permissions: copyPermissions(sources),
    });
    const spectrumRole = workRole(this, "SpectrumRole", {
      roleName: spectrumRoleName(project.name),
      service,
      description: "Spectrum: reads what is published, and its catalogue.",
      permissions: spectrumPermissions(names, sources, project.deployment),
    });
    const network = new WarehouseNetwork(this, "Network", {
      project: project.name,
      given: settings.network,
      zones: isServerless(settings) && settings.enhancedVpcRouting ? 3 : undefined,
    });
    const made = this.#warehouse(project, settings, {
      project: project.name,
      key: project.deployment.kms,
      network,
      roleArns: [copyRole.roleArn, spectrumRole.roleArn],
    });
    if (Object.values(project.sources).some(({ glueConnection }) => glueConnection)) {
      new GlueConnection(this, "GlueConnection", {
        project: project.name,
        database: settings.database,
        host: made.host,
        network,
        availabilityZone: settings.network === undefined ? network.vpc.isolatedSubnets[0]?.availabilityZone : undefined,
      });
    }
    const { vpc, rotationSecurityGroup, securityGroup } = network;
    if (settings.rotation === false) return { ...made, securityGroup, rotation: undefined };
    const days = settings.rotation === true ? usualRotationDays : settings.rotation.days;
    const warehouse = addressOf(names, made.target);
    return { ...made, securityGroup, rotation: { vpc, securityGroup: rotationSecurityGroup, days, warehouse } };
  }

  /** A cluster, or a workgroup of Serverless with its namespace. */
  #warehouse(
    { name, warehouse }: ProjectFile,
    settings: CreatedWarehouse,
    props: Omit<WarehouseWorkgroupProps, "settings">,
  ): Pick<Joined, "target" | "cluster" | "workgroup"> & { readonly host: string } {
    if (isServerless(settings)) {
      const { workgroup, target } = new WarehouseWorkgroup(this, "Warehouse", { ...props, settings });
      const host = workgroup.attrWorkgroupEndpointAddress;
      new CfnOutput(this, "WorkgroupEndpoint", { value: host });
      return { target, workgroup, host };
    }
    const readers = usersOf(warehouse.schema).readers;
    const { cluster } = new WarehouseCluster(this, "Warehouse", { ...props, settings, readers });
    const host = cluster.attrEndpointAddress;
    new CfnOutput(this, "ClusterEndpoint", { value: host });
    new CfnOutput(this, "AdministratorSecretArn", { value: cluster.attrMasterPasswordSecretArn });
    return { target: { kind: "cluster", clusterIdentifier: name, database: settings.database }, cluster, host };
  }

  /** Says what must be there, with what its roles must be allowed, and finds from where passwords are rotated. */
  #join({ project, names, sources }: WarehouseStackProps, existing: ExistingWarehouse): Joined {
    const { copyRoleArn, spectrumRoleArn, secretArn, rotation } = existing;
    const services = ["redshift", ...("clusterIdentifier" in existing ? [] : ["redshift-serverless"])];
    expect(this, {
      ...expectedWarehouse(existing),
      CopyRole: expectedRole(copyRoleArn, services, copyPermissions(sources)),
      ...(spectrumRoleArn === undefined
        ? {}
        : {
            SpectrumRole: expectedRole(
              spectrumRoleArn,
              services,
              spectrumPermissions(names, sources, project.deployment),
            ),
          }),
    });
    new CfnOutput(this, "AdministratorSecretArn", { value: secretArn });
    const target = existingTarget(names, existing);
    if (rotation === undefined) return { target, rotation };
    return {
      target,
      rotation: {
        vpc: givenVpc(this, "RotationVpc", rotation),
        securityGroup: SecurityGroup.fromSecurityGroupId(this, "RotationSecurityGroup", rotation.securityGroupId),
        days: rotation.days,
        warehouse: addressOf(names, target),
      },
    };
  }

  #secrets(
    project: ProjectFile,
    names: Names,
    deployers: readonly string[],
    rotation: Rotation | undefined,
  ): WarehouseStack["secrets"] {
    const { name, administrators } = project;
    // A warehouse that is there gets no connection of ours.
    const glueJobs = Object.entries("create" in project.warehouse ? project.sources : {})
      .filter(([, { glueConnection }]) => glueConnection)
      .map(([source]) => roleArn(names, `${projectResource(name, source)}-glue-job-role`));
    const users = usersOf(project.warehouse.schema);
    const loader = new WarehouseSecret(this, "Loader", {
      project: name,
      user: "loader",
      username: users.loader,
      rotation,
      deployers,
      administrators,
      readers: [roleArn(names, `${projectResource(name, "run-statements")}-role`), ...glueJobs],
    });
    const reader = new WarehouseSecret(this, "Reader", {
      project: name,
      user: "reader",
      username: users.reader,
      rotation,
      deployers,
      administrators,
      readers: project.readers,
    });
    return { loader: loader.secret, reader: reader.secret };
  }
}

/** What tells the function that rotates passwords the way. */
const addressOf = (names: Names, target: WarehouseTarget): Rotation["warehouse"] =>
  target.kind === "cluster"
    ? { clusterIdentifier: target.clusterIdentifier }
    : { host: workgroupHost(names, target.workgroup), port: warehousePort, dbname: target.database };
