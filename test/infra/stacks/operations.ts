import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { statefulChanges, statefulTypes } from "../../../infra/stateful.js";
import { packageFolder } from "../../../package-folder.js";
import { soundProject } from "../../contract/projects.js";
import { resourcesOf, type Template, templatesOf } from "../synthesized.js";

/** Two sources, one with 28 of thirty datasets, and everything switched on that adds resources: ten sources of three each
 * make smaller stacks, and take five times as long. */
const sources = { s0: 28, s1: 2 };
const dataset = (source: string, number: number) =>
  soundProject["datasets/orders.yaml"]
    .replace("dataset: orders", `dataset: ${source}_${number}`)
    .replace("source: web", `source: ${source}\ncatalogue: ${number === 0 ? "crawler" : "partition"}`)
    .replace("shop.orders", `shop.${source}_${number}`)
    .concat('schedule: { cron: "15 * * * ? *", lag: 2h }\nexpect: { every: 1h, within: 90m }\n')
    .concat("batch_checks: { total: { sql: sum(amount) > 0 } }\n");
const templates = templatesOf({
  "sluice.yaml": soundProject["sluice.yaml"].replace(
    "  web: { landing: create }",
    Object.keys(sources)
      .map((source) => `  ${source}: { kms: true, accessLogs: true }`)
      .join("\n"),
  ),
  ...Object.fromEntries(
    Object.entries(sources).flatMap(([source, count]) =>
      Array.from({ length: count }, (_, number) => [`datasets/${source}_${number}.yaml`, dataset(source, number)]),
    ),
  ),
});

test("thirty datasets: no stack comes near 500 resources", () => {
  const counts = Object.values(templates).map(({ Resources }) => Object.keys(Resources).length);
  expect(counts).toHaveLength(3);
  expect(Math.max(...counts)).toBeLessThan(250);
});

test("no rule's pattern comes near EventBridge's 2,048 characters, however many datasets", () => {
  const patterns = Object.values(templates).flatMap((template) =>
    resourcesOf(template, "AWS::Events::Rule").map(({ Properties }) => JSON.stringify(Properties.EventPattern)),
  );
  expect(patterns.length).toBeGreaterThan(4);
  for (const pattern of patterns) expect(pattern.length).toBeLessThan(1024);
});

describe("alarms", () => {
  const alarms = Object.values(templates).flatMap((template) =>
    resourcesOf(template, "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties),
  );
  const namesOf = (prefix: string) =>
    alarms.map(({ AlarmName }) => String(AlarmName)).filter((name) => name.startsWith(prefix));

  test("of a source, and of what the sources share", () => {
    expect(namesOf("shop-s1-").sort()).toEqual(
      [
        "batch-checks-warned",
        "count-batch-checks-failed-events",
        "glue-slow",
        "loads-failed",
        "loads-refused",
        "loads-timed-out",
        "partitions-overdue",
        "records-rejected",
        "scheduled-loads-incomplete",
        "send-events-failed-events",
        "start-load-failed-events",
        "start-scheduled-load-failed-events",
        "start-scheduled-load-failed-schedules",
        "watch-overdue-failed-events",
        "watch-overdue-failed-schedules",
      ].map((name) => `shop-s1-${name}`),
    );
    expect(namesOf("shop-").filter((name) => !/^shop-s\d/.test(name))).toEqual(
      expect.arrayContaining(["shop-statements-queued", "shop-statements-timed-out", "shop-send-alert-failed-events"]),
    );
  });

  test("tell the topic, and name a section of the runbook that there is", () => {
    const runbook = readFileSync(join(packageFolder, "docs", "runbook.md"), "utf8");
    const sections = [...runbook.matchAll(/^##+ (.+)$/gm)].map(([, title]) => title);
    for (const { AlarmDescription, AlarmActions } of alarms) {
      const [, section] = /Runbook: "([^"]+)"\.$/.exec(String(AlarmDescription)) ?? [];
      expect(sections).toContain(section);
      expect(JSON.stringify(AlarmActions)).toMatch(/:shop-alerts"/);
    }
  });

  test("every queue of what could not be done has one", () => {
    const queues = Object.values(templates).flatMap((template) =>
      resourcesOf(template, "AWS::SQS::Queue").map(({ Properties }) => String(Properties.QueueName)),
    );
    const watched = alarms.map(({ AlarmName }) => AlarmName);
    expect(queues.length).toBeGreaterThan(10);
    expect(queues.filter((queue) => !watched.includes(queue))).toEqual([]);
  });

  test("watch metrics that the functions write under their own names", () => {
    const functions = Object.values(templates).flatMap((template) =>
      resourcesOf(template, "AWS::Lambda::Function").map(({ Properties }) => Properties),
    );
    const services = functions.map(({ Environment }) => JSON.stringify(Environment));
    const named = alarms.flatMap((alarm) => {
      const text = JSON.stringify(alarm);
      return [...text.matchAll(/"Name":"service","Value":"([^"]+)"/g)].map(([, name]) => name);
    });
    expect(new Set(named).size).toBeGreaterThan(4);
    for (const name of named) {
      expect(services.some((service) => service.includes(`"POWERTOOLS_SERVICE_NAME":"${name}"`))).toBe(true);
    }
  });
});

test("a dashboard a source shows its datasets", () => {
  const [dashboard] = resourcesOf(templates["shop-s1"], "AWS::CloudWatch::Dashboard");
  expect(dashboard?.Properties.DashboardName).toBe("shop-s1-loads");
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  for (const shown of ["s1_0", "s1_1", "RecordsWritten", "LoadsRefused", "ConversionSeconds", "s1_1 total"]) {
    expect(body).toContain(shown);
  }
});

test("functions run on Node 24 and arm64, are traced; start-load has its own concurrency and keeps what it cannot do", () => {
  for (const template of Object.values(templates)) {
    for (const { Properties } of resourcesOf(template, "AWS::Lambda::Function")) {
      expect(Properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        TracingConfig: { Mode: "Active" },
      });
    }
  }
  const reserved = resourcesOf(templates["shop-s0"], "AWS::Lambda::Function")
    .filter(({ Properties }) => Properties.ReservedConcurrentExecutions !== undefined)
    .map(({ Properties }) => [Properties.FunctionName, Properties.DeadLetterConfig !== undefined]);
  expect(reserved).toEqual([["shop-s0-start-load", true]]);
});

describe("what holds data", () => {
  /** Logical id, name, what becomes of it when it goes or is replaced. A line that changes here costs somebody their data:
   * CloudFormation would make a new, empty one. */
  const known = {
    "shop-s0": [
      ["LandingBucket6D60388F", "AWS::S3::Bucket", "Retain", "Retain"],
      ["ProcessedBucket745F36E0", "AWS::S3::Bucket", "Retain", "Retain"],
      ["StorageAccessLogsBucket06E03AA1", "AWS::S3::Bucket", "Retain", "Retain"],
      ["StorageKeyBAA9457B", "AWS::KMS::Key", "Retain", "Retain"],
    ],
    "shop-warehouse": [
      ["LakeResults1933D710", "AWS::S3::Bucket", "Retain", "Retain"],
      // Passwords: bootstrap sets those of new secrets.
      ["LoaderSecret236A9655", "AWS::SecretsManager::Secret", "Delete", "Delete"],
      ["ReaderSecretF9AC6356", "AWS::SecretsManager::Secret", "Delete", "Delete"],
      ["WarehouseCluster0ED2F148", "AWS::Redshift::Cluster", "Snapshot", "Snapshot"],
    ],
  };
  const found = (template: Template | undefined) =>
    Object.entries(template?.Resources ?? {})
      .filter(([, { Type }]) => Object.hasOwn(statefulTypes, Type))
      .map(([id, { Type, DeletionPolicy, UpdateReplacePolicy }]) => [id, Type, DeletionPolicy, UpdateReplacePolicy])
      .sort();

  test.each(Object.entries(known))("%s keeps it under the same logical ids", (stack, resources) => {
    expect(found(templates[stack])).toEqual(resources);
  });

  test("a change that deletes, replaces or unprotects it is seen", () => {
    const bucket = (more: object = {}) => ({
      Type: "AWS::S3::Bucket",
      Properties: { BucketName: "landing" },
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      ...more,
    });
    const before = { Resources: { Landing: bucket(), Function: { Type: "AWS::Lambda::Function" } } };
    const changes = (Resources: Readonly<Record<string, ReturnType<typeof bucket>>>) =>
      statefulChanges(before, { Resources }).map(({ change }) => change);
    expect(changes({ Landing: bucket() })).toEqual([]);
    const stays = "it stays in the account, but nothing of the project uses it any more";
    expect(changes({ Other: bucket() })).toEqual([`leaves the stack: ${stays}`]);
    expect(changes({ Landing: bucket({ Properties: { BucketName: "new" } }) })).toEqual([
      `a new, empty one takes its place, since BucketName changes: ${stays}`,
    ]);
    expect(changes({ Landing: bucket({ DeletionPolicy: "Delete" }) })).toEqual(["loses its DeletionPolicy Retain"]);
    expect(changes({ Landing: bucket({ Type: "AWS::S3::AccessPoint" }) })).toEqual([
      `becomes a AWS::S3::AccessPoint: ${stays}`,
    ]);
  });
});

describe("the lake", () => {
  test("a workgroup of the project bounds what a query reads, and where its answers lie, encrypted", () => {
    expect(resourcesOf(templates["shop-warehouse"], "AWS::Athena::WorkGroup")).toMatchObject([
      {
        Properties: {
          Name: "shop-lake",
          WorkGroupConfiguration: {
            EnforceWorkGroupConfiguration: true,
            BytesScannedCutoffPerQuery: 100_000_000_000,
            ResultConfiguration: {
              EncryptionConfiguration: { EncryptionOption: "SSE_S3" },
              OutputLocation: { "Fn::Sub": expect.stringMatching(/shop-athena-.*\/results\/$/) },
            },
          },
        },
      },
    ]);
  });

  test("landed files are a table a dataset, by the folders of their partitions", () => {
    const tables = resourcesOf(templates["shop-s1"], "AWS::Glue::Table").map(({ Properties }) => Properties);
    const [landed] = tables.filter(({ DatabaseName }) => DatabaseName === "shop_s1_landing");
    expect(landed).toMatchObject({
      TableInput: {
        Name: "s1_0",
        PartitionKeys: [{ Name: "folder", Type: "string" }],
        Parameters: {
          "projection.folder.format": "yyyy/MM/dd/HH",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: Athena's own placeholder
          "storage.location.template": { "Fn::Sub": expect.stringContaining("/s1_0/".concat("${!folder}/")) },
        },
      },
    });
  });

  test("rejected records are a table a dataset beside the dataset's own, without partitions to register", () => {
    const tables = resourcesOf(templates["shop-s1"], "AWS::Glue::Table").map(({ Properties }) => Properties);
    const rejects = tables.filter(({ TableInput }) => JSON.stringify(TableInput).includes('"Name":"s1_0_rejects"'));
    expect(rejects).toMatchObject([
      {
        DatabaseName: "shop_s1",
        TableInput: {
          StorageDescriptor: {
            Location: { "Fn::Sub": expect.stringMatching(/\/rejected\/s1_0\/$/) },
            SerdeInfo: { SerializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
            Columns: expect.arrayContaining([{ Name: "line_number", Type: "bigint" }]),
          },
        },
      },
    ]);
    expect(rejects[0]?.TableInput).not.toHaveProperty("PartitionKeys");
  });

  test("readers get a policy to attach: what is published and its catalogue, not what landed", () => {
    const [policy] = resourcesOf(templates["shop-s1"], "AWS::IAM::ManagedPolicy");
    const text = JSON.stringify(policy);
    expect(text).toContain("database/shop_s1");
    expect(text).not.toContain("_landing");
    expect(text).not.toMatch(/glue:(Create|Update|Delete|Batch[CUD])/);
  });

  test("Glue reaches the warehouse by a connection with the secret, unless no source wants it", () => {
    expect(resourcesOf(templates["shop-warehouse"], "AWS::Glue::Connection")).toMatchObject([
      {
        Properties: {
          ConnectionInput: {
            ConnectionType: "JDBC",
            ConnectionProperties: { SECRET_ID: "shop/warehouse/loader", JDBC_ENFORCE_SSL: "true" },
            PhysicalConnectionRequirements: { SubnetId: expect.anything(), SecurityGroupIdList: [expect.anything()] },
          },
        },
      },
    ]);
  });
});

test("stacks put out what a person needs to find things", () => {
  const outputs = (stack: string) => Object.keys(Object(templates[stack]?.Outputs)).sort();
  expect(outputs("shop-s0")).toEqual([
    "DashboardName",
    "GlueDatabase",
    "LakeReaderPolicy",
    "LandingBucket",
    "LandingDatabase",
    "LoadPartition",
    "ProcessedBucket",
  ]);
  expect(outputs("shop-warehouse")).toEqual(
    expect.arrayContaining(["AlertsTopic", "AthenaWorkGroup", "ClusterEndpoint", "LoaderSecret", "ReaderSecret"]),
  );
});
