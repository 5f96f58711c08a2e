import { describe, expect, test } from "@jest/globals";
import { App, Stack } from "aws-cdk-lib";
import { WarehouseCluster } from "../../../infra/constructs/warehouse-cluster.js";
import { WarehouseNetwork } from "../../../infra/constructs/warehouse-network.js";
import { loadQueryGroup } from "../../../infra/constructs/warehouse-queues.js";
import { statefulTypes } from "../../../infra/stateful.js";
import { queryGroup } from "../../../sql/session.js";
import { resourcesOf, type Template } from "../synthesized.js";
import { checkedShop } from "./checked-shop.js";

const templates: Readonly<Record<string, Template>> = Object.fromEntries(checkedShop.templates);
const warehouse = templates["shop-warehouse"];
const source = templates["shop-web"];
const properties = (template: Template | undefined, type: string) =>
  resourcesOf(template, type).map(({ Properties }) => Properties);

/** What a deployment must find again under the same logical id and with the same properties, or data is lost with it. */
function holdingData({ Resources }: Template): readonly string[] {
  return Object.entries(Resources).flatMap(([logicalId, { Type, Properties, DeletionPolicy = "Delete" }]) => {
    const identifying = statefulTypes[Type];
    if (identifying === undefined) return [];
    const values = identifying.map((name) => JSON.stringify(Properties[name]));
    return [[Type, logicalId, ...values, DeletionPolicy].join(" ")];
  });
}

test("what holds data is where it was; every other resource may be made anew", () => {
  expect(Object.values(templates).flatMap(holdingData).sort()).toMatchSnapshot();
});

describe.each(Object.entries(templates))("%s", (_, template) => {
  test("has no custom resource, and nothing that would need a function of the CDK's own", () => {
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => /^(Custom::|AWS::CloudFormation::|AWS::Serverless::)/.test(type))).toEqual([]);
  });

  test("uses the functions that a small reader of templates resolves, and no dynamic reference", () => {
    const text = JSON.stringify(template);
    const used = new Set([...text.matchAll(/"(Fn::\w+|Ref)":/g)].map(([, name]) => name));
    const known = ["Ref", "Fn::GetAtt", "Fn::Join", "Fn::Sub", "Fn::Select", "Fn::GetAZs"];
    expect([...used].filter((name) => !known.includes(name ?? ""))).toEqual([]);
    expect(text).not.toContain("{{resolve:");
    expect(Object.keys(template)).not.toContain("Parameters");
  });

  test("stays far from the limit of 500 resources", () => {
    expect(Object.keys(template.Resources).length).toBeLessThan(200);
  });

  test("gives no role an action on everything, and every role a name", () => {
    const text = JSON.stringify(resourcesOf(template, "AWS::IAM::Policy"));
    expect(text).not.toMatch(/"Action":("\*"|\[[^\]]*"(\*|\w+:\*)")/);
    expect(text).not.toContain('"NotAction"');
  });

  test("keeps no log for ever", () => {
    for (const logs of properties(template, "AWS::Logs::LogGroup")) expect(logs).toHaveProperty("RetentionInDays");
  });
});

test("the only transform is that of the functions that rotate passwords", () => {
  expect(warehouse).toHaveProperty("Transform", ["AWS::SecretsManager-2024-09-16"]);
  expect(source).not.toHaveProperty("Transform");
});

describe("buckets", () => {
  const buckets = resourcesOf(source, "AWS::S3::Bucket");

  test("are private, encrypted, versioned, and stay when the stack goes", () => {
    expect(buckets).toHaveLength(2);
    for (const bucket of buckets) {
      expect(bucket).toMatchObject({
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: {
          VersioningConfiguration: { Status: "Enabled" },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          BucketEncryption: { ServerSideEncryptionConfiguration: expect.anything() },
        },
      });
    }
    const policies = JSON.stringify(resourcesOf(source, "AWS::S3::BucketPolicy"));
    expect(policies.match(/"aws:SecureTransport":"false"/g)).toHaveLength(2);
  });

  test("call start-load for manifests alone, and only the landing bucket does", () => {
    const notifications = buckets.flatMap(({ Properties }) => Properties.NotificationConfiguration ?? []);
    expect(notifications).toEqual([
      {
        LambdaConfigurations: [
          {
            Event: "s3:ObjectCreated:*",
            Filter: { S3Key: { Rules: [{ Name: "suffix", Value: "manifest.json" }] } },
            Function: expect.anything(),
          },
        ],
      },
    ]);
    expect(properties(source, "AWS::Lambda::Permission")).toEqual([
      expect.objectContaining({
        Principal: "s3.amazonaws.com",
        SourceAccount: { Ref: "AWS::AccountId" },
        SourceArn: { "Fn::Sub": expect.stringMatching(/:s3:::shop-web-landing-\$\{AWS::AccountId\}-eu-west-1$/) },
      }),
      // The rule that hears of ended loads calls send-events.
      expect.objectContaining({ Principal: "events.amazonaws.com" }),
    ]);
  });
});

describe("the Glue job", () => {
  const [job] = properties(source, "AWS::Glue::Job");

  test("runs the version that it is tested with, without retries or bookmarks of its own", () => {
    expect(job).toMatchObject({
      Name: "shop-web-partition-to-parquet",
      GlueVersion: "6.0",
      MaxRetries: 0,
      ExecutionProperty: { MaxConcurrentRuns: 4 },
      DefaultArguments: {
        "--job-bookmark-option": "job-bookmark-disable",
        "--additional-python-modules": { "Fn::Sub": expect.stringMatching(/^s3:.*\/[0-9a-f]{64}\.gluewheels\.zip$/) },
        "--python-modules-installer-option": "--no-index",
      },
    });
  });

  test("ends before the state machine gives it up", () => {
    const [machine] = resourcesOf(source, "AWS::StepFunctions::StateMachine").flatMap(({ Properties }) => {
      const text = String(Properties.DefinitionString);
      return text.includes("glue:startJobRun.sync") ? [text] : [];
    });
    const seconds = Number(/startJobRun.*?"TimeoutSeconds": (\d+)/s.exec(machine ?? "")?.[1]);
    expect(seconds).toBeGreaterThan(Number(job?.Timeout) * 60);
  });
});

describe("the catalogue", () => {
  test("crawls the folders of the datasets that ask for it, and nothing else; one table a dataset", () => {
    const [crawler] = properties(source, "AWS::Glue::Crawler");
    expect(crawler).toMatchObject({
      Name: "shop-web",
      DatabaseName: "shop_web",
      Targets: { S3Targets: [{ Path: { "Fn::Sub": expect.stringMatching(/\/data\/orders\/$/) } }] },
    });
    expect(JSON.parse(String(crawler?.Configuration))).toMatchObject({ Grouping: { TableLevelConfiguration: 3 } });
  });

  test("has the tables of the datasets whose partitions are registered", () => {
    const ofData = properties(source, "AWS::Glue::Table").filter(
      ({ DatabaseName, TableInput }) =>
        DatabaseName === "shop_web" && !JSON.stringify(TableInput).includes('_rejects"'),
    );
    expect(ofData).toEqual([
      expect.objectContaining({
        TableInput: expect.objectContaining({
          Name: "refunds",
          PartitionKeys: ["year", "month", "day", "hour", "batch"].map((Name) => ({ Name, Type: "string" })),
          StorageDescriptor: expect.objectContaining({
            Columns: [
              { Name: "id", Type: "bigint" },
              { Name: "placed_at", Type: "timestamp" },
              { Name: "amount", Type: "decimal(10,2)" },
              { Name: "op", Type: "string" },
              { Name: "sluice_batch", Type: "string" },
              { Name: "sluice_file", Type: "string" },
            ],
          }),
        }),
      }),
    ]);
  });
});

describe("the warehouse", () => {
  test("is private and encrypted, keeps its own password, and leaves a snapshot behind", () => {
    expect(resourcesOf(warehouse, "AWS::Redshift::Cluster")).toEqual([
      expect.objectContaining({
        DeletionPolicy: "Snapshot",
        UpdateReplacePolicy: "Snapshot",
        Properties: expect.objectContaining({
          ClusterIdentifier: "shop",
          Encrypted: true,
          PubliclyAccessible: false,
          ManageMasterPassword: true,
          ClusterType: "multi-node",
          NumberOfNodes: 2,
          AutomatedSnapshotRetentionPeriod: 14,
        }),
      }),
    ]);
  });

  test("requires TLS, and has a queue that the loads name", () => {
    const [group] = properties(warehouse, "AWS::Redshift::ClusterParameterGroup");
    const parameters = new Map(
      (Array.isArray(group?.Parameters) ? group.Parameters : []).map(({ ParameterName, ParameterValue }) => [
        ParameterName,
        ParameterValue,
      ]),
    );
    expect(parameters.get("require_ssl")).toBe("true");
    const queues = String(parameters.get("wlm_json_configuration"));
    expect(queues.length).toBeLessThan(8000);
    expect(JSON.parse(queues)[0]).toMatchObject({ query_group: [queryGroup], auto_wlm: true });
    expect(loadQueryGroup).toBe(queryGroup);
  });

  test("has secrets that only the named may read, and that do not rotate at deployment", () => {
    const policies = properties(warehouse, "AWS::SecretsManager::ResourcePolicy");
    expect(policies).toHaveLength(2);
    const [loader, reader] = policies.map((policy) => JSON.stringify(policy));
    expect(loader).toContain("role/shop-run-statements-role");
    expect(loader).not.toContain("analyst");
    expect(reader).toContain("arn:aws:iam::111111111111:role/analyst");
    expect(reader).not.toContain("run-statements");
    const schedules = properties(warehouse, "AWS::SecretsManager::RotationSchedule");
    expect(schedules.map(({ RotateImmediatelyOnUpdate }) => RotateImmediatelyOnUpdate)).toEqual([false, false]);
  });

  test("a cluster of one node is a single-node cluster", () => {
    const stack = new Stack(new App());
    const network = new WarehouseNetwork(stack, "Network", { project: "shop" });
    const settings = {
      nodeType: "ra3.large" as const,
      nodes: 1,
      database: "analytics",
      maintenanceWindow: "sun:03:00-sun:04:00",
      snapshotRetentionDays: 1,
      snapshotSchedule: [],
      rotation: true,
      multiAz: false,
      enhancedVpcRouting: false,
    };
    const { cluster } = new WarehouseCluster(stack, "Warehouse", {
      project: "shop",
      settings,
      key: undefined,
      network,
      readers: "sluice_readers",
      roleArns: ["arn"],
    });
    expect([cluster.clusterType, cluster.numberOfNodes]).toEqual(["single-node", undefined]);
  });
});

describe("events", () => {
  const rules = properties(warehouse, "AWS::Events::Rule").map(({ EventPattern }) => EventPattern);

  test("the end of a statement reaches the function that tells the task", () => {
    expect(rules).toContainEqual({
      source: ["aws.redshift-data"],
      "detail-type": ["Redshift Data Statement Status Change"],
      detail: { state: ["FINISHED", "FAILED", "ABORTED"] },
    });
  });

  test("the end of a load that did not succeed reaches people", () => {
    expect(rules).toContainEqual({
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: {
        status: ["FAILED", "TIMED_OUT", "ABORTED"],
        stateMachineArn: [
          { "Fn::Sub": expect.stringMatching(/:stateMachine:shop-web-load-partition$/) },
          { "Fn::Sub": expect.stringMatching(/:stateMachine:shop-web-scheduled-load$/) },
        ],
      },
    });
    expect(properties(warehouse, "AWS::SNS::Subscription")).toMatchObject([{ Endpoint: "data@example.com" }]);
  });

  test("events that cannot be handled are kept", () => {
    const [startLoad] = properties(source, "AWS::Lambda::Function").filter(({ DeadLetterConfig }) => DeadLetterConfig);
    expect(startLoad?.FunctionName).toBe("shop-web-start-load");
  });
});
