import { describe, expect, jest, test } from "@jest/globals";
import { serverlessReasons } from "../../../infra/nag-reasons.js";
import { soundProject } from "../../contract/projects.js";
import { checked, isUsed, resourcesOf, type Template, unexplained } from "../synthesized.js";
import { existingCluster, existingWorkgroup } from "../warehouses.js";
import { copiesKey, key, ownWorkgroup } from "./insisting.js";

// CloudFormation's own validation takes seconds a project.
jest.setTimeout(180_000);

const most = 500;
const perSource = 3;
/**
 * SLUICE_SOURCES=10: ten sources with thirty datasets, and CloudFormation's own rules for every project, which take a
 * minute. Otherwise two sources that are made alike, and cdk-nag alone; the assembly's test has the rules for one project.
 */
const whole = process.env.SLUICE_SOURCES;
const howMany = Number(whole ?? 2);
const sources = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"].slice(
  0,
  howMany,
);

const many: Readonly<Record<string, string>> = {
  "sluice.yaml": `name: shop
region: eu-west-1
warehouse: { create: { nodeType: rg.xlarge, nodes: 3, network: { vpcId: vpc-0a1b2c3d, subnetIds: [subnet-0a1b2c3d, subnet-0b1b2c3d] } } }
sources:
${sources.map((source) => `  ${source}: {}`).join("\n")}
`,
  ...Object.fromEntries(
    sources.flatMap((source) =>
      Array.from({ length: perSource }, (_, index) => {
        const dataset = `${source}_${index + 1}`;
        const text = soundProject["datasets/orders.yaml"]
          .replace("dataset: orders", `dataset: ${dataset}`)
          .replace("source: web", `source: ${source}`)
          .replace("shop.orders", `shop.${dataset}`)
          .concat('schedule: { cron: "15 * * * ? *", lag: 2h }\nexpect: { every: 1h, within: 90m }\n');
        return [`datasets/${dataset}.yaml`, text] as const;
      }),
    ),
  ),
};

const looked = (files: Readonly<Record<string, string>>) => {
  const { findings, templates } = checked(files, whole !== undefined);
  return { templates, findings, found: unexplained(findings) };
};

/** Types and how many there are of each. */
function census(template: Template | undefined): Readonly<Record<string, number>> {
  const types = Object.values(template?.Resources ?? {}).map(({ Type }) => Type);
  return Object.fromEntries([...new Set(types)].sort().map((type) => [type, types.filter((t) => t === type).length]));
}

/** How the state machines and the users' secrets of a warehouse that is there name it, and where passwords are rotated from. */
function namesOfWarehouse(template: Template | undefined) {
  const of = (type: string) => resourcesOf(template, type).map(({ Properties }) => Properties);
  return {
    machines: of("AWS::StepFunctions::StateMachine").map(({ DefinitionSubstitutions }) => DefinitionSubstitutions),
    targets: of("AWS::SecretsManager::SecretTargetAttachment").map(({ TargetId }) => TargetId),
    rotation: of("AWS::SecretsManager::RotationSchedule").map(({ HostedRotationLambda }) => HostedRotationLambda),
  };
}

const theirNetwork = expect.objectContaining({
  VpcSecurityGroupIds: "sg-0c1b2c3d",
  VpcSubnetIds: "subnet-0a1b2c3d,subnet-0b1b2c3d",
});

describe("a cluster that is there", () => {
  const { found, templates } = looked({ ...soundProject, "sluice.yaml": existingCluster });
  const made = templates.get("shop-warehouse");

  test("passes CloudFormation's rules and cdk-nag, and is used under its own name, from its own network", () => {
    expect(found).toEqual([]);
    expect(namesOfWarehouse(made)).toEqual({
      machines: expect.arrayContaining([
        expect.objectContaining({ warehouse: "theirs", database: "dw" }),
        expect.objectContaining({ clusterIdentifier: "theirs" }),
      ]),
      targets: ["theirs", "theirs"],
      rotation: [theirNetwork, theirNetwork],
    });
  });

  test("is neither made nor put into a network of ours", () => {
    for (const type of ["AWS::Redshift::Cluster", "AWS::EC2::VPC", "AWS::EC2::SecurityGroup"])
      expect(resourcesOf(made, type)).toEqual([]);
    expect(JSON.stringify(resourcesOf(made, "AWS::IAM::Policy"))).toContain(":cluster:theirs");
    const functions = JSON.stringify(resourcesOf(templates.get("shop-web"), "AWS::Lambda::Function"));
    expect(functions).toContain("arn:aws:iam::111111111111:role/copy");
  });
});

describe("a workgroup of Serverless", () => {
  const { found, findings, templates } = looked({ ...soundProject, "sluice.yaml": existingWorkgroup });
  const made = templates.get("shop-warehouse");

  test("passes CloudFormation's rules and cdk-nag, and is used under its own names, from its own network", () => {
    expect(serverlessReasons.filter((each) => !isUsed(findings)(each))).toEqual([]);
    expect(found).toEqual([]);
    expect(namesOfWarehouse(made)).toEqual({
      machines: expect.arrayContaining([
        expect.objectContaining({ warehouse: "analytics" }),
        expect.objectContaining({ namespace: "numbers" }),
      ]),
      targets: [],
      rotation: [theirNetwork, theirNetwork],
    });
  });

  test("nothing asks for a cluster", () => {
    const text = JSON.stringify(resourcesOf(made, "AWS::IAM::Policy"));
    expect(text).toContain(":workgroup/6b8bc4a5-0f5b-4a52-8a3c-5d4b1c2a9f10");
    expect(text).not.toMatch(/:redshift:|"redshift:/);
  });
});

describe("a workgroup of Serverless that is made", () => {
  const { found, templates } = looked(ownWorkgroup);
  const made = templates.get("shop-warehouse");
  const of = (type: string) => resourcesOf(made, type);

  test("passes CloudFormation's rules and cdk-nag, and has every setting", () => {
    expect(found).toEqual([]);
    expect(of("AWS::RedshiftServerless::Namespace")).toMatchObject([
      {
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: {
          NamespaceName: "shop",
          DbName: "dw",
          ManageAdminPassword: true,
          KmsKeyId: key,
          AdminPasswordSecretKmsKeyId: key,
          LogExports: ["userlog", "connectionlog", "useractivitylog"],
          SnapshotCopyConfigurations: [
            { DestinationRegion: "eu-central-1", SnapshotRetentionPeriod: 3, DestinationKmsKeyId: copiesKey },
          ],
        },
      },
    ]);
    const [workgroup] = of("AWS::RedshiftServerless::Workgroup");
    expect(workgroup?.Properties).toMatchObject({
      WorkgroupName: "shop",
      BaseCapacity: 16,
      MaxCapacity: 64,
      SnapshotName: "last-night",
      EnhancedVpcRouting: true,
      PubliclyAccessible: false,
    });
    // Three zones, since it routes through the VPC; the CDK by itself makes two.
    expect(workgroup?.Properties.SubnetIds).toHaveLength(3);
    expect(of("AWS::Redshift::Cluster")).toEqual([]);
  });

  test("its roles trust both names of Redshift, and the machines name the ids that CloudFormation gives", () => {
    const roles = of("AWS::IAM::Role").filter(({ Properties }) =>
      /shop-(copy|spectrum)-role/.test(String(Properties.RoleName)),
    );
    expect(roles).toHaveLength(2);
    for (const { Properties } of roles)
      expect(JSON.stringify(Properties.AssumeRolePolicyDocument)).toMatch(
        /(?=.*"redshift\.amazonaws\.com")(?=.*"redshift-serverless\.amazonaws\.com")/,
      );
    const policies = JSON.stringify(of("AWS::IAM::Policy"));
    expect(policies).toMatch(/"Fn::GetAtt":\["Warehouse\w+","Workgroup\.WorkgroupArn"\]/);
    expect(policies).toMatch(/"Fn::GetAtt":\["Warehouse\w+","Namespace\.NamespaceArn"\]/);
    expect(policies).not.toMatch(/:redshift:|"redshift:/);
    const { targets, rotation } = namesOfWarehouse(made);
    expect([targets, rotation.length]).toEqual([[], 2]);
  });
});

describe("many sources with three datasets each, in a network that is there", () => {
  const { found, templates } = looked(many);

  test("pass CloudFormation's rules and cdk-nag, each stack like its brother and far from the limit", () => {
    expect(found).toEqual([]);
    const stacks = sources.map((source) => census(templates.get(`shop-${source}`)));
    for (const stack of stacks) expect(stack).toEqual(stacks[0]);
    for (const { Resources } of templates.values()) expect(Object.keys(Resources).length).toBeLessThan(most / 2);
  });

  test("the cluster lies in the given subnets", () => {
    const made = templates.get("shop-warehouse");
    expect(resourcesOf(made, "AWS::EC2::VPC")).toEqual([]);
    const [group] = resourcesOf(made, "AWS::Redshift::ClusterSubnetGroup");
    expect(group?.Properties.SubnetIds).toEqual(["subnet-0a1b2c3d", "subnet-0b1b2c3d"]);
  });
});
