import { describe, expect, test } from "@jest/globals";
import { App, CliCredentialsStackSynthesizer, DefaultStackSynthesizer, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import { z } from "zod";
import { addStacks, featureFlags, NetworkEndpoints, type ProjectStacks, readProject } from "../../../index.js";
import { soundProject, writeProject } from "../../contract/projects.js";
import { resourcesOf, Template as TemplateShape, templatesOf } from "../synthesized.js";
import { boundary, insisting, key } from "./insisting.js";

const Variables = z.object({ Variables: z.record(z.string(), z.unknown()).default({}) });

test("the endpoints for a VPC without a way out: S3 by a gateway, an interface for everything else that is called", () => {
  const stack = new Stack(new App());
  new NetworkEndpoints(stack, "Endpoints", {
    vpc: new Vpc(stack, "Vpc", { subnetConfiguration: [{ name: "in", subnetType: SubnetType.PRIVATE_ISOLATED }] }),
  });
  const made = Object.values(Template.fromStack(stack).findResources("AWS::EC2::VPCEndpoint"));
  const typesOf = made.map(({ Properties }) => String(Properties.VpcEndpointType));
  expect(typesOf.toSorted()).toEqual(["Gateway", ...Array.from({ length: 8 }, () => "Interface")]);
  const text = JSON.stringify(made.map(({ Properties }) => Properties.ServiceName));
  for (const service of ["s3", "states", "sns", "events", "secretsmanager", "kms", "glue", "logs", "monitoring"])
    expect(text).toContain(`.${service}"`);
});

test.each([
  ["cn-north-1", "aws-cn", "amazonaws.com.cn"],
  ["us-gov-west-1", "aws-us-gov", "amazonaws.com"],
])("in %s every ARN and address is of the partition", (region, partition, suffix) => {
  const elsewhere = soundProject["sluice.yaml"].replace("region: eu-west-1", `region: ${region}`);
  const withKey = elsewhere.replace(/landing: create/, "landing: create, kms: true");
  const text = JSON.stringify(templatesOf({ ...soundProject, "sluice.yaml": withKey }));
  expect(text).toContain(region);
  expect(text).not.toContain("arn:aws:");
  expect(text).toContain(`arn:${partition}:states:::`);
  expect(text).toContain(`"kms:ViaService":"s3.${region}.${suffix}"`);
});

describe("what a company insists on", () => {
  const templates = templatesOf(insisting);
  const all = (type: string) => Object.values(templates).flatMap((template) => resourcesOf(template, type));
  const every = (type: string) => all(type).map(({ Properties }) => Properties);

  test("every role has the prefix, the path and the boundary, and every ARN of one says so", () => {
    const roles = every("AWS::IAM::Role");
    expect(roles.length).toBeGreaterThan(10);
    for (const role of roles) {
      expect(role).toMatchObject({ Path: "/teams/data/", PermissionsBoundary: boundary });
      // The CDK names the role of the flow log.
      expect(role.RoleName ?? "acme-").toMatch(/^acme-/);
    }
    const text = JSON.stringify(templates);
    expect(text).toContain("role/teams/data/acme-shop-web-validate-manifest-role");
    expect(text).not.toMatch(/role\/shop-(?!warehouse-\*|break-glass)/);
  });

  test("secrets, topic, queues, logs, state machines and the cluster have the key, and roles may use it", () => {
    for (const [type, property] of [
      ["AWS::SecretsManager::Secret", "KmsKeyId"],
      ["AWS::SNS::Topic", "KmsMasterKeyId"],
      ["AWS::SQS::Queue", "KmsMasterKeyId"],
      ["AWS::Logs::LogGroup", "KmsKeyId"],
      ["AWS::Redshift::Cluster", "KmsKeyId"],
    ] as const) {
      expect(every(type).length).toBeGreaterThan(0);
      for (const resource of every(type)) expect([type, resource[property]]).toEqual([type, key]);
    }
    for (const machine of every("AWS::StepFunctions::StateMachine")) {
      expect(machine.EncryptionConfiguration).toMatchObject({ KmsKeyId: key, Type: "CUSTOMER_MANAGED_KMS_KEY" });
    }
    expect(JSON.stringify(every("AWS::IAM::Role"))).toContain("kms:GenerateDataKey");
  });

  test("logs are kept as long as it says, nothing is traced, alarms tell the other topic", () => {
    for (const logs of every("AWS::Logs::LogGroup")) expect(logs.RetentionInDays).toBe(365);
    expect(JSON.stringify(every("AWS::Lambda::Function"))).not.toContain('"Mode":"Active"');
    expect(JSON.stringify(every("AWS::StepFunctions::StateMachine"))).not.toContain(
      '"TracingConfiguration":{"Enabled":true',
    );
    const topic = ["arn:aws:sns:eu-west-1:111111111111:on-call"];
    for (const alarm of every("AWS::CloudWatch::Alarm"))
      expect(alarm).toMatchObject({ AlarmActions: topic, OKActions: topic });
  });

  test("concurrency is reserved for the functions that it names, and start-load keeps its own", () => {
    const reserved = every("AWS::Lambda::Function").flatMap(({ FunctionName, ReservedConcurrentExecutions: count }) =>
      count === undefined ? [] : [[FunctionName, count]],
    );
    expect(reserved).toEqual(
      expect.arrayContaining([
        ["shop-web-start-load", 10],
        ["shop-web-validate-manifest", 20],
      ]),
    );
    expect(reserved).toHaveLength(2);
  });

  test("all functions and the Glue job are in the subnets, and their roles may put them there", () => {
    const functions = every("AWS::Lambda::Function");
    expect(functions.length).toBeGreaterThan(5);
    for (const { VpcConfig } of functions)
      expect(VpcConfig).toEqual({
        SubnetIds: ["subnet-0a1b2c3d", "subnet-1a2b3c4d"],
        SecurityGroupIds: ["sg-0a1b2c3d"],
      });
    const roles = every("AWS::IAM::Role").filter(({ AssumeRolePolicyDocument }) =>
      JSON.stringify(AssumeRolePolicyDocument).includes("lambda.amazonaws.com"),
    );
    expect(roles).toHaveLength(functions.length);
    for (const { Policies } of roles) expect(JSON.stringify(Policies)).toContain("ec2:CreateNetworkInterface");
    expect(every("AWS::Glue::Job")).toMatchObject([
      { Connections: { Connections: ["shop-web-network"] }, DefaultArguments: { "--disable-proxy-v2": "true" } },
    ]);
    expect(every("AWS::Glue::Connection").map(({ ConnectionInput }) => ConnectionInput)).toContainEqual({
      Name: "shop-web-network",
      Description: "The subnet in which the job runs.",
      ConnectionType: "NETWORK",
      PhysicalConnectionRequirements: {
        SubnetId: "subnet-0a1b2c3d",
        AvailabilityZone: "eu-west-1a",
        SecurityGroupIdList: ["sg-0a1b2c3d"],
      },
    });
  });

  test("a schema of its own gives names to the users, the readers' queue and all SQL", () => {
    const secrets = JSON.stringify(every("AWS::SecretsManager::Secret"));
    expect(secrets).toContain("crm_loader");
    expect(secrets).not.toContain("sluice_loader");
    expect(JSON.stringify(every("AWS::Redshift::ClusterParameterGroup"))).toContain("crm_readers");
    const schemas = every("AWS::Lambda::Function").flatMap(({ FunctionName, Environment }) => {
      const { WAREHOUSE_SCHEMA } = Variables.parse(Environment).Variables;
      return WAREHOUSE_SCHEMA === undefined ? [] : [[FunctionName, WAREHOUSE_SCHEMA]];
    });
    expect(schemas).toEqual(
      expect.arrayContaining([
        ["shop-web-plan-load", "crm"],
        ["shop-web-validate-manifest", "crm"],
      ]),
    );
    expect(JSON.stringify(every("AWS::StepFunctions::StateMachine"))).toContain('"schema":"crm"');
  });

  test("the Glue job and the cluster are as they are declared; nothing rotates", () => {
    expect(every("AWS::Glue::Job")).toMatchObject([
      {
        WorkerType: "G.2X",
        NumberOfWorkers: 20,
        Timeout: 60,
        ExecutionClass: "FLEX",
        SecurityConfiguration: "encrypted",
      },
    ]);
    expect(every("AWS::Redshift::Cluster")).toMatchObject([
      {
        MultiAZ: true,
        EnhancedVpcRouting: true,
        SnapshotIdentifier: "last-night",
        DestinationRegion: "eu-central-1",
        SnapshotCopyGrantName: "copies",
      },
    ]);
    expect(all("AWS::SecretsManager::RotationSchedule")).toEqual([]);
  });
});

describe("the synthesizer of one's own app", () => {
  const inApp = (
    synthesizer: ConstructorParameters<typeof App>[0],
    files: Readonly<Record<string, string>> = soundProject,
  ) => {
    const before = process.env.CDK_VALIDATION;
    process.env.CDK_VALIDATION = "false";
    try {
      const app = new App({ context: featureFlags, analyticsReporting: false, ...synthesizer });
      return addStacks(app, readProject(writeProject(files)));
    } finally {
      if (before === undefined) delete process.env.CDK_VALIDATION;
      else process.env.CDK_VALIDATION = before;
    }
  };
  const textOf = (stacks: ProjectStacks) =>
    JSON.stringify(
      [stacks.warehouse, ...stacks.sources.values()].map((stack: Stack) => Template.fromStack(stack).toJSON()),
    );

  test("decides which roles deploy: no policy names a bootstrap that is not there", () => {
    const text = textOf(inApp({ defaultStackSynthesizer: new DefaultStackSynthesizer({ qualifier: "acme" }) }));
    expect(text).toContain("cdk-acme-deploy-role-");
    expect(text).toContain("cdk-acme-cfn-exec-role-");
    expect(text).not.toContain("hnb659fds");
  });

  test("has no roles: then the project must name who deploys", () => {
    const synthesizer = () => ({ defaultStackSynthesizer: new CliCredentialsStackSynthesizer() });
    expect(() => inApp(synthesizer())).toThrow(/shop-warehouse deploys with whatever credentials.*deployers/);
    const deployer = "arn:aws:iam::111111111111:role/ci/*";
    const named = {
      ...soundProject,
      "sluice.yaml": `${soundProject["sluice.yaml"]}deployment: { deployers: ["${deployer}"] }\n`,
    };
    expect(textOf(inApp(synthesizer(), named))).toContain(deployer);
  });

  test("the parts of the stacks are within reach", () => {
    const { warehouse, sources } = inApp({});
    expect([...(sources.get("web")?.parts.functions.keys() ?? [])]).toContain("start-load");
    expect([...(sources.get("web")?.parts.machines.keys() ?? [])].sort()).toEqual([
      "convert-partition",
      "load-partition",
      "update-catalogue",
    ]);
    expect([...(sources.get("web")?.parts.buckets.keys() ?? [])].sort()).toEqual(["landing", "processed"]);
    expect([...(sources.get("web")?.parts.roles.keys() ?? [])]).toContain("glue-job-role");
    expect([...warehouse.parts.machines.keys()].sort()).toEqual(["run-statements", "take-snapshot"]);
    expect(warehouse.cluster?.clusterIdentifier).toBe("shop");
    expect(warehouse.topic.topicName).toBeDefined();
  });
});

test("without a word on it a project is deployed as it was", () => {
  const [template] = Object.values(templatesOf(soundProject));
  const text = JSON.stringify(TemplateShape.parse(template));
  expect(text).toContain("cdk-hnb659fds-deploy-role-");
  expect(text).not.toContain("PermissionsBoundary");
});
