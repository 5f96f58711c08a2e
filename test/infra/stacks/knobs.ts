import { describe, expect, test } from "@jest/globals";
import { jsonSchemas } from "../../../contract/json-schemas.js";
import { keyTable } from "../../../scripts/generated-docs/key-table.js";
import { resourcesOf, templatesOf } from "../synthesized.js";
import { boundary, copiesKey, insisting, key, ownWorkgroup } from "./insisting.js";

/** Every setting of a deployment shows in a template: a type, and the properties that one resource of it then has. */
type Shown = readonly [type: string, properties: Readonly<Record<string, unknown>>];

const cluster = "AWS::Redshift::Cluster";
const job = "AWS::Glue::Job";
const alarm = "AWS::CloudWatch::Alarm";
const onCall = ["arn:aws:sns:eu-west-1:111111111111:on-call"];

/** Of the project `insisting`. */
const ofCompany: Readonly<Record<string, Shown>> = {
  "warehouse.create.nodeType": [cluster, { NodeType: "ra3.xlplus" }],
  "warehouse.create.nodes": [cluster, { NumberOfNodes: 3 }],
  "warehouse.create.database": [cluster, { DBName: "crm" }],
  "warehouse.create.maintenanceWindow": [cluster, { PreferredMaintenanceWindow: "sat:01:00-sat:02:00" }],
  "warehouse.create.snapshotRetentionDays": [cluster, { AutomatedSnapshotRetentionPeriod: 21 }],
  "warehouse.create.multiAz": [cluster, { MultiAZ: true }],
  "warehouse.create.enhancedVpcRouting": [cluster, { EnhancedVpcRouting: true }],
  "warehouse.create.restoreFrom": [cluster, { SnapshotIdentifier: "last-night" }],
  "warehouse.create.network.vpcId": ["AWS::EC2::SecurityGroup", { VpcId: "vpc-0a1b2c3d" }],
  "warehouse.create.network.subnetIds": [
    "AWS::Redshift::ClusterSubnetGroup",
    { SubnetIds: ["subnet-2a1b2c3d", "subnet-3a2b3c4d"] },
  ],
  "warehouse.create.snapshotCopy.region": [cluster, { DestinationRegion: "eu-central-1" }],
  "warehouse.create.snapshotCopy.retentionDays": [cluster, { SnapshotCopyRetentionPeriod: 5 }],
  "warehouse.create.snapshotCopy.grant": [cluster, { SnapshotCopyGrantName: "copies" }],
  "deployment.deployers": [
    "AWS::S3::BucketPolicy",
    {
      PolicyDocument: {
        Statement: expect.arrayContaining([
          expect.objectContaining({
            Condition: expect.objectContaining({
              ArnNotLike: {
                "aws:PrincipalArn": expect.arrayContaining(["arn:aws:iam::111111111111:role/platform/deployer"]),
              },
            }),
          }),
        ]),
      },
    },
  ],
  "deployment.roles.prefix": ["AWS::IAM::Role", { RoleName: "acme-shop-web-plan-load-role" }],
  "deployment.roles.path": ["AWS::IAM::Role", { Path: "/teams/data/" }],
  "deployment.roles.permissionsBoundary": ["AWS::IAM::Role", { PermissionsBoundary: boundary }],
  "deployment.kms": [cluster, { KmsKeyId: key, MasterPasswordSecretKmsKeyId: key }],
  "deployment.network.subnetIds": [
    "AWS::Lambda::Function",
    { VpcConfig: expect.objectContaining({ SubnetIds: ["subnet-0a1b2c3d", "subnet-1a2b3c4d"] }) },
  ],
  "deployment.network.securityGroupIds": [
    "AWS::Lambda::Function",
    { VpcConfig: expect.objectContaining({ SecurityGroupIds: ["sg-0a1b2c3d"] }) },
  ],
  "deployment.network.availabilityZone": [
    "AWS::Glue::Connection",
    {
      ConnectionInput: {
        PhysicalConnectionRequirements: { AvailabilityZone: "eu-west-1a", SubnetId: "subnet-0a1b2c3d" },
      },
    },
  ],
  "deployment.logs.retention": ["AWS::Logs::LogGroup", { RetentionInDays: 365 }],
  "deployment.reservedConcurrency": [
    "AWS::Lambda::Function",
    { FunctionName: "shop-web-validate-manifest", ReservedConcurrentExecutions: 20 },
  ],
  "deployment.tracing": ["AWS::StepFunctions::StateMachine", { TracingConfiguration: { Enabled: false } }],
  "deployment.lakeFormation.hybrid": ["AWS::LakeFormation::Resource", { HybridAccessEnabled: true }],
  "alerts.alarmTopic": [alarm, { AlarmActions: onCall }],
  "alerts.recoveries": [alarm, { OKActions: onCall }],
  "alerts.queuedMinutes": [alarm, { AlarmName: "shop-statements-queued", Threshold: 9 * 60_000 }],
  "sources.<name>.trigger": [
    "AWS::Events::Rule",
    { EventPattern: { source: ["aws.s3"], "detail-type": ["Object Created"] } },
  ],
  "sources.<name>.database.existingDatabase": ["AWS::Glue::Table", { DatabaseName: "sales_lake" }],
  "sources.<name>.database.landing": ["AWS::Glue::Table", { DatabaseName: "sales_landing" }],
  "sources.<name>.alarms.rejectedPercent": [alarm, { AlarmName: "shop-web-records-rejected", Threshold: 2 }],
  "sources.<name>.alarms.glueMinutes": [alarm, { AlarmName: "shop-web-glue-slow", Threshold: 45 * 60 }],
  "sources.<name>.glue.workerType": [job, { WorkerType: "G.2X" }],
  "sources.<name>.glue.workers": [job, { NumberOfWorkers: 20 }],
  "sources.<name>.glue.autoScaling": [job, { DefaultArguments: { "--enable-auto-scaling": "false" } }],
  "sources.<name>.glue.timeoutMinutes": [job, { Timeout: 60 }],
  "sources.<name>.glue.executionClass": [job, { ExecutionClass: "FLEX" }],
  "sources.<name>.glue.securityConfiguration": [job, { SecurityConfiguration: "encrypted" }],
};

const workgroup = "AWS::RedshiftServerless::Workgroup";
/** Of the project `ownWorkgroup`. */
const ofWorkgroup: Readonly<Record<string, Shown>> = {
  "warehouse.create.serverless.baseCapacity": [workgroup, { BaseCapacity: 16 }],
  "warehouse.create.serverless.maxCapacity": [workgroup, { MaxCapacity: 64 }],
  "warehouse.create.rotation.days": [
    "AWS::SecretsManager::RotationSchedule",
    { RotationRules: { ScheduleExpression: "rate(7 days)" } },
  ],
  "warehouse.create.snapshotCopy.kms": [
    "AWS::RedshiftServerless::Namespace",
    { SnapshotCopyConfigurations: [expect.objectContaining({ DestinationKmsKeyId: copiesKey })] },
  ],
  "alerts.email": ["AWS::SNS::Subscription", { Endpoint: "team@example.com" }],
};

/** Keys whose effect is shown elsewhere. */
const elsewhere: Readonly<Record<string, string>> = {
  "warehouse.create.rotation": "deployment.ts: nothing rotates; its days: here",
  "warehouse.create.snapshotSchedule": "bootstrap sets it: test/cli/bootstrap/snapshot-schedule",
  "deployment.qualifier": "deployment.ts: the synthesizer; test/infra/app",
  "deployment.network.vpcId": "names no property: the VPC is that of the subnets",
  "sources.<name>.trigger.queue": "triggers.ts",
  "sources.<name>.trigger.topic": "triggers.ts",
  "sources.<name>.glueConnection": "shop.ts",
};

describe("every setting of a deployment", () => {
  const found = (templates: ReturnType<typeof templatesOf>, type: string) =>
    Object.values(templates).flatMap((template) => resourcesOf(template, type).map(({ Properties }) => Properties));
  const [company, serverless] = [templatesOf(insisting), templatesOf(ownWorkgroup)];

  test.each([
    ...Object.entries(ofCompany).map(([path, shown]) => [path, shown, company] as const),
    ...Object.entries(ofWorkgroup).map(([path, shown]) => [path, shown, serverless] as const),
  ])("%s shows in a template", (_path, [type, properties], templates) => {
    expect(found(templates, type)).toContainEqual(expect.objectContaining(partly(properties)));
  });

  test("is one of these, or shown elsewhere", () => {
    const paths = [...keyTable(jsonSchemas["sluice.schema.json"]()).matchAll(/^\| `([^`]+)`/gm)].map(
      ([, path = ""]) => path,
    );
    const ours = paths.filter((path) =>
      /^(deployment|warehouse\.create|alerts|sources\.<name>\.(glue|alarms|trigger|database))/.test(path),
    );
    const leaves = ours.filter((path) => !ours.some((other) => other.startsWith(`${path}.`)) || path in elsewhere);
    const known = [ofCompany, ofWorkgroup, elsewhere].flatMap((each) => Object.keys(each));
    expect(leaves.filter((path) => !known.includes(path))).toEqual([]);
    expect(known.filter((path) => !paths.includes(path))).toEqual([]);
  });
});

/** Objects within objects are asked for in part, too. */
function partly(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isPlain(inner) ? expect.objectContaining(partly(inner)) : inner,
    ]),
  );
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
